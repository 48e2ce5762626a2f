"""`caloforge validate`, `bench` and `demo`: what they say, and to programs."""

import json
import re
import signal
import time
import unittest

from harness import BAD_INPUT, DONE, FAILED, GATE, GEANT4, MODEL, CommandTest, call, call_and_signal, plain_showers
from hdf5_edit import copy_times

# doc/design.md
METRICS = ["auc_cells", "auc_observables", "sampling_fraction_mean_rel", "sampling_fraction_width_rel",
           "longitudinal_profile_max_rel", "transverse_profile_max_rel", "cell_spectrum_separation", "correlation_mad",
           "fpd", "figure_of_merit"]
BENCH = ["what", "backend", "device", "batch", "threads", "ranks", "ms_per_shower", "showers_per_s", "spread"]


class Validate(CommandTest):
    def test_geant4_with_itself(self):
        out = self.folder / "out"
        outcome = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--json", "--out", out,
                                         "--classifiers", "none"))
        listed = self.listing(out)
        self.assertEqual([name for name in listed if not name.startswith("figures/") and name != "report.html"],
                         ["figures", "metrics.json", "run.json"])
        self.assertIn("figures/longitudinal_profile.pdf", listed)
        self.assertIn("figures/correlations.pdf", listed)
        printed = outcome.json()
        self.assertEqual(printed, json.loads((out / "metrics.json").read_text()))
        self.assertEqual(printed["reference"]["showers"], 300)
        names = {metric["name"] for metric in printed["metrics"]}
        for name in METRICS:
            self.assertIn(name, names)
        for metric in printed["metrics"]:
            for key in ["energy", "value", "uncertainty", "floor"]:
                self.assertIn(key, metric)
            if metric["value"] is None:
                self.assertTrue(metric["reason"])
            elif metric["name"].startswith("ks_p_"):
                self.assertEqual(metric["value"], 1, metric)
            else:
                self.assertAlmostEqual(metric["value"], 0, delta=1e-9, msg=metric)
        self.assertIn("sampling", outcome.err)

    def test_generated_beside_geant4(self):
        path = self.folder / "fast.h5"
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", "50:100", "--count", 30, "--out", path))
        outcome = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", path, "--json", "--classifiers", "none"), "overlap")
        self.assertLess(outcome.json()["reference"]["showers_compared"], 300)
        self.assertEqual(outcome.json()["candidate"]["showers_compared"], 30)

    def test_another_candidate_beside(self):
        files = {}
        for seed in (1, 2):
            files[seed] = self.folder / f"fast{seed}.h5"
            self.expect(DONE, call("generate", "--model", MODEL, "--energy", "10:500", "--seed", seed, "--count", 60, "--out", files[seed]))
        out = self.folder / "out"
        both = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", files[1], "--candidate-name", "new", "--beside", files[2],
                                      "--beside-name", "old", "--classifiers", "none", "--out", out))
        self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", files[2], "--classifiers", "none", "--out", self.folder / "alone"))
        beside = json.loads((out / "beside.json").read_text())
        alone = json.loads((self.folder / "alone/metrics.json").read_text())
        self.assertEqual(beside["metrics"], alone["metrics"])
        self.assertNotEqual(json.loads((out / "metrics.json").read_text())["metrics"], alone["metrics"])
        for name in ("new: ", "old: "):
            self.assertIn(name, both.err)
        page = out / "report.html"
        if page.exists():
            self.assertIn("new and old against reference", page.read_text())

    def test_a_signal_ends_the_classifiers(self):
        out = self.folder / "out"
        path = self.folder / "fast.h5"
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", "10:500", "--count", 200, "--out", path))
        begin = time.monotonic()
        outcome = call_and_signal(signal.SIGTERM, lambda: time.monotonic() > begin + 4, "validate", "--reference", GEANT4, "--candidate", path,
                                  "--out", out)
        self.assertEqual(outcome.code, FAILED, outcome)
        self.assertIn("stopped by a signal", outcome.err)
        self.assertFalse((out / "metrics.json").exists())

    def test_gates(self):
        gates = self.folder / "gates.toml"
        gates.write_text('[[gate]]\nmetric = "sampling_fraction_mean_rel"\nmax_abs = 0.05\n'
                         '[[gate]]\nmetric = "fpd"\nmax = 1\n')
        arguments = ["validate", "--reference", GEANT4, "--candidate", GEANT4, "--classifiers", "none", "--require", gates]
        outcome = call(*arguments, "--out", self.folder / "out")
        self.assertEqual(outcome.code, GATE, outcome.err)
        self.assertIn("0 of 2 gates failed, 1 undecided", outcome.err)
        self.assertIn("undecided fpd", outcome.err)
        self.assertIn("metrics.json", self.listing(self.folder / "out"), "an undecided gate keeps the report")
        self.expect(DONE, call(*arguments, "--allow-undecided"))
        gates.write_text('[[gate]]\nmetric = "sampling_fraction_mean_rel"\nmax_abs = 0.05\n')
        self.expect(DONE, call(*arguments))
        gates.write_text('[[gate]]\nmetric = "sampling_fraction_mean_rel"\nmin = 0.5\n')
        self.expect(GATE, call(*arguments, "--allow-undecided"), "1 of 1 gates failed", "FAILED")
        gates.write_text('[[gate]]\nmetric = "sampling_fraction_mean"\nmax_abs = 0.05\n')
        self.expect(BAD_INPUT, call(*arguments), "sampling_fraction_mean_rel")

    def test_classifier_on_equal_sets(self):
        outcome = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--json", "--classifiers",
                                         "observables", "--threads", 1, "--out", self.folder / "out"))
        (metric,) = [m for m in outcome.json()["metrics"] if m["name"] == "auc_observables"]
        self.assertLessEqual(abs(metric["value"] - 0.5), 4 * metric["uncertainty"], metric)
        # Guessing is not beyond its floor, wherever chance has put that: neither here nor there.
        self.assertIn(metric["against_floor"], ["within", "unclear"])
        (row,) = [line for line in outcome.err.splitlines() if line.startswith("auc_observables ")]
        self.assertNotIn("*", row)
        (drawn,) = self.page(self.folder / "out")["classifiers"]
        self.assertEqual(drawn["against_floor"], metric["against_floor"])

    def page(self, out):
        """The data of a report's page."""
        return json.loads(re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', (out / "report.html").read_text(), re.DOTALL)[1])

    def test_the_terminal_and_the_page_agree_on_what_is_beyond_its_floor(self):
        candidate = self.folder / "fast.h5"
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", "10:500", "--count", 300, "--out", candidate))
        outcome = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", candidate, "--json", "--out",
                                         self.folder / "out", "--classifiers", "none"))
        metrics = outcome.json()["metrics"]
        self.assertEqual(self.page(self.folder / "out")["metrics"], metrics)
        for metric in metrics:
            if metric["value"] is None or metric["floor"] is None:
                self.assertEqual(metric["against_floor"], "none", metric)
                continue
            distance, floor = abs(metric["value"] - metric["ideal"]), abs(metric["floor"] - metric["ideal"])
            sure = metric["uncertainty"] is not None and distance > floor + 2 * metric["uncertainty"]
            self.assertEqual(metric["against_floor"], "within" if distance <= floor else "beyond" if sure else "unclear", metric)
        starred, name = set(), ""
        for line in outcome.err.splitlines():
            # A metric's name stands on the first of its lines only.
            found = re.match(r"(\w*) +(\d+:\d+) .*±", line)
            if found:
                name = found[1] or name
                starred |= {(name, found[2])} if re.search(r" \*( |$)", line) else set()
        self.assertEqual(starred, {(m["name"], m["energy"]) for m in metrics
                                   if m["against_floor"] == "beyond" and m["group"] == "summary"})
        self.assertTrue(starred, "a generator of five minutes' training is off somewhere")

    def test_without_out_nothing_is_written(self):
        outcome = self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--classifiers", "none",
                                         folder=self.folder))
        self.assertEqual(self.listing(), [])
        self.assertEqual(outcome.out, "")

    def test_run_record(self):
        self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--out", self.folder,
                               "--classifiers", "none"))
        record = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(record["command"], "validate")
        for key in ["caloforge", "machine", "seconds", "configuration"]:
            self.assertIn(key, record)
        self.assertIn(GEANT4.name, json.dumps(record["configuration"]))

    def test_no_common_energy(self):
        path = self.folder / "x.h5"
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", 600, "--allow-extrapolation", "--count", 4,
                               "--out", path))
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, "--candidate", path, "--out", self.folder / "out",
                    words=["energy"], left=["x.h5", "x.run.json"])

    def test_candidate_in_mev(self):
        gev = plain_showers()
        mev = copy_times(gev, self.folder / "mev.h5", 20, 1000.0)
        outcome = self.refuse(BAD_INPUT, "validate", "--reference", gev, "--candidate", mev, "--out",
                              self.folder / "out", words=["MeV"], left=["mev.h5"])
        self.expect(DONE, call("validate", "--reference", gev, "--candidate", mev, "--candidate-scale", 1000,
                               "--classifiers", "none"))
        self.assertIn("--candidate-scale", outcome.err, "the option that mends it")

    def test_reference_in_mev_names_its_own_option(self):
        mev = copy_times(plain_showers(), self.folder / "mev.h5", 20, 1000.0)
        self.refuse(BAD_INPUT, "validate", "--reference", mev, "--candidate", plain_showers(), left=["mev.h5"],
                    words=["MeV", "--reference-scale"])

    def test_a_scale_too_much(self):
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, "--candidate", GEANT4, "--candidate-scale", 0.001,
                    words=["MeV", "--candidate-scale"])

    def test_edges_upside_down(self):
        self.refuse(BAD_INPUT, "validate", "--reference", GEANT4, "--candidate", GEANT4, "--energy-edges", "100,50",
                    words=["edges"])

    def test_folder_of_the_report_is_a_file(self):
        (self.folder / "out").write_text("mine")
        # Before hours of work, not after them.
        outcome = self.expect(BAD_INPUT, call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--out",
                                              self.folder / "out"), "folder")
        self.assertNotIn("compar", outcome.err)
        self.assertEqual((self.folder / "out").read_text(), "mine")


class Bench(CommandTest):
    def check(self, found, what):
        self.assertIn("machine", found)
        for result in found["results"]:
            for key in BENCH:
                self.assertIn(key, result)
            self.assertGreater(result["ms_per_shower"], 0)
        self.assertIn(what, [result["what"] for result in found["results"]])

    def test_train(self):
        outcome = self.expect(DONE, call("bench", "train", "--batch", 2, "--seconds", 0.01, "--json", folder=self.folder))
        self.check(outcome.json(), "train")
        self.assertEqual(outcome.json()["results"][0]["backend"], "stock")
        self.assertEqual(self.listing(), [])

    def test_validate(self):
        outcome = self.expect(DONE, call("bench", "validate", "--showers", 300, "--seconds", 0.01, "--json",
                                         folder=self.folder))
        self.check(outcome.json(), "validate")
        self.assertEqual(outcome.json()["results"][0]["batch"], 300)
        self.assertEqual(self.listing(), [])

    def test_generate(self):
        outcome = self.expect(DONE, call("bench", "generate", "--model", MODEL, "--batch", "1,2", "--threads", 1,
                                         "--seconds", 0.01, "--json"))
        self.check(outcome.json(), "generate")
        in_memory = [result for result in outcome.json()["results"] if result["what"] == "generate"]
        self.assertEqual({(result["backend"], result["batch"]) for result in in_memory},
                         {(backend, batch) for backend in ("native", "torch-rewritten", "torch") for batch in (1, 2)})
        for result in in_memory:
            self.assertLessEqual(result["max_rel_diff"], 1e-5)

    def test_an_instruction_set_is_chosen_or_refused(self):
        outcome = self.expect(DONE, call("bench", "generate", "--model", MODEL, "--batch", 1, "--threads", 1, "--seconds",
                                         0.01, "--instruction-set", "sse4", "--json"))
        self.assertEqual(outcome.json()["results"][0]["instruction_set"], "sse4")
        self.expect(BAD_INPUT, call("bench", "generate", "--model", MODEL, "--instruction-set", "mmx"), "sse4")


class Demo(CommandTest):
    def test_leaves_a_page(self):
        out = self.folder / "demo"
        outcome = self.expect(DONE, call("demo", "--model", MODEL, "--count", 50, "--simulated", 12, "--out", out,
                                         folder=self.folder))
        self.assertEqual(self.listing(out), ["generated.h5", "metrics.json", "report.html", "run.json", "simulated.h5"])
        self.assertIn(str(out / "report.html"), outcome.out)
        self.assertRegex(outcome.out, r"compare +\d+\.\d+ s")
        page = (out / "report.html").read_text()
        self.assertNotRegex(page, r"(src|href)=[\"']https?://")  # works without a network
        self.assertEqual(json.loads((out / "metrics.json").read_text())["candidate"]["showers"], 50)
        data = json.loads(re.search(r'<script[^>]*id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
        self.assertEqual(data["other"]["showers"], 12)
        self.assertTrue(all(event["other"]["cells"] for event in data["events"]))

    def test_simulates_nothing_when_asked_to(self):
        out = self.folder / "demo"
        self.expect(DONE, call("demo", "--model", MODEL, "--count", 50, "--simulated", 0, "--out", out))
        self.assertNotIn("simulated.h5", self.listing(out))


if __name__ == "__main__":
    unittest.main()
