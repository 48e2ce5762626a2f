"""`caloforge validate --as calochallenge` beside NumPy: what the CaloChallenge's evaluation computes (doc/validation.md), written
a second time from its description, on made-up files of each of its data sets. With packages of .venv-test (NumPy, h5py)."""

import json
import math
import re
import unittest

import h5py
import numpy as np

from harness import BAD_INPUT, DONE, USAGE, CommandTest, call

# The rings of data set 1 (r edges in mm, sectors), by layer; those of 2 and 3 are all alike.
PHOTONS = {0: ([0, 5, 10, 30, 50, 100, 200, 400, 600], 1),
           1: ([0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 40, 50, 70, 90, 120, 150, 200], 10),
           2: ([0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400], 10),
           3: ([0, 50, 100, 200, 400, 600], 1), 12: ([0, 100, 200, 400, 1000, 2000], 1)}
PIONS = {0: ([0, 5, 10, 30, 50, 100, 200, 400, 600], 1), 1: ([0, 1, 4, 7, 10, 15, 30, 50, 90, 150, 200], 10),
         2: ([0, 5, 10, 20, 30, 50, 80, 130, 200, 300, 400], 10), 3: ([0, 50, 100, 200, 400, 600], 1),
         12: ([0, 10, 20, 30, 50, 80, 100, 130, 160, 200, 250, 300, 350, 400, 1000, 2000], 10),
         13: ([0, 10, 20, 30, 50, 80, 100, 130, 160, 200, 250, 300, 350, 400, 600, 1000, 2000], 10),
         14: ([0, 50, 100, 150, 200, 250, 300, 400, 600, 1000, 2000], 1)}
SETS = {"1-photons": ("photon", PHOTONS, 368), "1-pions": ("pion", PIONS, 533),
        "2": ("electron", {z: ([4.65 * k for k in range(10)], 16) for z in range(45)}, 6480),
        "3": ("electron", {z: ([2.325 * k for k in range(19)], 50) for z in range(45)}, 40500)}
WIDTH, RATE, BATCH = 2048, 2e-4, 1000


def cells_of(edges, sectors):
    return (len(edges) - 1) * sectors


def write_binning(path, name):
    particle, layers, _ = SETS[name]
    text = "".join(f'<Layer id="{z}" r_edges="{",".join(map(str, layers.get(z, ([0], 1))[0]))}" '
                   f'n_bin_alpha="{layers.get(z, ([0], 1))[1]}"/>' for z in range(max(layers) + 1))
    path.write_text(f'<Bins><Bin pid="0" name="{particle}">{text}</Bin></Bins>')
    return path


def made_up(name, count, seed, widen=1.0):
    """Showers (N, voxels) and incident energies (N), MeV, that float32 holds; some voxels and layers below the cut, some layers empty."""
    _, layers, voxels = SETS[name]
    random = np.random.default_rng(seed)
    steps = name.startswith("1")
    energy = 256.0 * 2.0 ** (np.arange(count) % 15) if steps else 10 ** random.uniform(3, 6, count)
    shares = []
    for index, (edges, sectors) in enumerate(layers.values()):
        middle = np.tile(np.add(edges[1:], edges[:-1]) / 2, sectors)
        width = (20 + 5 * random.random((count, 1))) * widen
        part = np.exp(-middle / width - index / 15) * random.exponential(1, (count, cells_of(edges, sectors)))
        shares.append(part * (random.random((count, 1)) < 0.95) * (random.random(part.shape) < 0.6))
    shower = np.concatenate(shares, axis=1)
    response = 0.95 + 0.05 * random.standard_normal(count)
    shower *= (energy * response / np.maximum(shower.sum(axis=1), 1e-9))[:, None]
    assert shower.shape == (count, voxels)
    return shower.astype(np.float32).astype(np.float64), energy.astype(np.float32).astype(np.float64)


def write(path, shower, energy):
    with h5py.File(path, "w") as file:
        file["showers"], file["incident_energies"] = shower, energy[:, None]
    return path


def in_order(values):
    """Sums over the last axis, one value after the other: as the program adds them, so that the reference's largest layer energy is the
    same to the last digit. The last edge of its histogram is 10^log10 of it, and rounding decides whether it is counted."""
    return np.cumsum(values, axis=-1)[..., -1]


class Features:
    """The evaluation's high-level features: of each kind a dictionary by layer."""

    def __init__(self, name, shower, energy):
        _, layers, _ = SETS[name]
        self.cut = 1.0 if name.startswith("1") else 0.5e-3 / 0.033
        self.raw, self.incident = shower, energy
        self.shower = np.where(shower < self.cut, 0.0, shower)
        self.total = in_order(self.shower)
        self.kinds = {kind: {} for kind in ["layer_energy", "centre_eta", "centre_phi", "width_eta", "width_phi", "sparsity",
                                            "centre_r", "width_r"]}
        first = 0
        self.slices = {}
        for layer, (edges, sectors) in layers.items():
            part = self.shower[:, first:first + cells_of(edges, sectors)]
            self.slices[layer] = slice(first, first + cells_of(edges, sectors))
            first += cells_of(edges, sectors)
            edges = np.asarray(edges, float)
            ring = np.tile(edges[:-1] + (edges[1:] - edges[:-1]) / 2, sectors)
            border = np.linspace(-math.pi, math.pi, sectors + 1)
            angle = np.repeat(border[:-1] + (border[1:] - border[:-1]) / 2, len(edges) - 1)
            self.kinds["layer_energy"][layer] = in_order(part)
            self.kinds["sparsity"][layer] = 1.0 - (part > 0).mean(axis=1)
            places = [("r", ring)] + ([("eta", ring * np.cos(angle)), ("phi", ring * np.sin(angle))] if sectors > 1 else [])
            for axis, place in places:
                total = in_order(part) + 1e-16
                centre = in_order(place * part) / total
                self.kinds["centre_" + axis][layer] = centre
                self.kinds["width_" + axis][layer] = np.sqrt(np.maximum(in_order(place * place * part) / total - centre**2, 0))

    def columns(self, kind):
        return np.stack(list(self.kinds[kind].values()), axis=1)

    def observables(self):
        return np.concatenate(
            [np.log10(self.incident)[:, None], np.log10(self.columns("layer_energy") + 1e-8)]
            + [self.columns(kind) / 100 for kind in ["centre_eta", "centre_phi", "width_eta", "width_phi"]]
            + [np.log10(self.total + 1e-8)[:, None], self.columns("sparsity")]
            + [self.columns(kind) / 100 for kind in ["centre_r", "width_r"]], axis=1)


def separation(edges, reference, candidate):
    first, second = (np.histogram(values, edges)[0] for values in (reference, candidate))
    if first.sum() == 0 or second.sum() == 0:
        return None
    first, second = first / first.sum(), second / second.sum()
    both = first + second > 0
    return 0.5 * ((first - second)[both] ** 2 / (first + second)[both]).sum()


def log_edges(low, high, bins):
    return np.array([math.pow(10, x) for x in np.linspace(math.log10(low), math.log10(high), bins + 1)])


def limits(name, kind, layer):
    par04, wide = not name.startswith("1"), layer in (12, 13)
    if kind in ("centre_eta", "centre_phi"):
        end = 30 if par04 else 500 if wide else 100
        return -end, end
    if kind in ("width_eta", "width_phi"):
        return 0, 30 if par04 else 400 if wide else 100
    return 0, (42 if kind == "centre_r" else 20) if par04 else 1500 if wide or layer == 14 else 500


def separations(name, a, b):
    out = {"e_tot_over_e_inc": separation(np.linspace(0.5, 1.5, 101), a.total / a.incident, b.total / b.incident),
           "voxel_energy": separation(log_edges(a.cut, a.shower.max(), 49), a.shower.ravel(), b.shower.ravel())}
    for kind, layers in a.kinds.items():
        for layer, values in layers.items():
            if kind == "layer_energy":
                edges = log_edges(a.cut, values.max(), 39)
            elif kind == "sparsity":
                edges = np.linspace(0, 1, 21)
            else:
                edges = np.linspace(*limits(name, kind, layer), 101)
            out[f"{kind}_{layer}"] = separation(edges, values, b.kinds[kind][layer])
    for step in range(8, 23) if name.startswith("1") else []:
        edges = np.linspace(0.9, 1.1, 21) if step > 11 and "photon" in name else np.linspace(0.4, 1.4, 21)
        picked = [(x.total / x.incident)[(x.incident >= 2**step) & (x.incident < 2 ** (step + 1))] for x in (a, b)]
        out[f"e_tot_over_e_inc_at_{2**step}"] = separation(edges, *picked)
    return out


def frechet(a, b):
    def root(m):
        values, vectors = np.linalg.eigh(m)
        return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    half = root(np.cov(a, rowvar=False))
    other = np.cov(b, rowvar=False)
    mixed = np.linalg.eigvalsh(half @ other @ half)
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(half @ half) + np.trace(other) - 2 * np.sqrt(np.maximum(mixed, 0)).sum()


def normalised(a, b):
    largest = np.abs(a).max(axis=0)
    largest[largest == 0] = 1
    return a / largest, b / largest


def frechet_physics_distance(a, b, random):
    """Value and error; batches of 10,000 to 50,000 draws, extrapolated in 1 / N with neither intercept nor slope below 0."""
    a, b = normalised(a, b)
    sizes = (1 / np.linspace(1 / 10000, 1 / 50000, 10)).astype(int)
    values = [np.mean([frechet(a[random.integers(len(a), size=n)], b[random.integers(len(b), size=n)]) for _ in range(20)]) for n in sizes]
    design = np.stack([np.ones(10), 1 / sizes], axis=1)
    (intercept, slope), *_ = np.linalg.lstsq(design, values, rcond=None)
    if slope < 0:
        intercept, slope = np.mean(values), 0
    if intercept < 0:
        intercept, slope = 0, design[:, 1] @ values / (design[:, 1] @ design[:, 1])
    scatter = ((values - design @ [intercept, slope]) ** 2).sum() / 8
    return intercept, math.sqrt(np.linalg.inv(design.T @ design)[0, 0] * scatter)


def kernel_physics_distance(a, b, random):
    """Median and error of ten batches of 10,000 draws. Draws of one shower are put together, with their number."""
    a, b = normalised(a, b)

    def total(x, times_x, y, times_y):
        return times_x @ (x @ y.T / x.shape[1] + 1) ** 4 @ times_y
    values = []
    for _ in range(10):
        n = 10000
        times_a, times_b = (np.bincount(random.integers(len(x), size=n), minlength=len(x)).astype(float) for x in (a, b))
        same = sum((total(x, t, x, t) - t @ ((x**2).sum(1) / x.shape[1] + 1) ** 4) / (n * (n - 1)) for x, t in ((a, times_a), (b, times_b)))
        values.append(same - 2 * total(a, times_a, b, times_b) / n**2)
    return np.median(values), (np.percentile(values, 83.725) - np.percentile(values, 16.275)) / 2


class Network:
    """Dense layers of 2048 with LeakyReLU between, Adam, binary cross-entropy: forward and backward by hand."""

    def __init__(self, inputs, random):
        sizes = [inputs, WIDTH, WIDTH, WIDTH, 1]
        self.values = [random.uniform(-1, 1, shape).astype(np.float32) / np.float32(math.sqrt(n))
                       for n, m in zip(sizes[:-1], sizes[1:]) for shape in ((n, m), (m,))]
        self.means, self.squares = ([np.zeros_like(v) for v in self.values] for _ in range(2))
        self.steps = 0

    def forward(self, x):
        passed = [x]
        for weight, bias in zip(self.values[0::2], self.values[1::2]):
            x = x @ weight + bias
            if weight.shape[1] > 1:
                x = np.where(x > 0, x, np.float32(0.01) * x)
            passed.append(x)
        return passed

    def step(self, x, labels):
        passed = self.forward(x)
        flow = ((1 / (1 + np.exp(-passed[-1][:, 0])) - labels) / len(labels)).astype(np.float32)[:, None]
        gradients = []
        for layer in range(3, -1, -1):
            if layer < 3:
                flow = flow * np.where(passed[layer + 1] > 0, np.float32(1), np.float32(0.01))
            gradients[:0] = [passed[layer].T @ flow, flow.sum(axis=0)]
            flow = flow @ self.values[2 * layer].T
        self.steps += 1
        for value, gradient, mean, square in zip(self.values, gradients, self.means, self.squares):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            value -= RATE * (mean / (1 - 0.9**self.steps)) / (np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8)


def area(scores, labels):
    first, second = scores[labels == 0], scores[labels == 1]
    return ((second[:, None] > first).mean() + (second[:, None] == first).mean() / 2)


def classify(a, b, epochs, random):
    """AUC of one training, before the calibration: 60 % to learn from, 20 % to choose the epoch with, 20 % to judge."""
    n = len(a)
    parts = [random.permutation(n) for _ in range(2)]
    cuts = [slice(0, int(0.6 * n)), slice(int(0.6 * n), int(0.6 * n) + int(0.2 * n)), slice(int(0.6 * n) + int(0.2 * n), n)]
    train, choose, judge = ((np.concatenate([a[parts[0][cut]], b[parts[1][cut]]]).astype(np.float32),
                             np.repeat([0, 1], [len(parts[0][cut]), len(parts[1][cut])])) for cut in cuts)
    network, best, kept = Network(a.shape[1], random), -1, None
    for _ in range(epochs):
        order = random.permutation(len(train[1]))
        for first in range(0, len(order), BATCH):
            rows = order[first:first + BATCH]
            network.step(train[0][rows], train[1][rows])
        right = ((network.forward(choose[0])[-1][:, 0] > 0) == choose[1]).mean()
        if right > best:
            best, kept = right, [v.copy() for v in network.values]
    network.values = kept
    return area(network.forward(judge[0])[-1][:, 0], judge[1])


class CaloChallenge(CommandTest):
    def files(self, name, count, widen=1.1):
        """Two sets and their binning file."""
        sets = [made_up(name, count, 1), made_up(name, count, 2, widen)]
        paths = [write(self.folder / f"{which}.h5", *made) for which, made in zip("ab", sets)]
        return sets, paths, write_binning(self.folder / "binning.xml", name)

    def validate(self, paths, binning, *more, code=DONE, words=()):
        out = self.folder / "out"
        outcome = self.expect(code, call("validate", "--as", "calochallenge", "--reference", paths[0], "--candidate", paths[1], "--binning",
                                         binning, "--out", out, "--threads", 1, *more, patience=600), *words)
        return json.loads((out / "metrics.json").read_text()) if code == DONE else outcome

    def check_separations(self, name, count):
        sets, paths, binning = self.files(name, count)
        found = {metric["name"]: metric for metric in self.validate(paths, binning, "--classifiers", "none")["metrics"]}
        expected = separations(name, *(Features(name, *made) for made in sets))
        for kind, value in expected.items():
            ours = found["separation_" + kind]
            if value is None:
                self.assertIsNone(ours["value"], kind)
                self.assertTrue(ours["reason"], kind)
            else:
                self.assertAlmostEqual(ours["value"], value, delta=1e-6, msg=kind)
        self.assertEqual(self.listing(self.folder / "out/figures"), sorted({
            re.sub(r"(_at)?_\d+$", r"\1", kind) + ".pdf" for kind in expected}))
        singles = {name for name in found if name.startswith("separation_") and not name.endswith("_mean")}
        self.assertEqual(singles, {"separation_" + kind for kind in expected})
        means = [value for kind, value in expected.items() if kind.startswith("width_r_")]
        self.assertAlmostEqual(found["separation_width_r_mean"]["value"], np.mean(means), delta=1e-6)
        self.assertGreater(max(means), 0.01, "the sets do not differ: nothing is tested")
        return sets, found

    def test_photons(self):
        sets, found = self.check_separations("1-photons", 450)
        observables = [Features("1-photons", *made).observables() for made in sets]
        random = np.random.default_rng(3)
        # The extrapolation's error for either; of the kernel's median that of ten batches.
        value, error = frechet_physics_distance(*observables, random)
        self.assertAlmostEqual(found["fpd"]["value"], value, delta=5 * math.hypot(error, found["fpd"]["uncertainty"]) + 0.01 * value)
        self.assertGreater(value, 10 * error, "the sets do not differ: nothing is tested")
        value, error = kernel_physics_distance(*observables, random)
        self.assertAlmostEqual(found["kpd"]["value"], value, delta=5 * math.hypot(error, found["kpd"]["uncertainty"]) / math.sqrt(10))

    def test_pions(self):
        self.check_separations("1-pions", 450)

    def test_data_set_2(self):
        self.check_separations("2", 150)

    def test_data_set_3(self):
        self.check_separations("3", 40)

    def test_the_classifier_on_observables(self):
        count, epochs = 400, 12
        sets, paths, binning = self.files("1-photons", count, widen=3.0)
        found = self.validate(paths, binning, "--classifiers", "observables", "--classifier-epochs", epochs, "--seed", 5)
        (ours,) = found["classifiers"]
        self.assertEqual(ours["showers"], {"training": 240, "choosing": 80, "figures": 80})
        self.assertEqual(ours["features"], 1 + 5 + 4 * 2 + 1 + 5 + 2 * 5)
        theirs = classify(*(Features("1-photons", *made).observables() for made in sets), epochs, np.random.default_rng(4))
        self.assertGreater(theirs, 0.65, "nothing is learned: nothing is tested")
        # Two trainings on other parts of the sets: four standard deviations of 80 + 80 showers.
        self.assertAlmostEqual(ours["uncalibrated_auc"], theirs, delta=4 * math.sqrt(2) * max(ours["auc_error"], 0.02))
        again = self.validate(paths, binning, "--classifiers", "observables", "--classifier-epochs", epochs, "--seed", 5)
        for one, other in zip(found["metrics"], again["metrics"]):
            self.assertEqual(one, other)

    def test_every_classifier_runs(self):
        _, paths, binning = self.files("2", 60)
        found = self.validate(paths, binning, "--classifier-epochs", 1)
        self.assertEqual([one["name"] for one in found["classifiers"]], ["observables", "cells", "cells_normed", "resnet"])
        for one in found["classifiers"]:
            self.assertIsNotNone(one["auc"], one)
        self.assertEqual([one["features"] for one in found["classifiers"]], [362, 6481, 6526, 6481])

    def test_bad_input(self):
        _, paths, binning = self.files("1-photons", 60)
        wrong = write_binning(self.folder / "pions.xml", "1-pions")
        self.validate(paths, wrong, code=BAD_INPUT, words=["pions.xml", "368 voxels", "another data set?"])
        base = ["validate", "--as", "calochallenge", "--reference", paths[0], "--candidate"]
        self.expect(BAD_INPUT, call(*base, paths[1]), "368 voxels", "--binning")
        self.expect(BAD_INPUT, call(*base, paths[1], "--binning", self.folder / "missing.xml"), "missing.xml")
        shower, energy = made_up("1-photons", 60, 2)
        gev = write(self.folder / "gev.h5", shower / 1000, energy / 1000)
        self.expect(BAD_INPUT, call(*base, gev, "--binning", binning), "incident_energies", "--candidate-scale` 1")
        self.expect(DONE, call(*base, gev, "--binning", binning, "--candidate-scale", 1, "--classifiers", "none"))
        cells = write(self.folder / "cells.h5", shower / 1000, energy)
        self.expect(BAD_INPUT, call(*base, cells, "--binning", binning), "`showers` in gev", "--candidate-scale` 1")
        # As deposited in the active material: the warning's advice mends it.
        raw = write(self.folder / "raw.h5", shower / 20, energy)
        told = call(*base, raw, "--binning", binning, "--classifiers", "none")
        self.expect(DONE, told, "divided by the sampling fraction")
        advice = re.search("`(--candidate-scale)` ([0-9.]+) and `(--candidate-energy-scale)` ([0-9.]+)", told.err)
        mended = call(*base, raw, "--binning", binning, "--classifiers", "none", *advice.groups())
        self.expect(DONE, mended)
        self.assertNotIn("sampling fraction", mended.err)
        spectrum = write(self.folder / "spectrum.h5", shower, energy * np.linspace(1, 1.4, 60))
        self.expect(BAD_INPUT, call(*base, spectrum, "--binning", binning), "15 different `incident_energies`", "spectrum")
        self.expect(USAGE, call(*base, paths[1], "--binning", binning, "--require", "gates.toml"), "--as")
        # The binning belongs to the ordinary comparison, too; the epochs do not.
        plain = ["validate", "--reference", paths[0], "--candidate", paths[1], "--binning", binning]
        self.expect(USAGE, call(*plain, "--classifier-epochs", 1), "--as")
        self.expect(DONE, call(*plain, "--classifiers", "none"))
        self.expect(USAGE, call("validate", "--reference", paths[0], "--candidate", paths[1], "--classifiers", "resnet"), "--as")
        self.expect(BAD_INPUT, call("validate", "--reference", paths[0], "--candidate", paths[1]), "validate --binning")


if __name__ == "__main__":
    unittest.main()
