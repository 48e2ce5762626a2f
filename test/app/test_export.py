"""`caloforge export`: what other programs make of it, and what it says to bad input."""

import json
import subprocess
import unittest

from harness import BAD_INPUT, DONE, FAILED, MODEL, REPOSITORY, USAGE, CommandTest, call, short_training

PYTHON = REPOSITORY / ".venv-test/bin/python"
COMPARE = """
import sys, h5py, numpy as np
a, b = (h5py.File(path)["ECAL"][:].astype("f8").reshape(-1, 15625) for path in sys.argv[1:])
assert a.shape == b.shape, (a.shape, b.shape)
worst = (np.abs(a - b).max(axis=1) / a.max(axis=1)).max()
assert worst <= 1e-4, worst
assert len({row.tobytes() for row in a}) == len(a)
for path in sys.argv[1:]:
    with h5py.File(path) as file:
        energies = file["energy"][:] if "energy" in file else file["target"][:, 1]
    print(*energies)
"""


class Export(CommandTest):
    def run_python(self, *arguments):
        done = subprocess.run([PYTHON, *map(str, arguments)], text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_onnx_runtime_makes_the_showers_of_generate(self):
        """The example, on the model as written and optimized, against the engine: energies and cells."""
        asked = ["--energy", "60:400", "--count", 21, "--seed", 7]
        self.expect(DONE, call("generate", "--model", MODEL, *asked, "--out", self.folder / "native.h5"))
        for how in ([], ["--optimized"]):
            with self.subTest(how=how):
                model = self.folder / "generator.onnx"
                outcome = self.expect(DONE, call("export", "--model", MODEL, "--format", "onnx", *how, "--out", model,
                                                 "--json"))
                self.assertEqual(outcome.json()["bytes"], model.stat().st_size)
                record = json.loads((self.folder / "generator.onnx.run.json").read_text())
                self.assertEqual(record["configuration"], outcome.json()["configuration"])
                self.assertEqual(record["configuration"]["optimized"], bool(how))
                self.run_python(REPOSITORY / "example/onnx/generate.py", model, *asked, "--batch", 8, "--out",
                                self.folder / "onnx.h5")
                energies = self.run_python("-c", COMPARE, self.folder / "native.h5", self.folder / "onnx.h5").splitlines()
                self.assertEqual(energies[0], energies[1])

    def test_the_optimized_weights_make_the_same_showers(self):
        asked = ["--energy", "60,400", "--count", 20, "--seed", 7]
        rewritten = self.folder / "rewritten.safetensors"
        self.expect(DONE, call("export", "--model", MODEL, "--format", "caloforge", "--optimized", "--out", rewritten))
        self.assertIn("latent", self.expect(DONE, call("inspect", rewritten)).out)
        for name, model, backend in (("a", MODEL, "torch"), ("b", rewritten, "torch"), ("c", rewritten, "native"),
                                     ("d", MODEL, "torch-rewritten")):
            self.expect(DONE, call("generate", "--model", model, "--backend", backend, *asked, "--out",
                                   self.folder / f"{name}.h5"))
            self.run_python("-c", COMPARE, self.folder / "a.h5", self.folder / f"{name}.h5")

    def test_a_checkpoint_becomes_a_model_of_the_generator_alone(self):
        checkpoint = short_training(4) / "checkpoint-000000004.safetensors"
        for how in ([], ["--optimized"]):
            out = self.folder / "model.safetensors"
            self.expect(DONE, call("export", "--model", checkpoint, "--format", "caloforge", *how, "--out", out))
            found = self.expect(DONE, call("inspect", out, "--json")).json()
            self.assertIn("model", found["format"])
            self.assertEqual(list(found["networks"]), ["generator"])
            self.expect(DONE, call("generate", "--model", out, "--energy", 50, "--count", 2, "--allow-extrapolation",
                                   "--out", self.folder / "x.h5"))
        self.expect(DONE, call("export", "--model", checkpoint, "--out", self.folder / "x.onnx"))

    def test_bad_input(self):
        out = self.folder / "x.onnx"
        damaged = self.folder / "damaged.safetensors"
        damaged.write_bytes(MODEL.read_bytes()[:-100])
        for code, arguments, word in ((USAGE, ["--format", "onxx", "--out", out], "onxx"),
                                      (USAGE, [], "out"),
                                      (BAD_INPUT, ["--model", "clic-3dgam", "--out", out], "clic-3dgan"),
                                      (BAD_INPUT, ["--model", damaged, "--out", out], "damaged.safetensors"),
                                      (FAILED, ["--out", "/proc/x.onnx"], "/proc")):
            self.expect(code, call("export", *arguments), word)
        self.assertEqual(self.listing(), ["damaged.safetensors"])

    def test_a_full_disk_leaves_nothing(self):
        outcome = call("export", "--model", MODEL, "--out", self.folder / "x.onnx", file_limit=100_000)
        self.expect(FAILED, outcome, "x.onnx")
        self.assertEqual(self.listing(), [])


if __name__ == "__main__":
    unittest.main()
