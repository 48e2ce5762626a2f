"""A disk that fills up while the program writes: exit code 4, a message, and nothing half-written."""

import shutil
import subprocess
import unittest

from harness import DONE, FAILED, GEANT4, MODEL, TRAIN, CommandTest, call, command_line, short_training

COUNT = 40
PLAIN_BYTES = COUNT * 25**3 * 4  # of the cells in a file that is not compressed


class FullDisk(CommandTest):
    def test_generate(self):
        # In the file's header, in the first chunks, in the last ones, when it is closed.
        for limit in [100, 4000, PLAIN_BYTES // 2, PLAIN_BYTES + 500]:
            for gzip in [0, 1] if limit == 4000 else [0]:
                with self.subTest(limit=limit, gzip=gzip):
                    self.refuse(FAILED, "generate", "--model", MODEL, "--energy", 50, "--count", COUNT, "--batch", 16,
                                "--gzip", gzip, "--out", self.folder / "x.h5", words=["x.h5", "full"], file_limit=limit)

    def test_generate_keeps_an_older_file(self):
        (self.folder / "x.h5").write_text("older")
        self.refuse(FAILED, "generate", "--model", MODEL, "--energy", 50, "--count", COUNT, "--gzip", 0, "--out",
                    self.folder / "x.h5", words=["full"], file_limit=100000, left=["x.h5"])
        self.assertEqual((self.folder / "x.h5").read_text(), "older")

    def test_train_leaves_no_half_weights(self):
        self.refuse(FAILED, *TRAIN, "--steps", 1, "--out", self.folder / "run", words=["full"], file_limit=1000000,
                    left=["run", "run/config.toml", "run/metrics.jsonl"])

    def test_train_that_cannot_write_its_first_line(self):
        outcome = call(*TRAIN, "--steps", 1, "--out", self.folder / "run", file_limit=50)
        self.expect(FAILED, outcome, "full")
        self.assertFalse([name for name in self.listing() if ".tmp" in name or "safetensors" in name])

    def test_train_keeps_the_last_good_checkpoint(self):
        run = shutil.copytree(short_training(2), self.folder / "run")
        before = self.listing()
        good = (run / "checkpoint-000000002.safetensors").read_bytes()
        self.refuse(FAILED, *TRAIN, "--steps", 3, "--resume", "--out", run, words=["full"], file_limit=1000000,
                    left=before)
        self.assertEqual((run / "checkpoint-000000002.safetensors").read_bytes(), good)
        self.expect(DONE, call("inspect", run / "model.safetensors"))

    def test_validate(self):
        outcome = call("validate", "--reference", GEANT4, "--candidate", GEANT4, "--out", self.folder / "out",
                       "--classifiers", "none", file_limit=200)
        self.expect(FAILED, outcome, "metrics.json", "full")
        self.assertEqual([name for name in self.listing() if name != "out"], [])

    def test_demo(self):
        outcome = call("demo", "--model", MODEL, "--count", 50, "--simulated", 0, "--out", self.folder / "out", file_limit=10000)
        self.expect(FAILED, outcome, "generated.h5", "full")
        self.assertEqual([name for name in self.listing() if name != "out"], [])


def in_small_file_system(folder, size, arguments):
    """Runs the program in a file system of `size` mounted on `folder` for it alone; then lists what is there."""
    script = 'mount -t tmpfs -o size=$1 tmpfs "$0" && cd "$0" && shift && "$@"; code=$?; ls -A; exit $code'
    return subprocess.run(["unshare", "-rm", "sh", "-c", script, str(folder), size, *arguments], text=True,
                          capture_output=True, timeout=120)


class SmallFileSystem(CommandTest):
    """As above with a file system that is really full; only where one may be mounted."""

    def setUp(self):
        super().setUp()
        try:
            allowed = in_small_file_system(self.folder, "4k", ["true"]).returncode == 0
        except FileNotFoundError:
            allowed = False
        if not allowed:
            self.skipTest("no file system can be mounted here")

    def check(self, size, left, *arguments):
        done = in_small_file_system(self.folder, size, command_line(arguments))
        self.assertEqual(done.returncode, FAILED, done.stderr)
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(done.stdout.split(), left)

    def test_generate(self):
        for size in ["4k", "1m", "2400k"]:
            with self.subTest(size=size):
                self.check(size, [], "generate", "--model", MODEL, "--energy", 50, "--count", COUNT, "--gzip", 0,
                           "--out", "x.h5")

    def test_train(self):
        self.check("3m", ["config.toml", "metrics.jsonl"], *TRAIN, "--steps", 1, "--out", ".")
        # The model is written before the checkpoint that says how good it is, and is whole.
        self.check("4m", ["config.toml", "metrics.jsonl", "model.safetensors"], *TRAIN, "--steps", 1, "--out", ".")


if __name__ == "__main__":
    unittest.main()
