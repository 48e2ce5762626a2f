"""A detector of one's own, from its file to a verdict: example/own-detector.

By default the path, with few showers and steps; `Page` runs the page's commands as they stand, which takes most of an hour.
"""

import json
import re
import shlex
import unittest

from harness import BAD_INPUT, DONE, REPOSITORY, USAGE, CommandTest, call, must, shared_folder

FOLDER = REPOSITORY / "example/own-detector"
DETECTOR = FOLDER / "lead-scintillator.toml"
SMALL = """
[forge]
past_channels = 2
channels = 2
hidden = 2
core = 2
profile_hidden = 4
energy_hidden = 4
[training]
batch = 16
threads = 1
[optimiser]
warm_up_steps = 2
[checkpoint]
every_steps = 20
"""


def commands():
    """What the page tells its reader to type, as arguments of the program."""
    page = (FOLDER / "README.md").read_text()
    block = re.search(r"```\n(caloforge simulate.*?)```", page, re.DOTALL).group(1)
    lines = [shlex.split(line.split("#")[0]) for line in block.replace("\\\n", " ").splitlines()]
    return [line[1:] for line in lines if line]


def showers():
    """240 showers of that detector for the tests below."""
    path = shared_folder() / "lead.h5"
    if not path.exists():
        must(call("simulate", "--detector", DETECTOR, "--energy", "5:50", "--count", 240, "--seed", 5, "--out", path))
    return path


def trained():
    """Folder of a short training: a configuration of a small network, everything else the defaults."""
    folder = shared_folder() / "lead-run"
    if not folder.exists():
        (shared_folder() / "small.toml").write_text(SMALL)
        must(call("train", "--config", shared_folder() / "small.toml", "--network", "forge", "--detector", DETECTOR,
                  "--data", showers(), "--steps", 40, "--out", folder))
    return folder


class OwnDetector(CommandTest):
    def test_the_page_is_three_commands(self):
        lines = commands()
        self.assertEqual([line[0] for line in lines], ["simulate", "train", "validate"])

    def test_its_detector_is_that_of_the_format_page(self):
        page = (REPOSITORY / "doc/format/detector.md").read_text()
        self.assertEqual(re.search(r"## Example.*?```toml\n(.*?)```", page, re.DOTALL).group(1), DETECTOR.read_text())

    def test_training_says_what_the_showers_held_out_found(self):
        record = json.loads((trained() / "run.json").read_text())
        self.assertEqual(record["configuration"]["held_out"], 24)
        self.assertEqual(record["result"]["held_out"]["showers"], 24)
        self.assertIn(record["result"]["held_out"]["best_step"], (20, 40))
        comparison = record["result"]["comparison"]
        self.assertEqual((comparison["held_out"], comparison["generated"]), (24, 96))
        for name in ("sampling_fraction_mean_rel", "longitudinal_profile_max_rel", "transverse_profile_max_rel"):
            self.assertIn("uncertainty", comparison["figures"][name])
        self.assertEqual(len(comparison["verdict"]["points"]), 6)
        self.assertEqual([name for name in self.listing(trained()) if "tmp" in name], [])

    def test_the_effective_configuration_says_what_followed_from_the_data(self):
        text = (trained() / "config.toml").read_text()
        for line in ("held_out = 24", "energy_bottleneck = 8", "learning_rate = 0.005"):
            self.assertIn(line, text)
        again = self.folder / "again"
        self.expect(DONE, call("train", "--config", trained() / "config.toml", "--out", again), "held out, at all energies",
                    "are too few to tell")
        self.assertEqual((again / "config.toml").read_text(), text)

    def test_by_time_it_ends_where_the_showers_have_no_more_to_teach(self):  # how fast the machine is does not matter
        config = self.folder / "small.toml"
        config.write_text(SMALL.replace("batch = 16", "batch = 100\nlayers_per_step = 1").replace("every_steps = 20", "every_steps = 48")
                          + "[data]\nheld_out = 130\n")
        line = ["train", "--config", config, "--network", "forge", "--detector", DETECTOR, "--data", showers(),
                "--minutes", "10000", "--out", self.folder / "run"]
        self.expect(DONE, call(*line), "10000 minutes suffice for 96 steps, more than the showers have to teach", "finished")
        record = json.loads((self.folder / "run/run.json").read_text())
        self.assertEqual(record["configuration"]["epochs"], 0)
        self.assertLessEqual(record["result"]["steps"], 96)  # one a pass
        before = (self.folder / "run/model.safetensors").read_bytes()
        again = self.expect(DONE, call(*line, "--resume", "--json")).json()
        self.assertEqual(again["result"]["steps"], record["result"]["steps"])
        self.assertEqual((self.folder / "run/model.safetensors").read_bytes(), before)
        line[line.index("10000")] = "3"
        self.expect(BAD_INPUT, call(*line, "--resume"), "`minutes`")

    def test_best_by_a_figure_without_other_showers(self):
        out = self.folder / "run"
        self.expect(DONE, call("train", "--config", trained() / "config.toml", "--steps", 20, "--validate-every", 20, "--out", out),
                    "step 20: figure_of_merit")
        self.assertIn("best.safetensors", self.listing(out))

    def test_a_model_makes_the_candidate(self):
        out, model = self.folder / "report", trained() / "model.safetensors"
        outcome = self.expect(DONE, call("validate", "--reference", showers(), "--model", model, "--classifiers", "none",
                                         "--out", out, "--json"))
        found = outcome.json()
        self.assertEqual(found["candidate"]["showers"], 240)
        self.assertEqual(found["candidate"]["energy_low"], found["reference"]["energy_low"])
        record = json.loads((out / "run.json").read_text())
        self.assertEqual(record["configuration"]["detector"], "lead-scintillator")
        self.assertEqual(record["configuration"]["candidate"], [str(out / "candidate.h5")])
        # The same showers again, and from the file.
        again = self.expect(DONE, call("validate", "--reference", showers(), "--candidate", out / "candidate.h5", "--detector",
                                       DETECTOR, "--classifiers", "none", "--candidate-name", "model", "--json")).json()
        self.assertEqual([metric["value"] for metric in again["metrics"]], [metric["value"] for metric in found["metrics"]])

    def test_what_cannot_be_a_candidate(self):
        model = trained() / "model.safetensors"
        line = ["validate", "--reference", showers()]
        self.refuse(USAGE, *line, words=["--candidate", "--model"])
        self.refuse(USAGE, *line, "--model", model, words=["--out"])
        self.refuse(USAGE, *line, "--model", model, "--candidate", showers(), "--out", self.folder / "r",
                    words=["--candidate and --model"])
        self.refuse(USAGE, *line, "--model", model, "--as", "calochallenge", "--out", self.folder / "r",
                    words=["--as calochallenge"])
        self.refuse(BAD_INPUT, *line, "--model", self.folder / "no-such.safetensors", "--out", self.folder / "r",
                    words=["no-such.safetensors"])

    def test_what_is_wrong_is_named(self):
        line = ["train", "--network", "forge", "--data", showers(), "--out", self.folder / "run"]
        self.refuse(BAD_INPUT, *line, words=["30 x 30 x 10", "model.detector"])
        self.refuse(BAD_INPUT, *line, "--detector", "lead.toml", words=["lead.toml"])
        self.refuse(BAD_INPUT, *line[:1], "--network", "forje", *line[3:], words=["`model.network`", "`forge`"])
        config = self.folder / "train.toml"
        for text, *words in [("data.held_out = 239", "data.held_out", "239 of 240"), ("data.held_out = -1", "`data.held_out`"),
                             ("training.epochs = 0", "`training.epochs`", "`training.minutes`"),
                             ("data.held_out = 5\ndata.validation = ['v.h5']", "`data.held_out`", "`data.validation`")]:
            with self.subTest(text=text):
                config.write_text(text + "\n")
                self.refuse(BAD_INPUT, *line, "--detector", DETECTOR, "--config", config, words=words, left=["train.toml"])


class Page(CommandTest):
    """Takes most of an hour."""

    def test_its_commands_end_in_a_usable_model(self):
        (self.folder / "example").symlink_to(REPOSITORY / "example")
        for line in commands():
            outcome = self.expect(DONE, call(*line, folder=self.folder, patience=4000))
        head = next(text for text in outcome.err.splitlines() if ": usable for" in text)
        for use in ("the energy scale", "longitudinal shapes", "transverse shapes"):
            self.assertIn(use, head)


if __name__ == "__main__":
    unittest.main()
