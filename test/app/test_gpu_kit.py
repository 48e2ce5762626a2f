"""scripts/gpu: what it refuses, what it packs, and (Rehearsal, long) all of it in a clean Debian root without a GPU."""

import os
import shutil
import subprocess
import sys
import unittest

import h5py
import numpy as np

from harness import DONE, GEANT4, MODEL, REPOSITORY, CommandTest, call

SCRIPTS = REPOSITORY / "scripts/gpu"


def run(script, *arguments, patience=120, **environment):
    by = [sys.executable] if script.endswith(".py") else []
    return subprocess.run([*by, str(SCRIPTS / script), *map(str, arguments)], capture_output=True, text=True, timeout=patience,
                          stdin=subprocess.DEVNULL, env={**os.environ, "CALOFORGE_PYTHON": sys.executable, **environment})


def contents(path):
    with h5py.File(path) as file:
        return {name: file[name][:] for name in file}


class Kit(CommandTest):
    def test_packed_showers_come_back_number_for_number(self):
        packed = self.folder / "showers.xz"
        for arguments in [("pack", packed, GEANT4), ("unpack", packed, self.folder / "back")]:
            done = run("showers.py", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(packed.stat().st_size, 0.7 * GEANT4.stat().st_size)
        before, after = contents(GEANT4), contents(self.folder / "back" / GEANT4.name)
        self.assertEqual(before.keys(), after.keys())
        for name, values in before.items():
            self.assertEqual(values.tobytes(), after[name].astype(values.dtype).tobytes(), name)

    def test_showers_of_another_layout_are_refused(self):
        other = self.folder / "other.h5"
        with h5py.File(other, "w") as file:
            file["showers"] = np.zeros((3, 4), "f4")
        done = run("showers.py", "pack", self.folder / "showers.xz", other)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("has no data set ECAL", done.stderr)
        self.assertFalse((self.folder / "showers.xz").exists())

    def test_arguments_are_checked_first(self):
        (self.folder / "kit").mkdir()
        for arguments, says in [(["no-kit", "--out", "out"], "there is no kit"), ([self.folder / "kit"], "Give --out"),
                                ([self.folder / "kit", "--out", "out", "--skip", "tset"], "the stages are"),
                                ([self.folder / "kit", "--hours", "3"], "unknown option --hours")]:
            done = run("run", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(says, done.stderr)
        done = run("pack", self.folder / "kit.tar.xz", "--programs", self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("Build first?", done.stderr)
        self.assertEqual(self.listing(self.folder), ["kit"])


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")
class Rehearsal(CommandTest):
    def test_everything_but_the_device(self):
        showers = self.folder / "showers.h5"
        self.assertEqual(call("generate", "--model", MODEL, "--energy", "10:500", "--count", 300, "--out", showers).code, DONE)
        done = run("rehearse", self.folder / "clean", "--showers", showers, patience=12000, SECONDS_IN_ALL="11000")
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        for stage in ["build", "tests", "figures", "train"]:
            self.assertIn(f"{stage}: done", done.stdout)
        out = self.folder / "clean/out"
        for name in ["summary.txt", "logs.tar.gz", "figures.json", "model.safetensors", "checkpoint.safetensors", "metrics.jsonl.gz"]:
            self.assertTrue((out / name).stat().st_size > 0, name)
        self.assertLessEqual(len(list(out.iterdir())), 8)
        made = self.folder / "made.h5"
        self.assertEqual(call("generate", "--model", out / "model.safetensors", "--energy", "50:100", "--count", 3, "--out", made).code, DONE)


if __name__ == "__main__":
    unittest.main()
