"""The network forge, from training to showers: impact points, engine, libtorch and ONNX Runtime alike."""

import functools
import json
import subprocess
import unittest

from harness import BAD_INPUT, DONE, GEANT4, MODEL, REPOSITORY, USAGE, CommandTest, call, must, shared_folder
from test_export import COMPARE, PYTHON

# Enough steps that cells are no longer drawn from nearly flat distributions, which amplify rounding.
CONFIG = """
[model]
name = "small-forge"
network = "forge"
[forge]
past_channels = 2
channels = 4
hidden = 4
profile_hidden = 4
energy_hidden = 4
[training]
batch = 16
steps = 30
threads = 1
[optimiser]
warm_up_steps = 2
"""
IMPACTS = """
import sys, h5py
with h5py.File(sys.argv[1]) as file:
    print(file["impact"][:].tolist())
"""


@functools.lru_cache(maxsize=None)
def small_forge():
    """Folder of a short training of a small network."""
    config = shared_folder() / "forge.toml"
    config.write_text(CONFIG)
    folder = shared_folder() / "forge"
    must(call("train", "--config", config, "--data", GEANT4, "--out", folder))
    return folder


class Forge(CommandTest):
    def python(self, *arguments):
        done = subprocess.run([PYTHON, *map(str, arguments)], text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def generate(self, name, *options, model=None):
        out = self.folder / name
        self.expect(DONE, call("generate", "--model", model or small_forge() / "model.safetensors", "--energy", "60:400",
                               "--count", 9, "--seed", 7, "--out", out, *options))
        return out

    def test_all_backends_make_the_same_showers(self):
        native = self.generate("native.h5")
        for backend in ("torch", "torch-rewritten"):
            self.python("-c", COMPARE, native, self.generate(f"{backend}.h5", "--backend", backend))

    def test_a_checkpoint_generates_what_the_model_does(self):
        self.python("-c", COMPARE, self.generate("a.h5"),
                    self.generate("b.h5", model=small_forge() / "checkpoint-000000030.safetensors"))

    def test_onnx_runtime_makes_the_showers_of_generate(self):
        native, model = self.generate("native.h5"), self.folder / "forge.onnx"
        self.expect(DONE, call("export", "--model", small_forge() / "model.safetensors", "--format", "onnx", "--out", model))
        self.python(REPOSITORY / "example/onnx/generate.py", model, "--energy", "60:400", "--count", 9, "--seed", 7,
                    "--batch", 5, "--out", self.folder / "onnx.h5")
        self.python("-c", COMPARE, native, self.folder / "onnx.h5")

    def test_showers_say_where_their_particles_enter(self):
        drawn = eval(self.python("-c", IMPACTS, self.generate("drawn.h5")))
        self.assertEqual(len({tuple(point) for point in drawn}), 9)
        for x, y in drawn:
            self.assertLessEqual(max(abs(x), abs(y)), 2.56)
        asked = eval(self.python("-c", IMPACTS, self.generate("asked.h5", "--impact", "1.5,-2")))
        self.assertEqual(asked, [[1.5, -2.0]] * 9)

    def test_impact_points_that_cannot_be(self):
        model = small_forge() / "model.safetensors"
        line = ["--energy", 100, "--count", 2, "--out", self.folder / "x.h5", "--impact"]
        self.refuse(BAD_INPUT, "generate", "--model", model, *line, "9,0", words=["9, 0 mm", "--allow-extrapolation"])
        self.refuse(BAD_INPUT, "generate", "--model", MODEL, *line, "1,0", words=["takes no `impact`"])
        self.refuse(USAGE, "generate", "--model", model, *line, "1", words=["--impact"])
        self.refuse(USAGE, "generate", "--model", model, *line, "a,b", words=["--impact"])

    def test_keys_of_the_other_network_are_refused(self):
        for line, word in (("[loss]\nreal = 1", "loss"), ("[training]\nlabel_flip = 0.1", "label_flip"),
                           ("[forge]\npast_kernel = 4", "past_kernel"), ("[forge]\nhiden = 4", "hidden")):
            with self.subTest(line=line):
                config = self.folder / "bad.toml"
                config.write_text('[model]\nnetwork = "forge"\n' + line + "\n")
                self.refuse(BAD_INPUT, "train", "--config", config, "--data", GEANT4, "--out", self.folder / "run",
                            words=[word], left=["bad.toml"])

    def test_the_shipped_model_is_the_default_and_as_faithful_as_300_showers_can_tell(self):
        out, gates = self.folder / "fast.h5", self.folder / "gates.toml"
        outcome = self.expect(DONE, call("generate", "--energy", "10:500", "--count", 1000, "--seed", 3, "--json", "--out", out))
        self.assertEqual(outcome.json()["configuration"]["model"], "clic-forge")
        # The gates that need no classifiers, in the ranges where 300 Geant4 showers suffice.
        wanted = (REPOSITORY / "example/validate/fidelity.toml").read_text().split("[[gate]]")[1:]
        kept = [gate.replace('"each"', f'"{energy}"') for gate in wanted if "auc_" not in gate
                for energy in (("all", "100:200", "200:500") if '"each"' in gate else ("all",))]
        self.assertEqual(len(kept), 17)
        gates.write_text("".join("[[gate]]" + gate for gate in kept))
        self.expect(DONE, call("validate", "--reference", GEANT4, "--candidate", out, "--classifiers", "none", "--out",
                               self.folder / "report", "--require", gates, "--allow-undecided"))

    def test_showers_held_out(self):
        out, data = self.folder / "run", self.folder / "more.h5"
        model = small_forge() / "model.safetensors"
        line = ["train", "--config", shared_folder() / "forge.toml", "--data", GEANT4]
        self.expect(DONE, call("generate", "--model", model, "--energy", "60:400", "--count", 20, "--out", data))
        self.expect(DONE, call(*line, "--out", out, "--validation-data", data, "--start-from", model, "--steps", 2),
                    "20 showers held out: -ln p")
        lines = [json.loads(text) for text in (out / "metrics.jsonl").read_text().splitlines()]
        self.assertEqual(lines[-1]["held_out"]["showers"], 20)
        self.refuse(BAD_INPUT, *line, "--out", self.folder / "other", "--validation-data", GEANT4,
                    words=["data.validation", "geant4-electrons.h5"], left=self.listing())

    def test_a_start_that_does_not_fit(self):
        small_forge()
        line = ["train", "--data", GEANT4, "--out", self.folder / "run"]
        self.refuse(USAGE, *line, "--start-from", MODEL, words=["--start-from", "forge"])
        self.refuse(BAD_INPUT, *line, "--validation-data", GEANT4, words=["data.validation"])
        self.refuse(BAD_INPUT, *line, "--config", shared_folder() / "forge.toml", "--start-from", MODEL,
                    words=["training.start_from", "clic-3dgan"])

    def test_inspect_says_what_it_takes(self):
        text = self.expect(DONE, call("inspect", small_forge() / "model.safetensors")).out
        self.assertIn("impact", text)


if __name__ == "__main__":
    unittest.main()
