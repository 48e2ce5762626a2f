#!/usr/bin/env python3
"""What a judge says where there is nothing to find: showers of one simulation are split at random into two disjoint sets, which
are compared, again and again (doc/validation.md, "Geant4 against Geant4"):

    scripts/split_reference.py --splits 10 --showers 1000 EleG4_*.h5

Prints every classifier's area with the number of standard deviations from 1/2, and how many of the 95 % intervals of signed
metrics (means, spreads, shifts) miss zero: 5 % should. Files of the 3DGAN (ECAL, target, extra). Needs numpy and h5py.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from damage_showers import read

SIGNED = ("_rel", "_shift")


def write(path, showers, rows):
    with h5py.File(path, "w") as file:
        for name, values in zip(("ECAL", "target", "extra"), showers):
            file[name] = values[rows]


def compare(caloforge, reference, candidate, classifiers, threads):
    run = subprocess.run(
        [caloforge, "validate", "--reference", reference, "--candidate", candidate, "--classifiers", classifiers,
         "--threads", str(threads), "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"caloforge validate ended with exit code {run.returncode}:\n{run.stderr}")
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="showers of one simulation")
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--showers", type=int, default=1000, help="of each of the two sets")
    parser.add_argument("--classifiers", default="observables", help="as of caloforge validate")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--caloforge", default="caloforge", help="the program")
    given = parser.parse_args()
    showers = read(given.files)
    count = len(showers[0])
    if count < 2 * given.showers:
        sys.exit(f"{count} showers do not make two sets of {given.showers}. --showers {count // 2}?")
    random = np.random.default_rng(given.seed)
    intervals = missed = worst_found = worst = 0
    areas = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / name for name in ("reference.h5", "candidate.h5")]
        for split in range(given.splits):
            order = random.permutation(count)[: 2 * given.showers]
            for path, rows in zip(paths, np.split(order, 2)):
                write(path, showers, rows)
            metrics = compare(given.caloforge, *paths, given.classifiers, given.threads)["metrics"]
            line = []
            for metric in metrics:
                name = metric["name"]
                if name.startswith("auc_") and metric["value"] is not None:
                    away = (metric["value"] - 0.5) / metric["uncertainty"]
                    areas.setdefault(name, []).append(away)
                    line.append(f"{name} {metric['value']:.3f} ± {metric['uncertainty']:.3f}")
                if name.endswith("_worst") and metric.get("chance") is not None:
                    worst += 1
                    worst_found += metric["chance"] < 0.05
                if metric["ideal"] == 0 and name.endswith(SIGNED) and metric.get("low") is not None:
                    intervals += 1
                    missed += not metric["low"] <= 0 <= metric["high"]
            print(f"split {split + 1}: " + ", ".join(line), flush=True)
    for name, away in areas.items():
        print(f"{name}: {np.mean(away):+.2f} standard deviations from 1/2 on average, the largest {max(away, key=abs):+.2f}, "
              f"{sum(abs(a) > 2 for a in away)} of {len(away)} beyond two")
    print(f"95 % intervals that miss zero: {missed} of {intervals} ({100 * missed / max(intervals, 1):.1f} %)")
    print(f"most significant differences with a chance below 5 %: {worst_found} of {worst}")


if __name__ == "__main__":
    main()
