"""Long: the built-in Monte Carlo against the shipped Geant4 showers, by the targets of doc/physics/montecarlo.md."""

import json
import unittest

from harness import DONE, GEANT4, CommandTest, call

# metric: what it may be off by; two standard errors are added.
TARGETS = {
    "sampling_fraction_mean_rel": 0.02,
    "sampling_fraction_width_rel": 0.07,
    "longitudinal_profile_max_rel": 0.04,
    "longitudinal_maximum_shift": 0.3,
    "cell_spectrum_separation": 1e-3,
    "cells_above_mip_fraction_rel": 0.04,
}
MINUTES = 40 * 60


class Geant4(CommandTest):
    def test_the_built_in_monte_carlo_agrees(self):
        showers, report = self.folder / "mc.h5", self.folder / "report"
        self.expect(DONE, call("simulate", "--energy", "10:500", "--count", 1500, "--seed", 31, "--out", showers,
                               patience=MINUTES))
        self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", showers, "--classifiers", "none",
                               "--energy-edges", "10,100,200,300,400,500", "--out", report, patience=MINUTES))
        judged = 0
        for metric in json.loads((report / "metrics.json").read_text())["metrics"]:
            target = TARGETS.get(metric["name"])
            if target is None or metric["value"] is None or metric["uncertainty"] is None:
                continue
            with self.subTest(metric=metric["name"], energy=metric["energy"]):
                self.assertLessEqual(abs(metric["value"]), target + 2 * metric["uncertainty"])
            judged += 1
        self.assertGreater(judged, 25)


if __name__ == "__main__":
    unittest.main()
