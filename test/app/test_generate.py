"""`caloforge generate`: the file it writes, energies, parts of a run, stopping."""

import json
import signal
import unittest

from harness import (BAD_INPUT, DONE, FAILED, MODEL, CommandTest, call, call_and_signal, plain_showers)
from hdf5_edit import CELLS, read_cells

TOLERANCE = 1e-5  # doc/design.md: of the shower's largest cell, through libtorch


class Generate(CommandTest):
    def generate(self, name, *words, energy="50:400", count=12):
        path = self.folder / name
        outcome = call("generate", "--model", MODEL, "--energy", energy, "--count", count, "--gzip", 0, "--threads", 1,
                       "--out", path, *words)
        self.expect(DONE, outcome)
        return path

    def same_showers(self, one, other):
        self.assertEqual(len(one), len(other))
        for shower in range(len(one) // CELLS):
            a, b = (cells[shower * CELLS : (shower + 1) * CELLS] for cells in (one, other))
            worst = max(abs(x - y) for x, y in zip(a, b))
            self.assertLessEqual(worst, TOLERANCE * max(a), f"shower {shower}")

    def test_the_file_can_be_inspected(self):
        found = self.expect(DONE, call("inspect", plain_showers(), "--json")).json()
        shapes = {entry["name"]: entry["shape"] for entry in found["datasets"]}
        self.assertEqual(shapes["ECAL"], [20, 25, 25, 25])
        self.assertEqual(shapes["target"], [20, 2])
        self.assertEqual(found["showers"], 20)
        self.assertEqual(found["incident_energy_gev"], [50.0, 50.0])
        self.assertEqual(found["provenance"]["command"], "generate")

    def test_the_engine_and_libtorch_make_the_same_showers(self):
        native, torch = self.generate("n.h5"), self.generate("t.h5", "--backend", "torch")
        one, other = read_cells(native, 12), read_cells(torch, 12)
        for shower in range(12):
            a, b = (cells[shower * CELLS : (shower + 1) * CELLS] for cells in (one, other))
            self.assertLessEqual(max(abs(x - y) for x, y in zip(a, b)), 1e-4 * max(b), f"shower {shower}")
        self.assertNotEqual(native.read_bytes(), torch.read_bytes())

    def test_a_batch_of_the_engine_changes_nothing(self):
        self.assertEqual(self.generate("a.h5", "--batch", 1).read_bytes(),
                         self.generate("b.h5", "--batch", 7).read_bytes())

    def test_compressed_by_default(self):
        path = self.folder / "x.h5"
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", 50, "--count", 2, "--out", path))
        found = self.expect(DONE, call("inspect", path, "--json")).json()
        ecal = next(entry for entry in found["datasets"] if entry["name"] == "ECAL")
        self.assertIn("gzip", ecal["compression"])
        self.assertIn("shuffle", ecal["compression"])

    def test_writes_a_run_record_and_nothing_else(self):
        outcome = call("generate", "--model", MODEL, "--energy", 50, "--count", 2, "--seed", 3, "--json", "--out",
                       self.folder / "x.h5")
        self.expect(DONE, outcome)
        self.assertEqual(self.listing(), ["x.h5", "x.run.json"])
        record = json.loads((self.folder / "x.run.json").read_text())
        for key in ["caloforge", "machine", "seconds", "configuration", "started", "peak_memory_bytes"]:
            self.assertIn(key, record)
        self.assertEqual((record["command"], record["seed"]), ("generate", 3))
        self.assertEqual(record["configuration"]["count"], 2)
        self.assertEqual(outcome.json()["configuration"], record["configuration"])

    def test_makes_the_folder_of_the_output(self):
        self.generate("new/folder/x.h5", count=2)
        self.assertIn("new/folder/x.h5", self.listing())

    def test_showers_are_not_all_equal_or_empty(self):
        cells = read_cells(self.generate("x.h5"), 12)
        showers = [cells[i * CELLS : (i + 1) * CELLS] for i in range(12)]
        self.assertTrue(all(max(shower) > 0 for shower in showers))
        self.assertNotEqual(showers[0], showers[1])

    def test_one_seed_gives_the_same_cells(self):
        first = read_cells(self.generate("a.h5"), 12)
        self.assertEqual(first, read_cells(self.generate("b.h5"), 12))
        self.assertNotEqual(first, read_cells(self.generate("c.h5", "--seed", 2), 12))

    def test_the_batch_does_not_matter(self):
        whole = read_cells(self.generate("a.h5"), 12)
        self.same_showers(whole, read_cells(self.generate("b.h5", "--batch", 5), 12))
        self.same_showers(whole, read_cells(self.generate("c.h5", "--batch", 1), 12))

    def test_parts_make_the_whole(self):
        whole = read_cells(self.generate("a.h5"), 12)
        parts = read_cells(self.generate("b.h5", count=5), 5)
        parts.extend(read_cells(self.generate("c.h5", "--first", 5, count=7), 7))
        self.same_showers(whole, parts)

    def test_list_of_energies_goes_on_in_parts(self):
        whole = read_cells(self.generate("a.h5", energy="60,90,120"), 12)
        part = read_cells(self.generate("b.h5", "--first", 4, energy="60,90,120", count=8), 8)
        self.same_showers(whole[4 * CELLS :], part)

    def test_replaces_an_older_file_only_when_done(self):
        path = self.folder / "x.h5"
        path.write_text("older")
        self.refuse(BAD_INPUT, "generate", "--model", MODEL, "--energy", 5000, "--count", 2, "--out", path, left=["x.h5"])
        self.assertEqual(path.read_text(), "older")
        self.generate("x.h5", count=2)
        self.assertNotEqual(path.read_bytes()[:5], b"older")

    def test_output_is_a_folder(self):
        (self.folder / "x.h5").mkdir()
        outcome = call("generate", "--model", MODEL, "--energy", 50, "--count", 2, "--out", self.folder / "x.h5")
        self.expect(FAILED, outcome, "folder")
        self.assertEqual(self.listing(), ["x.h5"])

    def test_folder_of_the_output_is_a_file(self):
        (self.folder / "a").write_text("mine")
        outcome = call("generate", "--model", MODEL, "--energy", 50, "--count", 2, "--out", self.folder / "a/x.h5")
        self.expect(FAILED, outcome, "folder")
        self.assertEqual(self.listing(), ["a"])


class Energies(CommandTest):
    def test_outside_the_trained_range(self):
        for energy in ["5000", "0.5", "100:5000", "100,5000"]:
            with self.subTest(energy=energy):
                self.refuse(BAD_INPUT, "generate", "--model", MODEL, "--energy", energy, "--count", 2, "--out",
                            self.folder / "x.h5", words=["trained", "--allow-extrapolation"])

    def test_outside_when_allowed_warns(self):
        outcome = call("generate", "--model", MODEL, "--energy", 600, "--count", 2, "--allow-extrapolation", "--out",
                       self.folder / "x.h5")
        self.expect(DONE, outcome, "warning", "trained")
        self.assertEqual(self.listing(), ["x.h5", "x.run.json"])

    def test_inside_does_not_warn(self):
        outcome = call("generate", "--model", MODEL, "--energy", 100, "--count", 2, "--out", self.folder / "x.h5")
        self.assertNotIn("warning", self.expect(DONE, outcome).err)

    def test_the_documented_range_is_inside(self):
        # What --help, README and demo tell a newcomer to ask for.
        self.expect(DONE, call("generate", "--model", MODEL, "--energy", "10:500", "--count", 2, "--out",
                               self.folder / "x.h5"))


class Stopping(CommandTest):
    def stop(self, number):
        outcome = call_and_signal(number, lambda: any(".tmp-" in name for name in self.listing()), "generate",
                                  "--model", MODEL, "--energy", 50, "--count", 1000000, "--batch", 8, "--out",
                                  self.folder / "x.h5")
        self.expect(FAILED, outcome, "signal")
        self.assertEqual(self.listing(), [])

    def test_sigint_leaves_no_file(self):
        self.stop(signal.SIGINT)

    def test_sigterm_leaves_no_file(self):
        self.stop(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
