#!/usr/bin/env python3
"""Showers damaged on purpose, to see what a judge sees (doc/validation.md, "What the judge finds"):

    scripts/damage_showers.py --list
    scripts/damage_showers.py width --out damaged.h5 EleG4_0003.h5 EleG4_0004.h5 [--training EleG4_0001.h5]
    caloforge validate --reference EleG4_0001.h5 EleG4_0002.h5 --candidate damaged.h5

Files of the 3DGAN (ECAL, target, extra) of electrons that enter perpendicularly; energies in GeV. Needs numpy and h5py.
"""

import argparse

import h5py
import numpy as np

MIP = 1.45e-4  # GeV, of 0.5 mm of silicon
CELL = 5.1  # mm


class Showers:
    def __init__(self, cells, energy, extra, random):
        self.cells, self.energy, self.extra, self.random = cells, energy, extra, random
        self.middle = (cells.shape[1] - 1) / 2

    def sums(self):
        return self.cells.sum(axis=(1, 2, 3))


def spread(showers, factors):
    """Every layer stretched about the window's axis in x and y: whole cells move, to either side of where they would lie by chance."""
    out = np.zeros_like(showers.cells)
    last = showers.cells.shape[1] - 1
    for i, factor in enumerate(factors):
        hit = np.nonzero(showers.cells[i])
        x, y = (showers.middle + (place - showers.middle) * factor for place in hit[:2])
        x, y = (np.clip(np.floor(place + showers.random.random(len(place))).astype(int), 0, last) for place in (x, y))
        np.add.at(out[i], (x, y, hit[2]), showers.cells[i][hit])
    return out


def width(showers):
    """The spread of the transverse width about its mean at this energy x 1.15."""
    total = showers.sums()
    place = np.arange(showers.cells.shape[1])
    profile = showers.cells.sum(axis=(2, 3))
    mean = profile @ place / total
    wide = np.sqrt(np.maximum(profile @ place**2 / total - mean**2, 0))
    log = np.log(showers.energy)
    smooth = np.polyval(np.polyfit(log, wide, 3), log)
    return spread(showers, np.clip((smooth + 1.15 * (wide - smooth)) / wide, 0.7, 1.4))


def correlation(showers):
    """Layers of other showers of nearly the same energy, scaled to the shower's own: no layer knows another's shape."""
    order = np.argsort(showers.energy)
    out = showers.cells.copy()
    for z in range(1, out.shape[3], 2):
        partner = np.empty_like(order)
        partner[order] = np.roll(order, showers.random.integers(1, 6))
        layer = showers.cells[partner, :, :, z]
        own, other = showers.cells[:, :, :, z].sum(axis=(1, 2)), layer.sum(axis=(1, 2))
        out[:, :, :, z] = layer * (own / np.maximum(other, 1e-12))[:, None, None]
    return out


def scale(showers):
    """A factor of its own for each shower, 1 +- 3 %."""
    return showers.cells * showers.random.normal(1, 0.03, len(showers.cells))[:, None, None, None]


def size(showers):
    """A lateral size of its own for each shower, 1 +- 10 %."""
    return spread(showers, np.clip(showers.random.normal(1, 0.1, len(showers.cells)), 0.6, 1.5))


def core(showers):
    """One shower in a hundred with half of its core's energy in the cells beside it."""
    out = showers.cells.copy()
    middle = int(showers.middle)
    for i in np.flatnonzero(showers.random.random(len(out)) < 0.01):
        moved = 0.5 * out[i, middle, middle]
        out[i, middle, middle] -= moved
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            out[i, middle + dx, middle + dy] += moved / 4
    return out


def faint(showers):
    """Cells below 1 MIP x 0.9."""
    return np.where(showers.cells < MIP, 0.9 * showers.cells, showers.cells)


def asymmetry(showers):
    """Cells to the right of the axis with 2 % more energy, those to the left with 2 % less."""
    place = np.sign(np.arange(showers.cells.shape[1]) - showers.middle)
    return showers.cells * (1 + 0.02 * place)[None, :, None, None]


def neighbours(showers):
    """Within every layer and ring of a cell's width, cells in another order: no neighbour knows another."""
    out = showers.cells.copy()
    line = np.arange(out.shape[1]) - showers.middle
    ring = np.floor(np.hypot(*np.meshgrid(line, line, indexing="ij")) + 0.5)
    for r in np.unique(ring[ring > 1]):
        x, y = np.nonzero(ring == r)
        block = out[:, x, y, :]
        keys = showers.random.random(block.shape)
        out[:, x, y, :] = np.take_along_axis(block, np.argsort(keys, axis=1), axis=1)
    return out


def noise(showers):
    """Layer 12: every cell that was hit with noise of 0.3 MIP."""
    out = showers.cells.copy()
    layer = out[..., 12]
    out[..., 12] = np.where(layer > 0, np.maximum(layer + showers.random.normal(0, 0.3 * MIP, layer.shape), 0), 0)
    return out


def mode(showers):
    """Late showers dropped below 60 GeV: the tenth with the largest mean depth for its energy, replaced by its neighbour in energy."""
    total = showers.sums()
    depth = showers.cells.sum(axis=(1, 2)) @ np.arange(showers.cells.shape[3]) / total
    log = np.log(showers.energy)
    low = np.flatnonzero(showers.energy < 60)
    left = depth[low] - np.polyval(np.polyfit(log[low], depth[low], 2), log[low])
    late = low[left > np.quantile(left, 0.9)]
    kept = np.setdiff1d(low, late)
    out = showers.cells.copy()
    for i in late:
        out[i] = showers.cells[kept[np.argmin(np.abs(log[kept] - log[i]))]]
    return out


def duplicates(showers):
    """Ten showers that each appear ten times."""
    out = showers.cells.copy()
    chosen = showers.random.permutation(len(out))[:100].reshape(10, 10)
    for group in chosen:
        out[group] = out[group[0]]
        showers.energy[group] = showers.energy[group[0]]
        showers.extra[group] = showers.extra[group[0]]
    return out


def memory(showers, training=None):
    """Training showers by heart, every cell with noise of 1 %."""
    cells, showers.energy, showers.extra = (values[: len(showers.cells)] for values in training)
    return cells * showers.random.normal(1, 0.01, cells.shape)


def impact(showers):
    """The impact point drawn anew: the shower does not know of it."""
    showers.extra[:, 2:4] = showers.random.uniform(-CELL / 2, CELL / 2, (len(showers.cells), 2))
    return showers.cells


DAMAGES = [width, correlation, scale, size, core, faint, asymmetry, neighbours, noise, mode, duplicates, memory, impact]


def read(paths):
    parts = []
    for path in paths:
        with h5py.File(path) as file:
            parts.append((file["ECAL"][:], file["target"][:], file["extra"][:]))
    return [np.concatenate(values) for values in zip(*parts)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("damage", nargs="?", choices=[damage.__name__ for damage in DAMAGES])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--list", action="store_true", help="names and what they do")
    parser.add_argument("--training", nargs="*", default=[], help="of the damage `memory`: what is known by heart")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out")
    given = parser.parse_intermixed_args()
    if given.list:
        for damage in DAMAGES:
            print(f"{damage.__name__:12} {damage.__doc__}")
        return
    if not (given.damage and given.files and given.out) or (given.damage == "memory" and not given.training):
        parser.error("a damage, files and --out are needed, and for `memory` --training")
    cells, target, extra = read(given.files)
    showers = Showers(cells.astype(np.float64), target[:, 1].copy(), extra.copy(), np.random.default_rng(given.seed))
    more = {}
    if given.damage == "memory":
        known, known_target, known_extra = read(given.training)
        more["training"] = (known.astype(np.float64), known_target[:, 1], known_extra)
    damaged = next(damage for damage in DAMAGES if damage.__name__ == given.damage)(showers, **more)
    target = np.column_stack([np.full(len(damaged), target[0, 0]), showers.energy])
    with h5py.File(given.out, "w") as file:
        file.create_dataset("ECAL", data=damaged.astype(np.float32), compression="gzip", compression_opts=1)
        file["target"] = target.astype(np.float32)
        file["extra"] = showers.extra.astype(np.float32)
        file["extra"].attrs["columns"] = "window,outside,x0,y0,cpu,cpu_total,unused,unused"


if __name__ == "__main__":
    main()
