"""`caloforge validate` on any read-out and any condition, beside NumPy and scikit-learn: observables, profiles, slices and what trees
find are computed a second time from made-up files, as doc/validation.md defines them. With packages of .venv-test."""

import json
import math
import re
import unittest

import h5py
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from harness import BAD_INPUT, DONE, USAGE, CommandTest, call

# The CaloChallenge's data set 1, photons (r edges in mm, sectors).
PHOTONS = [([0, 5, 10, 30, 50, 100, 200, 400, 600], 1), ([0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 40, 50, 70, 90, 120, 150, 200], 10),
           ([0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400], 10), ([0, 50, 100, 200, 400, 600], 1),
           ([0, 100, 200, 400, 1000, 2000], 1)]
RINGS = [([4.65 * k for k in range(10)], 16)] * 45  # data set 2

SIDE, LAYERS, CELL = 15, 10, 6.0
DETECTOR = f"""
name = "stack"
mip_mev = 0.1
[grid]
nx = {SIDE}
ny = {SIDE}
nz = {LAYERS}
cell_x = {CELL}
cell_y = {CELL}
[[slab]]
name = "plate"
material = "lead"
thickness = 7
[[slab]]
name = "sensor"
material = "silicon"
thickness = 1
active = true
[[layer]]
repeat = {LAYERS}
slabs = ["plate", "sensor"]
"""
DEPTHS = 8.0 * np.arange(LAYERS) + 7.5  # mm, the middle of each sensor
MIP = 1e-4  # GeV
CUT_3DGAN, CUT_CHALLENGE = 1e-6, 15.15e-6  # GeV: below counts as zero


def binning(layers):
    text = "".join(f'<Layer id="{i}" r_edges="{",".join(map(str, edges))}" n_bin_alpha="{sectors}"/>'
                   for i, (edges, sectors) in enumerate(layers))
    return f'<Bins><Particle name="photon"><Bin>{text}</Bin></Particle></Bins>'


def ring_showers(path, layers, count, seed, width=20.0):
    """A file of the CaloChallenge's layout, MeV; its showers (N, voxels) and incident energies in GeV, as the program reads them."""
    random = np.random.default_rng(seed)
    energy = random.uniform(10, 500, count)
    parts = []
    for z, (edges, sectors) in enumerate(layers):
        r = np.tile(np.add(edges[1:], edges[:-1]) / 2, sectors)
        own = width * random.uniform(0.8, 1.25, (count, 1))
        part = np.exp(-r / own - ((z - 0.4 * len(layers)) / (0.3 * len(layers))) ** 2) * random.exponential(1, (count, r.size))
        parts.append(part * (random.random(part.shape) < 0.6))
    shower = np.concatenate(parts, axis=1)
    shower *= (energy * random.normal(0.9, 0.03, count) / shower.sum(axis=1))[:, None] * 1e3
    shower, mev = shower.astype(np.float32), (1e3 * energy).astype(np.float32)
    with h5py.File(path, "w") as file:
        file["showers"], file["incident_energies"] = shower, mev[:, None]
    cells = shower.astype(float) / 1e3
    return np.where(cells < CUT_CHALLENGE, 0, cells), mev.astype(float) / 1e3


def inclined_showers(path, count, seed, steepest=35.0, particles=(11, 22), shares=None, gamma=1.0, direction=True):
    """A 3DGAN file of showers about their axes; photons `gamma` times as wide. What the program reads of it."""
    random = np.random.default_rng(seed)
    energy = random.uniform(10, 500, count).astype(np.float32)
    theta = np.radians(random.uniform(0, steepest, count)).astype(np.float32)
    phi = random.uniform(0, 2 * math.pi, count).astype(np.float32)
    impact = random.uniform(-3, 3, (count, 2)).astype(np.float32)
    particle = random.choice(particles, count, p=shares).astype(np.float32)
    made = {"energy": energy.astype(float), "theta": theta.astype(float), "phi": phi.astype(float), "impact": impact.astype(float), "particle": particle}
    x, y = beside_axes(made)
    width = 7 * np.where(particle == 22, gamma, 1) * random.uniform(0.9, 1.1, count)
    layer = np.arange(LAYERS)
    cells = np.exp(-np.hypot(x, y) / width[:, None, None, None]) * ((layer + 0.5) ** 2 * np.exp(-layer / 1.8))
    cells *= random.exponential(1, cells.shape) * (random.random(cells.shape) < 0.7)
    response = 0.02 * random.normal(1, 0.05, count) * energy
    cells = (cells * (response / cells.sum(axis=(1, 2, 3)))[:, None, None, None]).astype(np.float32)
    with h5py.File(path, "w") as file:
        file["ECAL"] = cells
        file["ECAL"].attrs["cell_mm"] = [CELL, CELL]
        file["target"] = np.stack([particle, energy], axis=1)
        file["energy"] = energy
        file["impact"] = impact
        if direction:
            file["direction"] = np.stack([theta, phi], axis=1)
            file["direction"].attrs["condition_unit"] = "rad"
    cells = cells.astype(float)
    return np.where(cells < CUT_3DGAN, 0, cells), made


def beside_axes(made):
    """x and y of the middle of every cell from the shower's axis, mm: (N, X, Y, Z)."""
    place = (np.arange(SIDE) - (SIDE - 1) / 2) * CELL
    slope = np.tan(made["theta"])[:, None] * DEPTHS
    x = place[None, :, None] - made["impact"][:, 0, None, None] - (slope * np.cos(made["phi"])[:, None])[:, None, :]
    y = place[None, :, None] - made["impact"][:, 1, None, None] - (slope * np.sin(made["phi"])[:, None])[:, None, :]
    shape = (len(slope), SIDE, SIDE, LAYERS)
    return np.broadcast_to(x[:, :, None, :], shape), np.broadcast_to(y[:, None, :, :], shape)


def mean_and_width(values, energies, axes):
    """Weighted with energy over `axes`."""
    total = energies.sum(axis=axes)
    mean = (values * energies).sum(axis=axes) / total
    return mean, np.sqrt(np.maximum((values**2 * energies).sum(axis=axes) / total - mean**2, 0))


def wasserstein(reference, candidate):
    """The exact distance in units of the reference's standard deviation."""
    both = np.sort(np.concatenate([reference, candidate]))
    shares = [np.searchsorted(np.sort(part), both[:-1], side="right") / part.size for part in (reference, candidate)]
    return np.sum(np.abs(shares[0] - shares[1]) * np.diff(both)) / reference.std()


class Rings:
    """Observables of showers in rings, as (N) or (N, layers); layers without sectors have no x and y."""

    def __init__(self, layers, cells, energy):
        self.layers, self.energy = layers, energy
        starts = np.cumsum([0] + [(len(edges) - 1) * sectors for edges, sectors in layers])
        self.parts = [cells[:, a:b] for a, b in zip(starts, starts[1:])]
        place = []
        for edges, sectors in layers:
            r = np.tile(np.add(edges[1:], edges[:-1]) / 2, sectors)
            alpha = np.repeat((np.arange(sectors) + 0.5) * 2 * math.pi / sectors, len(edges) - 1)
            place.append((r, r * np.cos(alpha), r * np.sin(alpha)))
        cut = [z for z, (_, sectors) in enumerate(layers) if sectors > 1]
        self.deposited = cells.sum(axis=1)
        all_r = np.concatenate([r for r, _, _ in place])
        self.mean_r, self.width_r = mean_and_width(all_r, cells, 1)
        self.sparsity = 1 - (cells > 0).mean(axis=1)
        placed = np.concatenate([self.parts[z] for z in cut], axis=1)
        x, y = (np.concatenate([place[z][axis] for z in cut]) for axis in (1, 2))
        self.mean_x, self.width_x = mean_and_width(x, placed, 1)
        self.mean_y, self.width_y = mean_and_width(y, placed, 1)
        distance = np.hypot(x - self.mean_x[:, None], y - self.mean_y[:, None])
        self.radius = (distance * placed).sum(axis=1) / placed.sum(axis=1)
        self.leakage_side = sum(part.reshape(len(cells), sectors, -1)[:, :, -1].sum(axis=1)
                                for part, (_, sectors) in zip(self.parts, layers)) / self.deposited
        self.layer_mean_r = np.stack([mean_and_width(r, part, 1)[0] for part, (r, _, _) in zip(self.parts, place)], axis=1)
        self.cells_above = (cells > 0.1 * MIP).sum(axis=1)

    def longitudinal(self):
        return np.array([part.sum() for part in self.parts]) / self.energy.sum()

    def radial(self, edges):
        """Energy per ring, each cell spread over the rings that it covers."""
        out = np.zeros(len(edges) - 1)
        for part, (own, sectors) in zip(self.parts, self.layers):
            energy = part.reshape(len(part), sectors, -1).sum(axis=(0, 1))
            for low, high, e in zip(own, own[1:], energy):
                cover = np.clip(np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1]), 0, None)
                out += e * cover / (high - low)
        return out / self.energy.sum()

    def azimuthal(self, bins):
        out = np.zeros(bins)
        for part, (_, sectors) in zip(self.parts, self.layers):
            if sectors == bins:
                out += part.reshape(len(part), sectors, -1).sum(axis=(0, 2))
        return out / self.energy.sum()


class Views(CommandTest):
    def compare(self, *arguments):
        """metrics.json and the data of the page."""
        out = self.folder / "out"
        outcome = self.expect(DONE, call("validate", "--reference", self.folder / "a.h5", "--candidate", self.folder / "b.h5", "--out", out,
                                         "--classifiers", "none", *arguments))
        self.stderr = outcome.err
        self.metrics = json.loads((out / "metrics.json").read_text())
        self.page = json.loads(re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', (out / "report.html").read_text(), re.DOTALL)[1])

    def metric(self, name, **slice_of):
        for metric in self.metrics["metrics"]:
            if metric["name"] == name and (not slice_of or all(metric.get(key) == label for key, label in slice_of.items())):
                return metric
        self.fail(f"no metric {name} {slice_of}")

    def profile(self, name, **slice_of):
        """The first is that of all energies."""
        for profile in self.page["profiles"]:
            if profile["name"] == name and (not slice_of or all(profile.get(key) == label for key, label in slice_of.items())):
                return profile
        self.fail(f"no profile {name} {slice_of}")

    def expect_series(self, found, wanted, tolerance=2e-5):
        np.testing.assert_allclose(np.array(found, float), wanted, rtol=tolerance, atol=1e-12)

    def expect_distances(self, reference, candidate, names):
        for name in names:
            value = self.metric(f"wasserstein_{name}")["value"]
            self.assertAlmostEqual(value / wasserstein(getattr(reference, name), getattr(candidate, name)), 1, delta=2e-3, msg=name)

    def check_rings(self, layers, *arguments):
        reference = Rings(layers, *ring_showers(self.folder / "a.h5", layers, 400, 1))
        candidate = Rings(layers, *ring_showers(self.folder / "b.h5", layers, 300, 2, 24.0))
        (self.folder / "stack.toml").write_text(DETECTOR)
        self.compare("--detector", self.folder / "stack.toml", *arguments)
        self.expect_distances(reference, candidate, ["mean_r", "width_r", "mean_x", "mean_y", "width_x", "width_y", "radius", "sparsity", "leakage_side"])
        edges = np.array(self.profile("radial_profile")["edges"])
        self.assertEqual(sorted({float(f"{edge:.9g}") for own, _ in layers for edge in own}), [float(f"{edge:.9g}") for edge in edges])
        sectors = max(count for _, count in layers)
        for side, rings in (("reference", reference), ("candidate", candidate)):
            self.expect_series(self.profile("longitudinal_profile")[side]["y"], rings.longitudinal())
            self.expect_series(self.profile("radial_profile")[side]["y"], rings.radial(edges))
            self.expect_series(self.profile("azimuthal_profile")[side]["y"], rings.azimuthal(sectors))
            self.expect_series(self.profile("layer_mean_r")[side]["y"], np.nanmean(rings.layer_mean_r, axis=0), 2e-3)
            self.expect_series(self.profile("layer_cells")[side]["y"], [(part > 0.1 * MIP).sum() / len(part) for part in rings.parts])
            self.expect_series(self.profile("layer_sparsity")[side]["y"], [1 - (part > 0).mean() for part in rings.parts])
        fractions = [rings.deposited / rings.energy for rings in (reference, candidate)]
        self.assertAlmostEqual(self.metric("sampling_fraction_mean_rel")["value"], fractions[1].mean() / fractions[0].mean() - 1, delta=1e-6)
        self.assertAlmostEqual(self.metric("cells_above_mip_fraction_rel")["value"],
                               candidate.cells_above.mean() / reference.cells_above.mean() - 1, delta=1e-6)
        self.assertIsNone(self.metric("figure_of_merit")["value"])
        self.assertEqual(self.page["detector"]["frame"], "cylindrical")
        self.assertTrue(all(pair[side]["cells"] for pair in self.page["events"] for side in ("reference", "candidate")))

    def test_layers_of_rings_that_differ(self):
        (self.folder / "binning.xml").write_text(binning(PHOTONS))
        self.check_rings(PHOTONS, "--binning", self.folder / "binning.xml")
        self.assertEqual([len(layer["r_edges"]) for layer in self.page["detector"]["layers"]], [len(edges) for edges, _ in PHOTONS])
        self.assertEqual(self.page["detector"]["name"], "")  # they are not that stack's

    def test_layers_of_rings_that_are_alike(self):
        self.check_rings(RINGS, "--binning", self.write("binning.xml", binning(RINGS)))
        self.assertEqual(self.page["detector"]["grid"]["nx"], 9)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def test_inclined_showers_about_their_axes(self):
        sets = [inclined_showers(self.folder / "a.h5", 300, 1, particles=(11,)), inclined_showers(self.folder / "b.h5", 250, 2, particles=(22,), gamma=1.2)]
        self.compare("--detector", self.write("stack.toml", DETECTOR))
        found = {}
        for side, (cells, made) in zip(("reference", "candidate"), sets):
            x, y = beside_axes(made)
            one = found[side] = type("Observables", (), {})()
            one.mean_x, one.width_x = mean_and_width(x, cells, (1, 2, 3))
            one.mean_y, one.width_y = mean_and_width(y, cells, (1, 2, 3))
            distance = np.hypot(x - one.mean_x[:, None, None, None], y - one.mean_y[:, None, None, None])
            one.radius = (distance * cells).sum(axis=(1, 2, 3)) / cells.sum(axis=(1, 2, 3))
            rim = cells.copy()
            rim[:, 1:-1, 1:-1, :] = 0
            one.leakage_side = rim.sum(axis=(1, 2, 3)) / cells.sum(axis=(1, 2, 3))
            incident = made["energy"].sum()
            self.expect_series(self.profile("longitudinal_profile")[side]["y"], cells.sum(axis=(0, 1, 2)) / incident)
            for axis, values in (("x", x), ("y", y)):
                profile = self.profile(f"transverse_profile_{axis}")
                self.assertEqual(profile["x_label"], f"{axis} from the shower's axis [mm]")
                self.expect_series(profile[side]["y"], np.histogram(values, np.array(profile["edges"]), weights=cells)[0] / incident)
            profile = self.profile("radial_profile")
            self.expect_series(profile[side]["y"], np.histogram(np.hypot(x, y) / CELL, profile["edges"], weights=cells)[0] / incident)
            self.assertLess(abs(one.mean_x.mean()), 0.3)  # on the axis; the window's middle is millimetres away
        self.expect_distances(found["reference"], found["candidate"], ["mean_x", "mean_y", "width_x", "width_y", "radius", "leakage_side"])
        self.assertEqual(self.metrics["reference"]["axis"]["layer_depths_mm"], list(DEPTHS))
        self.assertIn("different particles", "".join(self.metrics["notices"]))
        self.assertEqual(self.page["notices"], self.metrics["notices"])
        for notice in self.metrics["notices"]:
            self.assertIn(notice, self.stderr)

    def test_figures_by_theta_and_particle(self):
        sets = [inclined_showers(self.folder / "a.h5", 1200, 1), inclined_showers(self.folder / "b.h5", 1000, 2, gamma=1.25)]
        stack = self.write("stack.toml", DETECTOR)
        self.compare("--detector", stack, "--theta-edges", "0,12,35")
        self.assertEqual([slicing["slices"] for slicing in self.metrics["slicings"]], [["0:12", "12:35"], ["e-", "gamma"]])
        self.assertNotIn("notices", self.metrics)
        masks = {("theta", "0:12"): lambda made: np.degrees(made["theta"]) < 12, ("theta", "12:35"): lambda made: np.degrees(made["theta"]) >= 12,
                 ("particle", "e-"): lambda made: made["particle"] == 11, ("particle", "gamma"): lambda made: made["particle"] == 22}
        for (slicing, label), mask in masks.items():
            figures = []
            for cells, made in sets:
                kept = mask(made)
                x, _ = beside_axes(made)
                energies = cells[kept]
                figures.append((kept.sum(), (energies.sum(axis=(1, 2, 3)) / made["energy"][kept]).mean(),
                                mean_and_width(x[kept], energies, (1, 2, 3))[1], energies.sum(axis=(0, 1, 2)) / made["energy"][kept].sum()))
            (n, mean, width, profile), (other_n, other_mean, other_width, _) = figures
            metric = self.metric("sampling_fraction_mean_rel", **{slicing: label})
            self.assertEqual((metric["n_reference"], metric["n_candidate"]), (n, other_n))
            self.assertNotIn("energy", metric)
            self.assertAlmostEqual(metric["value"], other_mean / mean - 1, delta=1e-6)
            self.assertAlmostEqual(self.metric("wasserstein_width_x", **{slicing: label})["value"] / wasserstein(width, other_width), 1, delta=2e-3)
            self.expect_series(self.profile("longitudinal_profile", **{slicing: label})["reference"]["y"], profile)
        self.assertEqual(self.metric("wasserstein_width_x", particle="gamma")["against_floor"], "beyond")
        self.assertNotEqual(self.metric("wasserstein_width_x", particle="e-")["against_floor"], "beyond")
        self.assertIn("for gamma", self.page["verdict"]["headline"] + str(self.page["verdict"]))
        for pair in self.page["events"]:
            self.assertEqual(pair["reference"]["slices"], pair["candidate"]["slices"])
        # Chosen alone, a slice is a comparison of its own.
        by_slice = self.metric("longitudinal_profile_max_rel", particle="gamma")["value"]
        self.compare("--detector", stack, "--particle", "gamma")
        self.assertEqual(self.metrics["reference"]["showers"], int((sets[0][1]["particle"] == 22).sum()))
        self.assertAlmostEqual(self.metric("longitudinal_profile_max_rel")["value"], by_slice, delta=1e-9)
        self.compare("--detector", stack, "--particle", "e-,22", "--theta", "5:20", "--energy", "100:300")
        made = sets[0][1]
        inside = (np.degrees(made["theta"]) >= 5) & (np.degrees(made["theta"]) <= 20) & (made["energy"] >= 100) & (made["energy"] <= 300)
        self.assertEqual(self.metrics["reference"]["showers"], int(inside.sum()))

    def test_trees_find_what_those_of_scikit_learn_find(self):
        """On the same numbers: of the shower, and each layer's share, as the trees are given them."""
        layers = PHOTONS
        (self.folder / "stack.toml").write_text(DETECTOR)
        xml = self.write("binning.xml", binning(layers))
        for width, least, most in ((20.0, 0.44, 0.56), (20.8, 0.5, 0.95)):
            rings = [Rings(layers, *ring_showers(self.folder / name, layers, 800, seed, own))
                     for name, seed, own in (("a.h5", 1, 20.0), ("b.h5", 2, width))]
            outcome = self.expect(DONE, call("validate", "--reference", self.folder / "a.h5", "--candidate", self.folder / "b.h5", "--binning", xml,
                                             "--detector", self.folder / "stack.toml", "--classifiers", "observables", "--threads", 1, "--json"))
            (area,) = [metric for metric in outcome.json()["metrics"] if metric["name"] == "auc_observables"]
            features = np.concatenate([np.column_stack(
                [part.deposited / part.energy, part.mean_x, part.mean_y, part.width_x, part.width_y, part.radius, part.mean_r, part.width_r,
                 part.sparsity, part.leakage_side, part.cells_above / np.sqrt(part.energy), np.log10(part.energy),
                 np.stack([layer.sum(axis=1) for layer in part.parts], axis=1) / part.energy[:, None]]) for part in rings])
            labels = np.repeat([0, 1], 800)
            scores = np.zeros(labels.size)
            for train, test in StratifiedKFold(4, shuffle=True, random_state=1).split(features, labels):
                model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, random_state=1).fit(features[train], labels[train])
                scores[test] = model.predict_proba(features[test])[:, 1]
            theirs = roc_auc_score(labels, scores)
            self.assertLess(abs(area["value"] - theirs), 4 * math.hypot(area["uncertainty"], area["uncertainty"]), (area["value"], theirs))
            self.assertTrue(least < area["value"] < most, area)

    def test_conditions_of_one_set_alone(self):
        inclined_showers(self.folder / "a.h5", 400, 1, steepest=30, shares=(0.5, 0.5))
        inclined_showers(self.folder / "b.h5", 400, 2, steepest=15, particles=(11,))
        stack = self.write("stack.toml", DETECTOR)
        self.compare("--detector", stack)
        said = "\n".join(self.metrics["notices"])
        self.assertIn("the particles differ (e-, gamma in reference, e- in candidate): compared are showers of e-", said)
        self.assertIn("the theta ranges differ", said)
        self.assertEqual(self.metrics["candidate"]["showers"], 400)
        self.assertLess(self.metrics["reference"]["showers"], 160)
        inclined_showers(self.folder / "b.h5", 400, 2, direction=False)
        self.compare("--detector", stack)
        self.assertIn("candidate does not say its directions", "\n".join(self.metrics["notices"]))
        self.assertNotIn("axis", self.metrics["reference"])

    def test_what_cannot_be_compared_is_named(self):
        ring_showers(self.folder / "a.h5", PHOTONS, 20, 1)
        other = [([0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 40, 50, 70, 90, 120, 140, 200], 10) if z == 1 else layer for z, layer in enumerate(PHOTONS)]
        arguments = ["validate", "--reference", self.folder / "a.h5", "--candidate", self.folder / "b.h5", "--classifiers", "none"]
        # The same voxels, binned otherwise: each file states its own.
        for path, layers in (("a.h5", PHOTONS), ("b.h5", other)):
            ring_showers(self.folder / path, layers, 20, 1)
            with h5py.File(self.folder / path, "a") as file:
                file["showers"].attrs["readout"] = json.dumps(
                    {"kind": "cylindrical", "sized": True,
                     "layers": [{"id": z, "sectors": sectors, "r_edges": [float(edge) for edge in edges]} for z, (edges, sectors) in enumerate(layers)]})
        self.expect(BAD_INPUT, call(*arguments), "layer 1 has the ring edges", "120, 150, 200 mm and", "120, 140, 200 mm")
        for path in ("a.h5", "b.h5"):
            inclined_showers(self.folder / path, 20, 1)
        self.expect(BAD_INPUT, call(*arguments, "--theta", "60:80"), "no shower of", "theta of 60:80 degrees")
        self.expect(USAGE, call(*arguments, "--particle", "electron"), "no such particle")
        self.expect(USAGE, call(*arguments, "--theta", "0,10"), "one range is wanted")
        self.expect(BAD_INPUT, call(*arguments, "--theta-edges", "30,10"), "theta edges")
        with h5py.File(self.folder / "b.h5", "a") as file:
            file["direction"][:, 0] = np.degrees(file["direction"][:, 0])
        self.expect(BAD_INPUT, call(*arguments), "is it in degrees?", "theta =")


if __name__ == "__main__":
    unittest.main()
