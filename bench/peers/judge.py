#!/usr/bin/env python3
"""Tells two sets of showers apart with scikit-learn, as somebody would who does not use Caloforge: the yardstick for
`caloforge validate`, whose classifiers should see no less.

    python3 -m venv .venv-peers && .venv-peers/bin/pip install -r bench/peers/requirements.txt
    .venv-peers/bin/python bench/peers/judge.py --reference EleG4_0010.h5 EleG4_0011.h5 --candidate fast.h5 [--json judge.json]

Gradient-boosted trees (HistGradientBoostingClassifier, 200 iterations, learning rate 0.06) on observables of the shower (sampling
fraction, means and widths along x, y, z, cells above 0.1, 1 and 10 MIP over the root of the energy, largest cell over total), the
logarithms of the layers' shares, and the logarithm of the incident energy. Both sets enter with equally many showers; each half is
scored by trees that learned from the other. Printed: the area under the ROC curve with its standard error (DeLong), and the floor,
the reference's own halves told apart in the same way (so from half as many showers).

Reads the files of the 3DGAN (ECAL and target or energy, GeV) and nothing else.
"""

import argparse
import json

import h5py
import numpy as np
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier

MIP = 1.45e-4  # GeV, of 0.5 mm of silicon
FAINTEST = 1e-6  # GeV: less counts as zero
TINY = 1e-12


def read(paths):
    cells, energies = [], []
    for path in paths:
        with h5py.File(path) as file:
            cells.append(file["ECAL"][:])
            energies.append(file["target"][:, 1] if "target" in file else file["energy"][:].reshape(-1))
    cells = np.concatenate(cells).astype(np.float64)
    cells[cells < FAINTEST] = 0
    return cells, np.concatenate(energies).astype(np.float64)


def features(cells, energies):
    total = np.maximum(cells.sum(axis=(1, 2, 3)), TINY)
    columns = [total / energies, np.log(energies)]
    for axis in (1, 2, 3):
        profile = cells.sum(axis=tuple({1, 2, 3} - {axis}))
        place = np.arange(profile.shape[1])
        mean = profile @ place / total
        columns += [mean, np.sqrt(np.maximum(profile @ place**2 / total - mean**2, 0))]
    for threshold in (0.1, 1, 10):
        columns.append((cells > threshold * MIP).sum(axis=(1, 2, 3)) / np.sqrt(energies))
    columns.append(cells.max(axis=(1, 2, 3)) / total)
    layers = np.log(cells.sum(axis=(1, 2)) / total[:, None] + TINY)
    return np.column_stack([*columns, layers])


def area(reference, candidate):
    """Area under the ROC curve of two sets of scores, and its standard error (DeLong et al. 1988)."""
    n, m = len(reference), len(candidate)
    ranks = rankdata(np.concatenate([candidate, reference]))
    placed = (ranks[:m] - rankdata(candidate)) / n
    displaced = 1 - (ranks[m:] - rankdata(reference)) / m
    return placed.mean(), np.sqrt(placed.var(ddof=1) / m + displaced.var(ddof=1) / n)


def tell_apart(reference, candidate, seed):
    """Each half scored by trees that learned from the other half."""
    count = min(len(reference), len(candidate))
    random = np.random.default_rng(seed)
    sets = [rows[random.permutation(len(rows))[:count]] for rows in (reference, candidate)]
    areas, errors = [], []
    for fold in (0, 1):
        learned = [rows[fold::2] for rows in sets]
        scored = [rows[1 - fold::2] for rows in sets]
        trees = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.06, random_state=seed)
        trees.fit(np.concatenate(learned), np.repeat([0, 1], [len(rows) for rows in learned]))
        found = area(*(trees.predict_proba(rows)[:, 1] for rows in scored))
        areas.append(found[0])
        errors.append(found[1])
    return {"auc": float(np.mean(areas)), "uncertainty": float(np.sqrt(np.mean(np.square(errors)) / 2)), "showers": count}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--reference", nargs="+", required=True)
    arguments.add_argument("--candidate", nargs="+", required=True)
    arguments.add_argument("--energy", default="", help="compare this range alone, GeV: 10:60")
    arguments.add_argument("--count", type=int, help="at most so many showers of each set, the first")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json")
    given = arguments.parse_args()

    rows = {}
    for name in ("reference", "candidate"):
        cells, energies = read(getattr(given, name))
        low, high = (float(edge) for edge in given.energy.split(":")) if given.energy else (0, np.inf)
        chosen = np.flatnonzero((energies >= low) & (energies <= high))[: given.count]
        rows[name] = features(cells[chosen], energies[chosen])
    result = tell_apart(rows["reference"], rows["candidate"], given.seed)
    floor = tell_apart(rows["reference"][0::2], rows["reference"][1::2], given.seed)
    print(f"AUC {result['auc']:.3f} ± {result['uncertainty']:.3f} ({result['showers']} showers of each set); "
          f"floor {floor['auc']:.3f} ± {floor['uncertainty']:.3f} ({floor['showers']})")
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump({"result": result, "floor": floor}, file, indent=2)


if __name__ == "__main__":
    main()
