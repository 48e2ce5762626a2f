#!/usr/bin/env python3
"""Statistics of SciPy, NumPy, scikit-learn and JetNet, to check src/validate against.

Writes test/validate/statistics/reference_statistics.json. The inputs follow closed formulas in whole numbers (`uniform`,
`normal`), which the C++ tests repeat to the last bit. Run, in an environment with numpy, scipy below 1.16 (newer
ones lack an argument that jetnet uses), scikit-learn and the files of jetnet 0.2.5 (pip install --no-deps jetnet; its
own dependencies are not needed):

    reference_statistics.py > test/validate/statistics/reference_statistics.json
"""
import __future__
import ast
import importlib.util
import json
import logging
import pathlib
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy import linalg, optimize, special, stats
from scipy.optimize import curve_fit
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_auc_score


def uniform(number, first, count):
    """`count` numbers in [0, 1) from index `first` of sequence `number`: the mixer of MurmurHash3 on the index."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(first, first + count, dtype=np.uint64) + np.uint64(number) * np.uint64(0x9E3779B1)) & mask
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & mask
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & mask
    h ^= h >> np.uint64(16)
    return h.astype(np.float64) / 2.0**32


def normal(number, count):
    """Nearly normal: the sum of twelve uniform numbers minus six, exact in double."""
    return uniform(number, 0, 12 * count).reshape(count, 12).sum(axis=1) - 6.0


def float32(values):
    """What the C++ side holds, as doubles."""
    return np.asarray(values).astype(np.float32).astype(np.float64)


def features(number, showers, columns, shift=0.0, width=1.0):
    """(showers, columns), correlated: column c is 10 + c + width * (z_c + z_(c-1) / 2) + shift."""
    z = normal(number, showers * columns).reshape(showers, columns)
    previous = np.concatenate([np.zeros((showers, 1)), z[:, :-1]], axis=1)
    return float32(10.0 + np.arange(columns) + width * (z + 0.5 * previous) + shift)


def distances():
    out = []
    for number, (n, m, shift, step) in enumerate([(1000, 700, 0.1, 0), (50, 80, 0.5, 0), (500, 500, 0.0, 0.25)]):
        a, b = normal(10 + number, n), normal(20 + number, m) + shift
        if step:  # values that repeat
            a, b = np.floor(a / step) * step, np.floor(b / step) * step
        a, b = float32(a), float32(b)
        statistic = stats.ks_2samp(a, b, method="asymp").statistic
        out.append({"number": number, "n": n, "m": m, "shift": shift, "step": step,
                    "wasserstein": stats.wasserstein_distance(a, b), "ks": statistic,
                    "ks_p": special.kolmogorov(np.sqrt(n * m / (n + m)) * statistic)})
    return out


def chi_squares():
    a = [0, 3, 14, 120, 301, 220, 40, 5, 0, 1]
    b = [1, 2, 10, 80, 160, 150, 33, 9, 0, 0]
    kept = [i for i in range(len(a)) if a[i] + b[i] > 0]
    test = stats.chi2_contingency([[a[i] for i in kept], [b[i] for i in kept]], correction=False)
    return {"reference": a, "candidate": b, "value": test.statistic, "ndf": test.dof, "p": test.pvalue}


def correlations():
    table = features(30, 400, 6)
    table[:, 4] = 7.0
    table[uniform(31, 0, 400) < 0.2, 2] = np.nan
    table[uniform(32, 0, 400) < 0.1, 5] = np.nan
    matrix = []
    for i in range(6):
        for j in range(6):
            both = np.isfinite(table[:, i]) & np.isfinite(table[:, j])
            if i == 4 or j == 4:
                matrix.append(None)
            else:
                matrix.append(stats.pearsonr(table[both, i], table[both, j]).statistic)
    return matrix


def jetnet_functions():
    """The functions of jetnet's gen_metrics.py behind its Frechet distance, without what the module imports."""
    folder = importlib.util.find_spec("jetnet").submodule_search_locations[0]
    tree = ast.parse((pathlib.Path(folder) / "evaluation" / "gen_metrics.py").read_text())
    wanted = {"_check_get_ndarray", "_normalise_features", "_linear", "_calculate_frechet_distance", "fpd"}
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    scope = {"np": np, "linalg": linalg, "warnings": warnings, "Tensor": type(None),
             "logger": logging.getLogger("jetnet")}
    scope["points"] = []  # what fpd fits, for exact_line

    def noted_fit(function, x, y, **options):
        scope["points"] = [np.asarray(x), np.asarray(y)]
        return curve_fit(function, x, y, **options)
    scope["curve_fit"] = noted_fit
    exec(compile(tree, "gen_metrics.py", "exec", __future__.annotations.compiler_flag), scope)
    if wanted - scope.keys():
        sys.exit(f"jetnet has no {wanted - scope.keys()} (another version than 0.2.5?)")
    return scope


def exact_line(x, y):
    """The intercept that jetnet's fit looks for: where it is below about 1e-4, curve_fit stops far from it."""
    scale = x.max()
    return optimize.nnls(np.stack([np.ones_like(x), x / scale], axis=1), y)[0][0]


def frechet():
    jetnet = jetnet_functions()
    warnings.simplefilter("ignore")
    single = []
    for columns, shift, width in [(1, 0.3, 1.0), (5, 0.0, 1.0), (5, 0.2, 1.5), (12, 0.0, 0.5)]:
        a, b = features(40, 600, columns), features(41, 500, columns, shift, width)
        covariances = [np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b)]
        value = jetnet["_calculate_frechet_distance"](a.mean(axis=0), covariances[0], b.mean(axis=0), covariances[1])
        single.append({"columns": columns, "shift": shift, "width": width, "value": float(np.real(value))})
    extrapolated = []
    for shift, width in [(0.0, 1.0), (0.5, 1.0), (0.0, 1.2)]:
        a, b = features(42, 24000, 4), features(43, 22000, 4, shift, width)
        own, exact, errors = [], [], []
        for seed in range(8):
            value, error = jetnet["fpd"](a, b, seed=seed)
            own.append(value)
            errors.append(error)
            exact.append(exact_line(*jetnet["points"]))
        extrapolated.append({"shift": shift, "width": width, "jetnet": np.mean(own), "mean": np.mean(exact),
                             "spread": np.std(exact, ddof=1), "error": np.mean(errors)})
    return {"single": single, "extrapolated": extrapolated}


def resolutions():
    out = []
    for number, (a, b) in enumerate([(0.18, 0.01), (0.2, 0.0), (0.001, 0.03)]):
        energy = np.array([15.0, 35.0, 75.0, 150.0, 350.0])
        truth = np.sqrt(a * a / energy + b * b)
        error = 0.02 * truth * (1.0 + uniform(50, 10 * number, 5))
        measured = truth + error * normal(51 + number, 5)
        (stochastic, constant), covariance = curve_fit(
            lambda e, s, c: np.sqrt(s * s / e + c * c), energy, measured, p0=[0.1, 0.02], sigma=error,
            absolute_sigma=True, ftol=1e-15, xtol=1e-15, gtol=1e-15)
        stochastic, constant = abs(stochastic), abs(constant)  # only their squares count
        pulls = (measured - np.sqrt(stochastic**2 / energy + constant**2)) / error
        out.append({"energy": energy.tolist(), "resolution": measured.tolist(), "uncertainty": error.tolist(),
                    "stochastic": stochastic, "constant": constant, "chi_square": float(pulls @ pulls),
                    # With one at its bound there is no covariance.
                    "errors": np.sqrt(np.diag(covariance)).tolist() if np.isfinite(covariance).all() else None})
    return out


def figure_of_merit():
    """Two energy bins of 40 showers of 7 x 6 x 5 cells; the definitions applied shower by shower."""
    position, profile, shapes = 0.0, 0.0, []
    for energy in range(2):
        sets = []
        for which in range(2):
            cells = uniform(60 + 2 * energy + which, 0, 40 * 210).reshape(40, 7, 6, 5) ** (2 + which)
            first, second, profiles = [], [], []
            for axis in (1, 2, 3):
                sums = cells.sum(axis=tuple(other for other in (1, 2, 3) if other != axis))
                index = np.arange(sums.shape[1])
                mean = (sums * index).sum(axis=1) / sums.sum(axis=1)
                square = (sums * (index - mean[:, None]) ** 2).sum(axis=1) / sums.sum(axis=1)
                first.append(mean.mean())
                second.append(square.mean())
                profiles.append(sums.mean(axis=0))
            sets.append((np.array(first), np.array(second), profiles))
        shapes.append([{"first": s[0].tolist(), "second": s[1].tolist(), "profiles": [p.tolist() for p in s[2]]}
                       for s in sets])
        reference, candidate = sets
        errors = [np.abs((reference[moment] - candidate[moment]) / reference[moment]) for moment in (0, 1)]
        position += sum(error.sum() / 3 for error in errors) / 2
        profile += sum(np.abs((p - q) / p).sum() / len(p) for p, q in zip(reference[2], candidate[2])) / 3
    return {"shapes": shapes, "position": position / 2, "profile": profile / 2}


def classifiers():
    out = []
    for number, (n, m, step) in enumerate([(300, 300, 0), (150, 400, 0), (250, 250, 0.5)]):
        reference, candidate = normal(70 + number, n), normal(80 + number, m) + 0.7
        if step:  # scores that repeat
            reference, candidate = np.floor(reference / step) * step, np.floor(candidate / step) * step
        reference, candidate = float32(reference), float32(candidate)
        scores = np.concatenate([reference, candidate])
        labels = np.concatenate([np.zeros(n), np.ones(m)])
        # DeLong: placements by their definition, pair by pair.
        wins = (candidate[:, None] > reference[None, :]) + 0.5 * (candidate[:, None] == reference[None, :])
        error = np.sqrt(wins.mean(axis=1).var(ddof=1) / m + wins.mean(axis=0).var(ddof=1) / n)
        calibration = IsotonicRegression(out_of_bounds="clip", y_min=1e-6, y_max=1 - 1e-6)
        calibration.fit(scores, labels, sample_weight=np.where(labels > 0, 1.0 / m, 1.0 / n))
        asked = np.linspace(-4.0, 5.0, 37)
        fresh = [float32(normal(90 + number, n)), float32(normal(100 + number, m) + 0.7)]
        p = [calibration.predict(x) for x in fresh]
        entropy = 0.5 * (-np.log(1 - p[0])).mean() + 0.5 * (-np.log(p[1])).mean()
        out.append({"n": n, "m": m, "step": step, "auc": roc_auc_score(labels, scores), "error": error,
                    "calibrated": calibration.predict(asked).tolist(),
                    "jensen_shannon": max(0.0, 1 - entropy / np.log(2))})
    return out


def main():
    out = {"made_by": f"scripts/reference_statistics.py with numpy {np.__version__}, scipy {scipy.__version__}, "
                      f"scikit-learn {sklearn.__version__}, jetnet 0.2.5",
           "distances": distances(), "chi_square": chi_squares(), "correlations": correlations(),
           "frechet": frechet(), "resolutions": resolutions(), "figure_of_merit": figure_of_merit(),
           "classifiers": classifiers()}
    print(json.dumps(out, indent=1, allow_nan=False))


if __name__ == "__main__":
    main()
