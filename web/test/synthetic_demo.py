"""Plausible made-up contents for the demo page: shapes like those of a real comparison, none of its numbers.

Only for trying the page out. Energies in GeV, lengths in mm, as in web/README.md.
"""

import math
import random

CELLS = 25
MIP_GEV = 0.000145
LABELS = ["10:500", "10:100", "100:300", "300:500"]


def middle(label):
    low, high = (float(part) for part in label.split(":"))
    return 0.5 * (low + high)


def shower(rng, energy, cells_wanted, skew):
    """Cells of one shower: a gamma-shaped depth profile and an exponential core, quantised to cells."""
    deposits = {}
    peak = 0.6 * math.log(energy / 0.008) * skew
    hits = 12 * cells_wanted
    for _ in range(hits):
        z = int(rng.gammavariate(3.6, peak / 2.6))
        radius = rng.expovariate(1.0 / (0.5 + 0.12 * z * skew))
        angle = rng.uniform(0.0, 2.0 * math.pi)
        x = int(math.floor(CELLS / 2 + radius * math.cos(angle)))
        y = int(math.floor(CELLS / 2 + radius * math.sin(angle)))
        if 0 <= x < CELLS and 0 <= y < CELLS and 0 <= z < CELLS:
            amount = 0.02 * energy / hits * rng.lognormvariate(0.0, 1.4)
            deposits[x, y, z] = deposits.get((x, y, z), 0.0) + amount
    chosen = sorted(deposits.items(), key=lambda item: -item[1])[:cells_wanted]
    while len(chosen) < cells_wanted:  # a halo of faint cells, as an unthresholded simulation has
        place = tuple(rng.randrange(CELLS) for _ in range(3))
        if place not in deposits:
            deposits[place] = MIP_GEV * rng.lognormvariate(-1.0, 1.0)
            chosen.append((place, deposits[place]))
    return {"incident": energy, "cells": [[*place, float(f"{amount:.4g}")] for place, amount in chosen]}


def histogram(rng, edges, shape, relative_error):
    centres = [0.5 * (low + high) for low, high in zip(edges, edges[1:])]
    y = [shape(centre) for centre in centres]
    error = [abs(value) * relative_error * (1 + 2 * rng.random()) for value in y]
    return {"y": [rng.gauss(value, sigma) for value, sigma in zip(y, error)], "error": error}


def profile(rng, name, axes, label, edges, shapes, log_y):
    reference, candidate = shapes
    return {
        "name": name, "x_label": axes[0], "y_label": axes[1], "log_y": log_y, "energy": label, "edges": edges,
        "reference": histogram(rng, edges, reference, 0.02),
        "candidate": histogram(rng, edges, candidate, 0.01),
    }


def longitudinal(energy, shift):
    peak = 0.6 * math.log(energy / 0.008) + shift
    return lambda z: 0.02 * energy * 0.12 * (z / peak) ** 3.2 * math.exp(3.2 * (1 - z / peak))


def transverse(energy, core):
    return lambda x: 0.01 * energy * (math.exp(-abs(x) / core) + 0.01 * math.exp(-abs(x) / 18.0))


def spectrum(lift):
    return lambda x: max(0.0, 0.5 * math.exp(-0.5 * ((x + 3.4) / 0.75) ** 2) * (1 + lift * math.sin(3 * x)))


def gauss(mean, width):
    return lambda x: math.exp(-0.5 * ((x - mean) / width) ** 2) / width / math.sqrt(2 * math.pi)


def profiles(rng, label):
    energy = middle(label)
    layers = [float(i) for i in range(CELLS + 1)]
    across = [5.1 * (i - CELLS / 2) for i in range(CELLS + 1)]
    log_energy = [-4.84 + 4.84 * i / 50 for i in range(51)]
    fraction = [0.01 + 0.0005 * i for i in range(41)]
    mm = ("x [mm]", "mean energy [GeV]")
    return [
        profile(rng, "longitudinal_profile", ("layer", "mean energy [GeV]"), label, layers,
                (longitudinal(energy, 0.0), longitudinal(energy, 0.7)), False),
        profile(rng, "Longitudinal profile, logarithmic", ("layer", "mean energy [GeV]"), label, layers,
                (longitudinal(energy, 0.0), longitudinal(energy, 0.7)), True),
        profile(rng, "transverse_profile_x", mm, label, across, (transverse(energy, 5.0), transverse(energy, 6.0)), True),
        profile(rng, "transverse_profile_y", mm, label, across, (transverse(energy, 5.0), transverse(energy, 5.6)), True),
        profile(rng, "cell_spectrum", ("log10(E / GeV)", "fraction of cells"), label, log_energy,
                (spectrum(0.0), spectrum(0.4)), True),
        profile(rng, "deposited_energy", ("incident energy [GeV]", "mean deposited energy [GeV]"), label,
                [10.0 * 50.0 ** (i / 12) for i in range(13)], (lambda e: 0.018 * e, lambda e: 0.0202 * e), False),
        profile(rng, "sampling_fraction", ("deposited / incident energy", "density"), label, fraction,
                (gauss(0.018, 0.0012), gauss(0.0202, 0.0030)), False),
    ]


def metric(name, label, value, uncertainty, floor, reason=None):
    entry = {"name": name, "energy": label, "value": value, "uncertainty": uncertainty, "floor": floor}
    return entry if reason is None else {**entry, "reason": reason}


def metrics(label):
    return [
        metric("auc_cells", label, 0.997, 0.001, 0.52),
        metric("auc_observables", label, None, None, None, "300 reference showers are too few, 2,000 are needed"),
        metric("sampling_fraction_mean_rel", label, 0.12, 0.004, 0.006),
        metric("sampling_fraction_width_rel", label, 2.1, 0.11, 0.07),
        metric("longitudinal_profile_max_rel", label, -0.34, 0.03, 0.05),
        metric("transverse_profile_max_rel", label, 0.083, 0.03, 0.07),
        metric("cell_spectrum_separation", label, 0.0412, 0.0006, 0.00031),
        metric("longitudinal_maximum_shift", label, 0.43, 0.05, 0.06),
        metric("cells_above_mip_fraction_rel", label, -0.018, None, 0.01),
        metric("correlation_mad", label, 0.021, 0.004, 0.024),
        metric("fpd", label, None, None, None, "not measured by this version"),
        metric("figure_of_merit", label, None, None, None, "not measured by this version"),
    ]


def demo(seed=1, events=6, cells=900):
    """The ordinary case. `cells` is the size of the largest shower."""
    rng = random.Random(seed)
    energies = [rng.uniform(10, 500) for _ in range(events)]
    pairs = [{"reference": shower(rng, e, cells, 1.0), "candidate": shower(rng, e, max(1, int(0.7 * cells)), 1.12)}
             for e in energies]
    return {
        "title": "Caloforge demo (made-up data)",
        "detector": {"name": "CLIC ECAL", "mip_gev": MIP_GEV,
                     "grid": {"nx": CELLS, "ny": CELLS, "nz": CELLS, "cell_x": 5.1, "cell_y": 5.1}},
        "reference": {"name": "Geant4", "showers": 300, "energy": [10, 500]},
        "candidate": {"name": "clic-3dgan", "showers": 1000, "energy_low": 10.02, "energy_high": 499.7, "seed": 1},
        "model": {"epochs": 3, "steps": 129, "trained_on": "EleG4_*.h5, 5,000 showers", "seconds": 5412.3,
                  "note": "undertrained on purpose: half an hour on two cores",
                  "fingerprint": "3f9ac0b1d2e4f5a6978877665544332211aabbccddeeff00112233445566778"},
        "metrics": [entry for label in LABELS[:2] for entry in metrics(label)],
        "profiles": [entry for label in LABELS for entry in profiles(rng, label)],
        "events": pairs,
        "timings": [{"what": "read the model", "seconds": 0.031}, {"what": "generate 1,000 showers", "seconds": 11.2},
                    {"what": "compare with Geant4", "seconds": 1.9}, {"what": "write this page", "seconds": 0.08}],
        "notes": ["The numbers on this page are made up.", "A shower's energies are in GeV deposited in silicon."],
    }


def empty():
    """Every array empty, most things absent."""
    return {"title": "", "detector": {}, "reference": {}, "candidate": {}, "model": {}, "metrics": [], "profiles": [],
            "events": [], "timings": [], "notes": []}


def nulls():
    """Every value that may be null is null, and lengths disagree."""
    data = demo(events=1, cells=300)
    for entry in data["metrics"]:
        entry.update(value=None, uncertainty=None, floor=None, reason="too few showers")
    for entry in data["profiles"]:
        entry["reference"]["y"][3] = None
        entry["candidate"] = {"y": [None] * 4, "error": []}
    data["profiles"].append({"name": "no bins", "energy": "10:500", "edges": [], "reference": None, "candidate": None})
    data["profiles"].append({"name": "all zero", "energy": "10:500", "edges": [0, 1, 2], "log_y": True,
                             "reference": {"y": [0, 0], "error": [0, 0]}, "candidate": {"y": [0, 0], "error": [0, 0]}})
    data["events"].append({"reference": None, "candidate": {"incident": None, "cells": []}})
    data["timings"] = [{"what": "unknown", "seconds": None}]
    data["model"] = {"steps": None, "nested": {"list": [1, {"a": 2}], "none": None}}
    return data


def hostile():
    """Text that would be markup if the page let it, and names without a break."""
    data = demo(events=1, cells=300)
    data["title"] = "</script><script>throw new Error('escaped')</script><!-- <script>"
    data["notes"] = ["<img src=x onerror=\"throw new Error('markup')\">", "w" * 200]
    data["candidate"]["name"] = "<b>" + "long-name-" * 12
    data["metrics"][0]["reason"] = "<i>x</i>" + "r" * 150
    data["profiles"][0]["name"] = "<svg onload=\"throw new Error('svg')\">"
    return data
