"""`caloforge simulate`: the files it writes, shards, resuming, processes, tracks, and what it refuses."""

import json
import math
import signal
import time
import unittest

from harness import BAD_INPUT, DONE, FAILED, REPOSITORY, USAGE, CommandTest, call, call_and_signal

LOW = ["--energy", "0.5:2", "--gzip", "0"]  # cheap showers


class Simulate(CommandTest):
    def simulate(self, name, *words, count=6, environment=None):
        path = self.folder / name
        self.expect(DONE, call("simulate", *LOW, "--count", count, "--out", path, *words, environment=environment))
        return path

    def detector(self, **changes):
        text = (REPOSITORY / "detectors/clic-ecal.toml").read_text()
        for before, after in changes.values():
            self.assertIn(before, text)
            text = text.replace(before, after)
        path = self.folder / "detector.toml"
        path.write_text(text)
        return path

    def test_the_file_can_be_inspected(self):
        path = self.simulate("x.h5", "--seed", 5)
        found = self.expect(DONE, call("inspect", path, "--json")).json()
        shapes = {entry["name"]: entry["shape"] for entry in found["datasets"]}
        self.assertEqual(shapes["ECAL"], [6, 25, 25, 25])
        self.assertEqual(shapes["impact"], [6, 2])
        self.assertEqual((found["provenance"]["command"], found["provenance"]["seed"]), ("simulate", 5))
        record = json.loads((self.folder / "x.run.json").read_text())
        self.assertLess(record["result"]["worst_energy_balance"], 1e-6)
        self.assertEqual(record["result"]["stuck_particles"], 0)
        self.assertEqual(record["result"]["showers"], 6)

    def test_threads_parts_and_processes_make_the_same_showers(self):
        whole = self.simulate("whole.h5", "--threads", 1, "--per-file", 3)
        parts = [self.folder / f"whole_000{i}.h5" for i in (1, 2)]
        self.assertFalse(whole.exists())
        self.simulate("threads.h5", "--threads", 3, "--per-file", 3)
        self.simulate("rest.h5", "--first", 3, count=3)
        for rank in ("0", "1"):
            self.simulate("ranks.h5", "--per-file", 3,
                          environment={"OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_SIZE": "2"})
        self.assertEqual(parts[0].read_bytes(), (self.folder / "threads_0001.h5").read_bytes())
        self.assertEqual(parts[1].read_bytes(), (self.folder / "threads_0002.h5").read_bytes())
        self.assertEqual(parts[1].read_bytes(), (self.folder / "rest.h5").read_bytes())
        self.assertEqual(parts[1].read_bytes(), (self.folder / "ranks_0002.h5").read_bytes())
        self.assertIn("ranks.run.rank1.json", self.listing())

    def test_resumes_where_files_are_missing(self):
        self.simulate("x.h5", "--per-file", 2)
        before = {name: (self.folder / name).read_bytes() for name in self.listing() if name.endswith(".h5")}
        (self.folder / "x_0002.h5").unlink()
        kept = (self.folder / "x_0001.h5").stat().st_mtime_ns
        time.sleep(0.01)
        self.simulate("x.h5", "--per-file", 2, "--resume")
        self.assertEqual({name: (self.folder / name).read_bytes() for name in before}, before)
        self.assertEqual((self.folder / "x_0001.h5").stat().st_mtime_ns, kept)

    def test_nothing_to_resume_leaves_the_record(self):
        path = self.simulate("x.h5", count=2)
        record = (self.folder / "x.run.json").read_bytes()
        outcome = self.expect(DONE, call("simulate", *LOW, "--count", 2, "--out", path, "--resume"), "there already")
        self.assertNotIn("wrote", outcome.err)
        self.assertEqual((self.folder / "x.run.json").read_bytes(), record)

    def test_never_overwrites(self):
        path = self.simulate("x.h5", count=2)
        before = path.read_bytes()
        self.refuse(BAD_INPUT, "simulate", *LOW, "--count", 2, "--out", path, words=["there already", "--resume"], left=["x.h5", "x.run.json"])
        self.refuse(BAD_INPUT, "simulate", *LOW, "--count", 2, "--seed", 9, "--out", path, "--resume",
                    words=["not a part of this run", "seed"], left=["x.h5", "x.run.json"])
        self.assertEqual(path.read_bytes(), before)

    def test_stops_on_a_signal_and_leaves_whole_files_only(self):
        out = self.folder / "x.h5"
        words = ["simulate", "--energy", "5", "--count", 4000, "--per-file", 5, "--threads", 1, "--out", out]
        outcome = call_and_signal(signal.SIGTERM, lambda: (self.folder / "x_0002.h5").exists(), *words)
        self.expect(FAILED, outcome, "stopped by a signal")
        for name in self.listing():
            self.assertEqual(self.expect(DONE, call("inspect", self.folder / name, "--json")).json()["showers"], 5)

    def test_cylindrical_cells_are_a_calochallenge_file(self):
        path = self.simulate("x.h5", "--detector", "par04-siw", "--binning", "cylindrical", count=3)
        found = self.expect(DONE, call("inspect", path, "--json")).json()
        self.assertEqual(found["format"], "CaloChallenge")
        shapes = {entry["name"]: entry["shape"] for entry in found["datasets"]}
        self.assertEqual(shapes["showers"], [3, 6480])

    def test_writes_tracks(self):
        self.simulate("x.h5", "--trace", self.folder / "t.json", "--trace-above", 1, count=1)
        trace = json.loads((self.folder / "t.json").read_text())
        self.assertEqual(trace["kinds"], ["gamma", "e-", "e+", "mu-", "mu+"])
        self.assertGreater(len(trace["segments"]), 20)
        first = trace["segments"][0]
        self.assertEqual((first[0], first[4]), (1, 0))
        self.assertAlmostEqual(first[1], trace["incident"], places=5)
        for segment in trace["segments"]:
            self.assertTrue(-0.001 <= segment[7] <= trace["depth"] + 0.001 or segment[7] < 0)

    def test_says_that_the_grid_is_too_small(self):
        narrow = self.detector(cell=("cell_x = 5.1\ncell_y = 5.1", "cell_x = 0.5\ncell_y = 0.5"))
        outcome = call("simulate", *LOW, "--count", 3, "--detector", narrow, "--out", self.folder / "x.h5")
        self.expect(DONE, outcome, "lies beside the cells")

    def test_refuses_energies_it_cannot_simulate(self):
        out = ["--count", 1, "--out", self.folder / "x.h5"]
        self.refuse(BAD_INPUT, "simulate", "--energy", "0.001", *out, words=["production cut"])
        self.refuse(BAD_INPUT, "simulate", "--energy", "50000", *out, words=["MeV?"])
        for energy in ("0", "nan", "-5", "10:5", "50GeV", "10:", "10:20:30", "50,,60", "10:-20", "log:0:5"):
            self.refuse(USAGE, "simulate", f"--energy={energy}", *out, words=["--energy"])
        self.refuse(USAGE, "simulate", "--energy", "0,5", *out, words=["--energy 0,5: 0 is not a positive energy"])
        self.refuse(USAGE, "simulate", "--energy", "5:1", *out, words=["--energy 5:1: the range is upside down. Write 1:5?"])

    def test_refuses_particles_and_angles_it_cannot_simulate(self):
        out = [*LOW, "--count", 1, "--out", self.folder / "x.h5"]
        for particle in ("pi-", "e-,", "11", "mu"):
            self.refuse(USAGE, "simulate", f"--particle={particle}", *out, words=["--particle", "no such particle"])
        self.refuse(USAGE, "simulate", "--theta", "steep", *out, words=["--theta steep", "is no number"])
        self.refuse(USAGE, "simulate", "--phi", "9:1", *out, words=["--phi 9:1", "upside down"])
        self.refuse(BAD_INPUT, "simulate", "--theta", "0:88", *out, words=["--theta: 88 degrees", "0 to 85"])
        self.refuse(BAD_INPUT, "simulate", "--detector", "par04-siw", "--binning", "cylindrical", "--theta", "5", *out,
                    words=["--theta: particles at 5 degrees", "cylindrical"])

    def test_refuses_muons_that_would_radiate(self):
        out = ["--particle", "e-,mu-", "--count", 2, "--out", self.folder / "x.h5"]
        self.refuse(BAD_INPUT, "simulate", "--energy", "10:200", *out, words=["--particle: muons of 200 GeV"])
        self.expect(DONE, call("simulate", "--energy", "20", *out), "muons do not radiate")

    def field(self, tesla):
        return self.detector(field=('name = "clic-ecal"', f'name = "clic-ecal"\nmagnetic_field_tesla = {tesla}'))

    def test_a_field_bends_and_is_a_part_of_the_run(self):
        bent = self.simulate("bent.h5", "--detector", self.field("[4, 0, 0]"))
        straight = self.simulate("straight.h5")
        self.assertNotEqual(bent.read_bytes(), straight.read_bytes())
        self.expect(BAD_INPUT, call("simulate", "--detector", self.folder / "detector.toml", "--resume", *LOW, "--count", 6,
                                    "--out", straight), "is not a part of this run")

    def test_refuses_fields_that_are_none(self):
        for tesla, word in (("[4, 0]", "holds 2 numbers"), ("[0, 0, 38000]", "Is it in gauss?"), ("4", "list")):
            self.refuse(BAD_INPUT, "simulate", "--detector", self.field(tesla), *LOW, "--count", 1,
                        "--out", self.folder / "x.h5", words=["magnetic_field_tesla", word], left=["detector.toml"])

    def test_measures_what_a_muon_deposits(self):
        found = self.expect(DONE, call("inspect", "clic-ecal", "--mip", "--json")).json()
        self.assertAlmostEqual(found["simulated_gev"] / 145e-6, 1, delta=0.02)
        wrong = self.detector(mip=("mip_mev = 0.145", "mip_mev = 0.2"))
        self.expect(DONE, call("inspect", wrong, "--mip"), "Write mip_mev = 0.14")
        self.expect(BAD_INPUT, call("inspect", self.simulate("x.h5"), "--mip"), "is no detector")
        self.expect(BAD_INPUT, call("inspect", "clic-ekal"), "no such file")
        self.expect(USAGE, call("inspect", "clic-ecal", "--mip", "--plan"), "--plan excludes --mip")

    def test_particles_and_directions_are_drawn_for_each_shower(self):
        words = ["simulate", "--particle", "e-,gamma", "--theta", "0:60", "--phi", "90:360", "--energy", "log:0.5:2"]
        path = self.folder / "x.h5"
        self.expect(DONE, call(*words, "--count", 30, "--per-file", 20, "--threads", 1, "--out", path))
        found = self.expect(DONE, call("inspect", self.folder / "x_0001.h5", "--json")).json()
        conditions = {one["name"]: one for one in found["conditions"]}
        self.assertEqual(list(conditions), ["energy", "impact", "direction", "particle"])
        self.assertEqual((conditions["particle"]["low"], conditions["particle"]["high"]), ([11], [22]))
        (theta_low, phi_low), (theta_high, phi_high) = conditions["direction"]["low"], conditions["direction"]["high"]
        self.assertTrue(0 <= theta_low < math.radians(15) and math.radians(45) < theta_high <= math.radians(60))
        self.assertTrue(math.radians(90) <= phi_low < math.radians(180) and math.radians(270) < phi_high < 2 * math.pi)
        self.assertEqual(found["provenance"]["theta"], "0:60")
        # Whatever the parts and threads.
        self.expect(DONE, call(*words, "--first", 20, "--threads", 2, "--count", 10, "--out", self.folder / "rest.h5"))
        self.assertEqual((self.folder / "rest.h5").read_bytes(), (self.folder / "x_0002.h5").read_bytes())
        # With another angle it is another run.
        words[words.index("--theta") + 1] = "0:50"
        self.refuse(BAD_INPUT, *words, "--count", 30, "--per-file", 20, "--out", path, "--resume",
                    words=["not a part of this run", "theta"], left=self.listing())

    def test_a_particle_flies_where_it_is_sent(self):
        self.simulate("x.h5", "--particle", "gamma", "--theta", 60, "--phi", 90, "--trace", self.folder / "t.json", count=1)
        kind, _, x0, y0, z0, x1, y1, z1 = json.loads((self.folder / "t.json").read_text())["segments"][0]
        self.assertEqual((kind, z0), (0, 0))
        self.assertAlmostEqual((y1 - y0) / (z1 - z0), math.tan(math.radians(60)), delta=0.01)
        self.assertAlmostEqual(x1, x0, delta=0.002)

    def test_names_the_line_of_a_bad_detector(self):
        for before, after, words in [
                ("thickness = 2.4", "thickness = -2.4", ["thickness"]),
                ('elements = ["W"]', 'elements = ["Wx"]', ["Wx"]),
                ("electron_cut_mev = 1.65", "electron_cut_mev = 0", ["electron_cut_mev"]),
                ("active = true", "active = false", ["active"]),
                ("spread_x = 5.1", "spread_x = 5.1\ntheta_degrees = 30", ["theta_degrees", "condition `theta`"])]:
            bad = self.detector(change=(before, after))
            self.refuse(BAD_INPUT, "simulate", *LOW, "--count", 1, "--detector", bad, "--out", self.folder / "x.h5",
                        words=["detector.toml:", *words], left=["detector.toml"])

    def test_cylindrical_cells_need_a_description(self):
        self.refuse(BAD_INPUT, "simulate", *LOW, "--count", 1, "--binning", "cylindrical", "--out",
                    self.folder / "x.h5", words=["[cylinder]"])


if __name__ == "__main__":
    unittest.main()
