"""Plausible made-up contents for the report page: shapes like those of a real comparison, none of its numbers.

Only for trying the page out. Energies in GeV, lengths in mm, as in web/README.md.
"""

import math
import random

CELLS = 25
MIP_GEV = 0.000145
LABELS = ["10:500", "10:20", "20:50", "50:100", "100:200", "200:500"]
GROUPS = ["energy", "shape", "layers", "cells"]
OBSERVABLES = ["deposited_energy", "sampling_fraction", "width_x", "width_y", "width_z", "mean_x", "mean_y", "mean_z",
               "layer_of_maximum", "shower_start", "cells_above_0.1_mip", "cells_above_1_mip", "fraction_first_third",
               "fraction_last_third", "leakage"]


def middle(label):
    low, high = (float(part) for part in label.split(":"))
    return 0.5 * (low + high)


def shower(rng, energy, cells_wanted, skew, shape=(CELLS, CELLS, CELLS)):
    """Cells of one shower: a gamma-shaped depth profile and an exponential core, quantised to cells."""
    deposits = {}
    peak = 0.6 * math.log(energy / 0.008) * skew
    hits = 6 * cells_wanted
    for _ in range(hits):
        z = int(rng.gammavariate(3.6, peak / 2.6))
        radius = rng.expovariate(1.0 / (0.5 + 0.12 * z * skew))
        angle = rng.uniform(0.0, 2.0 * math.pi)
        x = int(math.floor(shape[0] / 2 + radius * math.cos(angle)))
        y = int(math.floor(shape[1] / 2 + radius * math.sin(angle)))
        if 0 <= x < shape[0] and 0 <= y < shape[1] and 0 <= z < shape[2]:
            amount = 0.02 * energy / hits * rng.lognormvariate(0.0, 1.4)
            deposits[x, y, z] = deposits.get((x, y, z), 0.0) + amount
    chosen = sorted(deposits.items(), key=lambda item: -item[1])[:cells_wanted]
    while len(chosen) < cells_wanted:  # a halo of faint cells, as an unthresholded simulation has
        place = tuple(rng.randrange(n) for n in shape)
        if place not in deposits:
            deposits[place] = MIP_GEV * rng.lognormvariate(-1.0, 1.0)
            chosen.append((place, deposits[place]))
    return {"incident": energy, "cells": [[*place, float(f"{amount:.4g}")] for place, amount in chosen]}


def histogram(rng, edges, shape, relative_error):
    centres = [0.5 * (low + high) for low, high in zip(edges, edges[1:])]
    y = [shape(centre) for centre in centres]
    error = [abs(value) * relative_error * (1 + 2 * rng.random()) for value in y]
    return {"y": [rng.gauss(value, sigma) for value, sigma in zip(y, error)], "error": error}


def longitudinal(energy, shift):
    peak = 0.6 * math.log(energy / 0.008) + shift
    return lambda z: 0.02 * energy * 0.12 * (z / peak) ** 3.2 * math.exp(3.2 * (1 - z / peak))


def transverse(energy, core):
    return lambda x: 0.01 * energy * (math.exp(-abs(x) / core) + 0.01 * math.exp(-abs(x) / 18.0))


def gauss(mean, width):
    return lambda x: math.exp(-0.5 * ((x - mean) / width) ** 2) / width / math.sqrt(2 * math.pi)


def kinds_of_profile(energy):
    """(x label, y label, log y, edges, reference, candidate) of the kinds that take turns."""
    layers = [float(i) for i in range(CELLS + 1)]
    across = [5.1 * (i - CELLS / 2) for i in range(CELLS + 1)]
    fraction = [0.01 + 0.0005 * i for i in range(41)]
    growing = [10.0 * 50.0 ** (i / 12) for i in range(13)]
    return [
        ("layer", "mean energy [GeV]", False, layers, longitudinal(energy, 0.0), longitudinal(energy, 0.7)),
        ("x [mm]", "mean energy [GeV]", True, across, transverse(energy, 5.0), transverse(energy, 6.0)),
        ("deposited / incident energy", "density", False, fraction, gauss(0.018, 0.0012), gauss(0.0202, 0.0030)),
        ("incident energy [GeV]", "mean deposited energy [GeV]", False, growing, lambda e: 0.018 * e, lambda e: 0.0202 * e),
    ]


def profiles(rng, label, count):
    out = []
    for i in range(count):
        x, y, log, edges, reference, candidate = kinds_of_profile(middle(label))[i % 4]
        out.append({"name": f"profile_{i}", "group": GROUPS[i * len(GROUPS) // count], "x_label": x, "y_label": y,
                    "log_y": log, "energy": label, "edges": edges, "reference": histogram(rng, edges, reference, 0.02),
                    "candidate": histogram(rng, edges, candidate, 0.01)})
    out[0].update(name="longitudinal_profile", title="Longitudinal profile")
    return out


def metric(name, title, label, value, uncertainty, floor, against_floor, reason=None, **more):
    entry = {"name": name, "title": title, "unit": "1", "ideal": 0, "display": "percent" if name.endswith("_rel") else "number",
             "energy": label, "group": "summary", "value": value, "uncertainty": uncertainty, "floor": floor,
             "against_floor": against_floor, "n_reference": 500, "n_candidate": 1000, **more}
    if value is not None and floor:
        entry["times_floor"] = abs(value - entry["ideal"]) / abs(floor - entry["ideal"])
    return entry if reason is None else {**entry, "reason": reason}


def metrics(rng, label):
    shift = 0.001 * middle(label)
    summary = [
        metric("auc_cells", "Classifier on cells, AUC", label, 0.997, 0.001, 0.52, "beyond", ideal=0.5),
        # By chance the halves of the reference were told apart worse than by guessing.
        metric("auc_beams", "Classifier on beams, AUC", label, 0.5, 0.01, 0.46, "within", ideal=0.5),
        metric("auc_observables", "Classifier on observables, AUC", label, None, None, None, "none",
               "300 reference showers are too few, 2,000 are needed", ideal=0.5),
        metric("sampling_fraction_mean_rel", "Deposited energy, mean", label, 0.12 + shift, 0.004, 0.006, "beyond"),
        metric("sampling_fraction_width_rel", "Deposited energy, spread", label, 2.1, 0.11, 0.07, "beyond"),
        metric("longitudinal_profile_max_rel", "Longitudinal profile, worst layer", label, -0.034, 0.03, 0.05, "within"),
        metric("longitudinal_maximum_shift", "Shower maximum, shift", label, 0.31, 0.02, 0.05, "beyond", unit="layers", display="shift"),
        metric("transverse_profile_max_rel", "Transverse profile, worst bin", label, 0.083, 0.03, 0.07, "unclear"),
        metric("cell_spectrum_separation", "Cell energy spectrum, separation", label, 0.0412, 0.0006, 0.00031, "beyond"),
        metric("cells_above_mip_fraction_rel", "Number of cells above 0.1 MIP", label, -0.018, None, 0.01, "unclear"),
        metric("fpd", "Fréchet physics distance", label, None, None, None, "none", "2,000 showers are needed"),
    ]
    single = []
    for name in OBSERVABLES:
        for kind, heading in [("separation", "Separation"), ("wasserstein", "Wasserstein"), ("chi2_ndf", "χ²/ndf"), ("ks_p", "KS p")]:
            value = rng.uniform(0.0, 0.2)
            state = "none" if kind == "ks_p" else "within" if value <= 0.05 else "beyond" if value > 0.07 else "unclear"
            single.append(metric(f"{kind}_{name}", f"{heading} of {name}", label, value, 0.01, None if kind == "ks_p" else 0.05, state,
                                 group="observable", observable=name, kind=heading))
    return summary + single


def correlation(rng, label):
    def matrix():
        return [[1.0 if i == j else math.cos(3 * (i + 1) * (j + 1)) * rng.uniform(0.6, 1.0) for j in range(len(OBSERVABLES))]
                for i in range(len(OBSERVABLES))]
    return {"energy": label, "names": OBSERVABLES, "reference": matrix(), "candidate": matrix()}


def classifier(name, auc):
    sizes = [200, 500, 1000, 2000]
    return {"name": name, "auc": auc, "uncertainty": 0.006, "floor": 0.52, "against_floor": "beyond", "jsd": 0.61, "showers": 2000,
            "curve": [{"showers": n, "auc": auc - 0.1 * 200 / n, "uncertainty": 0.2 / math.sqrt(n)} for n in sizes],
            "roc": [[i / 50, (i / 50) ** (1 / auc - 1)] for i in range(51)]}


def gates():
    return [
        {"metric": "sampling_fraction_mean_rel", "energy": "10:500", "limit": "|value| < 0.05", "value": 0.12, "uncertainty": 0.01,
         "state": "failed", "message": "Deposited energy, mean at 10–500 GeV is +12 %, allowed is 5 %: off by 2.4 times the limit."},
        {"metric": "auc_cells", "energy": "10:500", "limit": "value < 1", "value": 0.997, "uncertainty": 0.001, "state": "passed", "message": ""},
        {"metric": "fpd", "energy": "10:20", "limit": "value < 0.1", "value": None, "state": "undecided", "message": None},
    ]


def report(seed=1, events=8, cells=900, labels=LABELS, profiles_each=12):
    """The ordinary case. `cells` is the size of the largest shower."""
    rng = random.Random(seed)
    energies = [rng.uniform(10, 500) for _ in range(events)]
    return {
        "title": "Caloforge report (made-up data)",
        "detector": {"name": "CLIC ECAL", "mip_gev": MIP_GEV, "frame": "cartesian",
                     "grid": {"nx": CELLS, "ny": CELLS, "nz": CELLS, "cell_x": 5.1, "cell_y": 5.1}},
        "reference": {"name": "Geant4", "showers": 5500, "energy_low": 10.04, "energy_high": 499.9},
        "candidate": {"name": "clic-3dgan", "showers": 1000, "energy_low": 10.02, "energy_high": 499.7, "seed": 1},
        "model": {"epochs": 3, "steps": 129, "trained_on": "EleG4_*.h5, 5,000 showers", "seconds": 5412.3},
        "verdict": {"headline": "Usable for occupancy studies above 50 GeV; deposited energy is off by 12 %, most in layers 1–3 below 20 GeV.",
                    "worst": ["Width in x fluctuates 45 ± 3 % too much at 100–200 GeV", "Mean depth is 3.0 ± 0.2 % too large on average over all energies"],
                    "points": [{"state": "good", "text": "The longitudinal profile is right to 4 % from 50 GeV."},
                               {"state": "bad", "text": "The spread of the deposited energy is three times too wide."},
                               {"state": "open", "text": "Too few showers below 20 GeV to judge the correlations."}]},
        "metrics": [entry for label in labels for entry in metrics(rng, label)],
        "profiles": [entry for label in labels for entry in profiles(rng, label, profiles_each)],
        "correlations": [correlation(rng, label) for label in labels[:2]],
        "classifiers": [classifier("cells", 0.983), classifier("observables", 0.71)],
        "gates": gates(),
        "events": [{"reference": shower(rng, e, cells, 1.0), "candidate": shower(rng, e, max(1, int(0.7 * cells)), 1.12)}
                   for e in energies],
        "timings": [{"what": "read the reference", "seconds": 0.031}, {"what": "compare", "seconds": 11.2}],
        "notes": ["The numbers on this page are made up.", "A shower's energies are in GeV deposited in silicon."],
        "provenance": {"command": "validate", "version": "0.1.0", "seed": 123456789012, "machine": {"cores": 2, "name": None}},
    }


def three():
    """A third sample beside the two."""
    data = report(seed=4, events=3, labels=LABELS[:2], profiles_each=5)
    data["other"] = {"name": "built-in Monte Carlo", "showers": 150, "energy_low": 10.5, "energy_high": 499.0}
    for profile in data["profiles"][1:]:  # one has other bins, and is left without
        profile["other"] = profile["reference"]
    for event in data["events"]:
        event["other"] = {"incident": event["reference"]["incident"], "cells": event["reference"]["cells"][::2]}
    return data


def one_bin():
    """One energy, one profile of one bin, one pair of three cells."""
    data = report(seed=3, events=1, cells=1, labels=["50:100"], profiles_each=1)
    data["profiles"] = [{"name": "one", "energy": "50:100", "edges": [0, 1], "reference": {"y": [2], "error": [0.1]},
                         "candidate": {"y": [3], "error": [0.1]}}]
    cells = [[12, 12, 5, 0.01], [12, 12, 6, 0.001], [20, 12, 5, 0.0002]]
    data["events"] = [{"reference": {"incident": 70, "cells": cells}, "candidate": {"incident": 71, "cells": cells[:2]}}]
    data["classifiers"] = [{"name": "cells", "auc": 0.5, "against_floor": "within", "curve": [{"showers": 100, "auc": 0.5}], "roc": [[0, 0]]}]
    data["gates"] = data["gates"][1:2]
    return data


def empty():
    """Every array empty, most things absent."""
    return {"title": "", "detector": {}, "reference": {}, "candidate": {}, "model": {}, "metrics": [], "profiles": [],
            "correlations": [], "classifiers": [], "gates": [], "events": [], "timings": [], "notes": []}


def nulls():
    """Every value that may be null is null, lengths disagree, kinds are wrong."""
    data = report(events=1, cells=300, labels=LABELS[:2])
    for entry in data["metrics"]:
        entry.update(value=None, uncertainty=None, floor=None, against_floor=None, title=None, unit=None, kind=None, reason="too few showers")
    for entry in data["profiles"]:
        entry["reference"]["y"][3] = None
        entry["candidate"] = {"y": [None] * 4, "error": []}
    data["profiles"] += [
        {"name": "no bins", "energy": "10:500", "edges": [], "reference": None, "candidate": None},
        {"name": "edges fall", "energy": "10:500", "edges": [1, 0, None], "reference": None, "candidate": None},
        {"name": "all zero", "energy": "10:500", "edges": [0, 1, 2], "log_y": True,
         "reference": {"y": [0, 0], "error": [0, 0]}, "candidate": {"y": [0, 0], "error": [0, 0]}}, None]
    data["correlations"] = [{"energy": "10:500", "names": ["a", None, "c"], "reference": [[1, None], None], "candidate": None}, None,
                            {"energy": None, "names": None}]
    data["classifiers"] = [{"name": None, "auc": None, "curve": [None, {"showers": None, "auc": 1}], "roc": [None, [0, None]]}, None]
    data["gates"] = [{"metric": None, "energy": None, "limit": None, "value": None, "state": "failed", "message": None}, None]
    data["events"] += [{"reference": None, "candidate": {"incident": None, "cells": []}}, None]
    data["verdict"] = {"headline": None, "worst": [], "points": [None, {"state": None, "text": "a point without a state"}, {"state": "bad"}]}
    data["timings"] = [{"what": None, "seconds": None}, None]
    data["notes"] = [None, 3]
    data["notices"] = [None]
    data["model"] = {"steps": None, "nested": {"list": [1, {"a": 2}, None], "none": None}}
    data["provenance"] = "text"
    return data


def hostile():
    """Text that would be markup if the page let it, and names without a break."""
    data = report(events=1, cells=300, labels=LABELS[:2])
    markup = "<img src=x onerror=\"throw new Error('markup')\">"
    data["title"] = "</script><script>throw new Error('escaped')</script><!-- <script>"
    data["verdict"] = {"headline": markup + "h" * 150, "worst": [markup + "w" * 150], "points": [{"state": "constructor", "text": markup + "p" * 150}]}
    data["notes"] = [markup, "w" * 200]
    data["notices"] = [markup + "n" * 200, None, {}]
    data["slicings"] = [None, {"name": markup}]
    data["candidate"]["name"] = "<b>" + "long-name-" * 12
    data["metrics"][0].update(name="constructor", title=markup, against_floor="constructor", unit="<u>", reason="<i>x</i>" + "r" * 150)
    data["metrics"][-1].update(kind="constructor", observable="__proto__")
    data["profiles"][0].update(title="<svg onload=\"throw new Error('svg')\">" + "t" * 90, group="__proto__")
    data["correlations"][0]["names"] = [markup + name * 3 for name in OBSERVABLES]
    data["classifiers"][0]["name"] = markup
    data["gates"][0].update(metric=markup, message=markup + "g" * 200, energy="__proto__")
    data["provenance"] = {markup: {"$&": "$` $' $1"}}
    return data


def cylinder():
    """The CaloChallenge's second geometry: 9 radii, 16 angles, 45 layers; without a MIP."""
    data = report(seed=4, events=2, cells=10, labels=LABELS[:1])
    shape = (9, 16, 45)
    rng = random.Random(4)
    data["detector"] = {"name": "rings", "frame": "cylindrical", "grid": {"nx": 9, "ny": 16, "nz": 45, "cell_x": 4.65, "cell_y": 0}}
    data["events"] = [{side: {"incident": e, "cells": [
        [r, a, z, 0.001 * e * math.exp(-0.5 * r - ((z - 12) / 9) ** 2) * rng.lognormvariate(0, 0.6)]
        for r in range(shape[0]) for a in range(shape[1]) for z in range(shape[2]) if rng.random() < math.exp(-0.3 * r)]}
        for side in ("reference", "candidate")} for e in (20.0, 200.0)]
    return data


def ragged():
    """Layers of rings that differ, as in the CaloChallenge's first data set."""
    data = report(seed=5, events=2, cells=10, labels=LABELS[:1])
    rng = random.Random(5)
    layers = [{"id": 0, "r_edges": [0, 5, 10, 30, 50, 100, 200, 400, 600], "sectors": 1},
              {"id": 1, "r_edges": [0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 40, 50, 70, 90, 120, 150, 200], "sectors": 10},
              {"id": 2, "r_edges": [0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400], "sectors": 10},
              {"id": 3, "r_edges": [0, 50, 100, 200, 400, 600], "sectors": 1}, {"id": 5, "r_edges": [0, 50, 100], "sectors": 1},
              {"id": 12, "r_edges": [0, 100, 200, 400, 1000, 2000], "sectors": 1}]
    data["detector"] = {"name": "", "frame": "cylindrical", "mip_gev": MIP_GEV, "layers": layers}
    data["events"] = [{side: {"incident": e, "cells": [
        [r, a, z, 0.02 * e * math.exp(-0.05 * layer["r_edges"][r] - (z - 2) ** 2) * rng.lognormvariate(0, 0.6)]
        for z, layer in enumerate(layers) for r in range(len(layer["r_edges"]) - 1) for a in range(layer["sectors"]) if rng.random() < 0.7]}
        for side in ("reference", "candidate")} for e in (20.0, 200.0)]
    return data


def boxes():
    """Listed cells: a fine core and coarse ones around it; one number stands for no cell."""
    data = report(seed=6, events=2, cells=10, labels=LABELS[:1])
    rng = random.Random(6)
    layer = [[5 * x, 5 * y, 5, 5] for x in range(-2, 3) for y in range(-2, 3)]
    layer += [[-22.5, 0, 20, 65], [22.5, 0, 20, 65], [0, -22.5, 25, 20], [0, 22.5, 25, 20]]
    data["detector"] = {"name": "", "frame": "listed", "mip_gev": MIP_GEV, "layers": [layer] * 8}
    data["events"] = [{side: {"incident": e, "cells": [
        [i, 0, z, 0.002 * e * math.exp(-0.1 * math.hypot(x, y) - ((z - 3) / 2) ** 2) * rng.lognormvariate(0, 0.6)]
        for z in range(8) for i, (x, y, _, _) in enumerate(layer)]} for side in ("reference", "candidate")} for e in (20.0, 200.0)]
    data["events"][0]["candidate"]["cells"].append([999, 0, 3, 0.001])
    return data


def sliced():
    """Told by theta and particle, too, with what has to be known before."""
    data = report(seed=7, events=6, labels=LABELS[:2], profiles_each=4)
    slices = [("theta", "0:10"), ("theta", "10:30"), ("particle", "e-"), ("particle", "gamma")]
    rng = random.Random(7)
    for name, label in slices:
        parts = [("metrics", metrics(rng, "10:500")), ("profiles", profiles(rng, "10:500", 4)), ("correlations", [correlation(rng, "10:500")])]
        for part, entries in parts:
            for entry in entries:
                del entry["energy"]
                entry[name] = label
            data[part] += entries
    for i, event in enumerate(data["events"]):
        for shower_of in event.values():
            shower_of["slices"] = [f"theta {('0:10', '10:30')[i % 2]}", f"particle {('e-', 'gamma')[i // 4]}"]
    data["slicings"] = [{"name": "theta", "field": "direction", "unit": "°", "slices": ["0:10", "10:30"]},
                        {"name": "particle", "field": "particle", "unit": "", "slices": ["e-", "gamma"]}]
    data["notices"] = ["the theta ranges differ (0 to 30 degrees in Geant4, 0 to 60 degrees in clic-3dgan): compared on the overlap, 0:30 degrees",
                       "e- makes up 50 % of Geant4, 90 % of clic-3dgan: trust the figures per particle rather than the overall ones"]
    return data
