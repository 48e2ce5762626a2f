"""`caloforge train`: what it leaves, its configuration, resuming, stopping."""

import json
import shutil
import signal
import unittest

from harness import (BAD_INPUT, DONE, GEANT4, TRAIN, USAGE, CommandTest, call, call_and_signal, short_training, tensors)


class Training(CommandTest):
    def test_leaves_weights_checkpoint_metrics_and_records(self):
        folder = short_training(4)
        self.assertEqual(self.listing(folder), ["checkpoint-000000004.safetensors", "config.toml", "metrics.jsonl",
                                                "model.safetensors", "run.json"])
        lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        self.assertEqual([line["step"] for line in lines], [1, 2, 3, 4])

    def test_run_record_echoes_everything(self):
        record = json.loads((short_training(4) / "run.json").read_text())
        self.assertEqual(record["command"], "train")
        for key in ["caloforge", "machine", "seed", "seconds", "configuration", "result", "started"]:
            self.assertIn(key, record)
        self.assertEqual(record["result"]["steps"], 4)

    def test_run_record_holds_the_complete_configuration(self):
        text = json.dumps(json.loads((short_training(4) / "run.json").read_text())["configuration"])
        for word in [GEANT4.name, "epochs", "steps", "threads", "device", "every_steps"]:
            self.assertIn(word, text)

    def test_json_is_the_run_record(self):
        outcome = self.expect(DONE, call(*TRAIN, "--steps", 2, "--json", "--out", self.folder / "a"))
        record = json.loads((self.folder / "a/run.json").read_text())
        printed = outcome.json()
        for timing in ["seconds", "peak_memory_bytes"]:
            printed.pop(timing), record.pop(timing)
        self.assertEqual(printed, record)

    def test_inspect_knows_model_and_checkpoint(self):
        folder = short_training(4)
        model = self.expect(DONE, call("inspect", folder / "model.safetensors", "--json")).json()
        checkpoint = self.expect(DONE, call("inspect", folder / "checkpoint-000000004.safetensors", "--json")).json()
        self.assertEqual(model["networks"]["generator"]["trainable_parameters"], 872808)
        self.assertEqual(checkpoint["networks"]["discriminator"]["trainable_parameters"], 73402)
        self.assertEqual(model["training"]["state"]["step"], 4)
        self.assertIn("model", model["format"])
        self.assertIn("checkpoint", checkpoint["format"])

    def test_a_checkpoint_generates_too(self):
        for name in ["model", "checkpoint-000000004"]:
            self.expect(DONE, call("generate", "--model", short_training(4) / f"{name}.safetensors", "--energy", 100,
                                   "--count", 3, "--out", self.folder / f"{name}.h5"))

    def test_an_existing_run_needs_resume(self):
        folder = short_training(4)
        before = self.listing(folder)
        self.refuse(BAD_INPUT, *TRAIN, "--steps", 6, "--out", folder, words=["resume it", "another folder"])
        self.assertEqual(self.listing(folder), before)

    def held_out(self):
        """Showers that are not those of TRAIN's file (though equal to them: what matters here is the file)."""
        return shutil.copy(GEANT4, self.folder / "held-out.h5")

    def test_validation_keeps_the_best(self):
        out = self.folder / "a"
        self.expect(DONE, call(*TRAIN, "--steps", 4, "--validate-every", 2, "--validation-data", self.held_out(), "--select-by",
                               "sampling_fraction_mean_rel", "--out", out))
        lines = [json.loads(line) for line in (out / "validation.jsonl").read_text().splitlines()]
        self.assertEqual([line["step"] for line in lines], [2, 4])
        best = min(lines, key=lambda line: abs(line["value"]))
        self.assertTrue(best["best"])
        told = self.expect(DONE, call("inspect", out / "best.safetensors", "--json")).json()
        self.assertEqual(told["training"]["state"]["step"], best["step"])
        self.assertEqual(told["validation"]["metrics"], best["metrics"])
        self.assertEqual(json.loads((out / "run.json").read_text())["result"]["best"]["step"], best["step"])
        self.assertEqual([name for name in self.listing(out) if "tmp" in name], [])
        # Looking changes nothing.
        plain, name = short_training(4), "checkpoint-000000004.safetensors"
        self.assertEqual(tensors(out / name), tensors(plain / name))

    def test_an_unknown_metric_is_refused_before_training(self):
        out = self.folder / "a"
        outcome = call(*TRAIN, "--steps", 2, "--validate-every", 1, "--validation-data", self.held_out(), "--select-by",
                       "figure_of_merits", "--out", out)
        self.expect(USAGE, outcome, "figure_of_merit`")
        self.assertNotIn("checkpoint-000000001.safetensors", self.listing(out) if out.exists() else [])

    def test_validation_needs_showers(self):
        self.refuse(USAGE, *TRAIN, "--steps", 2, "--validate-every", 1, "--out", self.folder / "a",
                    words=["--validation-data"])

    def test_out_is_a_file(self):
        (self.folder / "a").write_text("mine")
        outcome = call(*TRAIN, "--steps", 2, "--out", self.folder / "a")
        self.assertIn(outcome.code, (3, 4), str(outcome))
        self.assertEqual((self.folder / "a").read_text(), "mine")

    def test_a_precision_that_the_device_lacks_is_refused_before_anything_is_read(self):
        outcome = call(*TRAIN, "--precision", "tf32", "--steps", 2, "--out", self.folder / "a")
        self.expect(BAD_INPUT, outcome, "`tf32`")
        self.assertNotIn("reading", outcome.err)

    def test_more_showers_per_step_than_there_are(self):
        self.refuse(BAD_INPUT, "train", "--data", GEANT4, "--batch", 301, "--steps", 2, "--out", self.folder / "a",
                    words=["301", "300"])


class Resume(CommandTest):
    def equal_weights(self, one, other):
        first, second = tensors(one), tensors(other)
        self.assertEqual(first.keys(), second.keys())
        different = [name for name in first if first[name] != second[name]]
        self.assertEqual(different, [], f"{one} and {other}")

    def copy(self, steps):
        return shutil.copytree(short_training(steps), self.folder / "run")

    def test_equals_uninterrupted(self):
        run = self.copy(2)
        self.expect(DONE, call(*TRAIN, "--steps", 4, "--resume", "--out", run))
        self.equal_weights(run / "model.safetensors", short_training(4) / "model.safetensors")
        self.equal_weights(run / "checkpoint-000000004.safetensors",
                           short_training(4) / "checkpoint-000000004.safetensors")

    def test_two_steps_differ_from_four(self):  # else the comparison above would prove nothing
        first, second = (tensors(short_training(steps) / "model.safetensors") for steps in (2, 4))
        self.assertNotEqual(first, second)

    def test_metrics_go_on(self):
        run = self.copy(2)
        with (run / "metrics.jsonl").open("a") as lines:  # a run killed after step 3 had written its line
            lines.write('{"step":3,"epoch":0}\n{"step":4,"ep')
        self.expect(DONE, call(*TRAIN, "--steps", 4, "--resume", "--out", run))
        resumed = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        straight = [json.loads(line) for line in (short_training(4) / "metrics.jsonl").read_text().splitlines()]
        without = lambda line: {key: value for key, value in line.items() if "seconds" not in key}
        self.assertEqual([without(line) for line in resumed], [without(line) for line in straight])

    def test_without_checkpoint(self):
        self.refuse(BAD_INPUT, *TRAIN, "--steps", 2, "--resume", "--out", self.folder / "a", words=["checkpoint"])

    def test_with_a_changed_key(self):
        run = self.copy(2)
        before = self.listing()
        changed = [(["--seed", 7], "seed"), (["--precision", "bfloat16"], "precision")]
        for words, key in changed:
            with self.subTest(key=key):
                self.refuse(BAD_INPUT, *TRAIN, *words, "--steps", 4, "--resume", "--out", run, words=[f"`{key}`"],
                            left=before)
        other = ["train", "--data", GEANT4, "--batch", 3, "--threads", 1, "--steps", 4, "--resume", "--out", run]
        self.refuse(BAD_INPUT, *other, words=["`batch`"], left=before)

    def test_with_a_damaged_checkpoint(self):
        run = self.copy(2)
        before = self.listing()
        path = run / "checkpoint-000000002.safetensors"
        content = bytearray(path.read_bytes())
        content[-5] ^= 1
        path.write_bytes(content)
        self.refuse(BAD_INPUT, *TRAIN, "--steps", 4, "--resume", "--out", run, words=[path.name, "damaged"],
                    left=before)

    def test_of_a_finished_run_changes_nothing(self):
        run = self.copy(2)
        self.expect(DONE, call(*TRAIN, "--steps", 2, "--resume", "--out", run))
        self.equal_weights(run / "model.safetensors", short_training(2) / "model.safetensors")

    def stop_and_resume(self, number):
        run = self.folder / "run"
        metrics = run / "metrics.jsonl"
        outcome = call_and_signal(number, lambda: metrics.exists() and metrics.read_text().count("\n") >= 2,
                                  *TRAIN, "--steps", 100000, "--json", "--out", run)
        self.expect(DONE, outcome)
        steps = outcome.json()["result"]["steps"]
        self.assertIn("--resume", outcome.json()["result"]["end"])
        self.assertEqual(self.listing(run), [f"checkpoint-{steps:09}.safetensors", "config.toml", "metrics.jsonl",
                                             "model.safetensors", "run.json"])
        self.expect(DONE, call(*TRAIN, "--steps", steps + 1, "--resume", "--out", run))
        self.equal_weights(run / "model.safetensors", short_training(steps + 1) / "model.safetensors")

    def test_stopped_by_sigterm(self):
        self.stop_and_resume(signal.SIGTERM)

    def test_stopped_by_sigint(self):
        self.stop_and_resume(signal.SIGINT)


class Configuration(CommandTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "train.toml"

    def check(self, text, *words):
        self.file.write_text(text)
        self.refuse(BAD_INPUT, "train", "--config", self.file, "--data", GEANT4, "--out", self.folder / "a",
                    words=words, left=["train.toml"])

    def test_unknown_keys_name_line_and_nearest(self):
        self.check("[training]\nseed = 1\nbatsh = 16\n", "train.toml:3", "`training.batsh`", "`batch`")
        self.check("[optimiser]\nlearning_rat = 1e-3\n", "train.toml:2", "`optimiser.learning_rat`", "`learning_rate`")
        self.check("\n[trainning]\nbatch = 2\n", "train.toml:2", "`trainning`", "`training`")
        self.check("steps = 3\n", "train.toml:1", "`steps`")

    def test_wrong_types_name_line_key_and_wanted(self):
        self.check("[training]\nbatch = \"two\"\n", "train.toml:2", "`training.batch`", "string", "whole number")
        self.check("[training]\nbatch = 2.5\n", "train.toml:2", "`training.batch`", "whole number")
        self.check("[model]\nfit_cell_scale = 1\n", "train.toml:2", "`model.fit_cell_scale`", "true or false")
        self.check("[model]\n\ndetector = 3\n", "train.toml:3", "`model.detector`", "text")
        self.check("training = 3\n", "train.toml:1", "`training`", "table")
        self.check("[optimiser]\nrho = [0.9]\n", "train.toml:2", "`optimiser.rho`", "number")

    def test_list_of_another_type(self):
        self.file.write_text("[data]\ntrain = [1, 2]\n")
        self.refuse(BAD_INPUT, "train", "--config", self.file, "--out", self.folder / "a",
                    words=["train.toml:2", "`data.train`"], left=["train.toml"])

    def test_values_out_of_range(self):
        self.check("[training]\nbatch = 1\n", "train.toml:2", "`training.batch`", "between")
        self.check("[training]\nlabel_flip = 0.7\n", "train.toml:2", "`training.label_flip`")
        self.check("[optimiser]\nlearning_rate = nan\n", "train.toml:2", "`optimiser.learning_rate`")
        self.check("[checkpoint]\nevery_steps = 0\n", "train.toml:2", "`checkpoint.every_steps`")

    def test_choices_suggest_the_nearest(self):
        self.check("[training]\nprecision = \"bfloat\"\n", "train.toml:2", "`training.precision`", "`bfloat16`")
        self.check("[model]\nnetwork = \"gan3\"\n", "train.toml:2", "`model.network`", "`gan3d`")
        self.check("[model]\ndetector = \"clic-ecl\"\n", "clic-ecl", "`clic-ecal`")

    def test_not_toml(self):
        self.check("[training]\nbatch = \n", "train.toml:2", "TOML")
        self.check("[training\n", "train.toml:1", "TOML")
        self.check("[training]\nbatch = 2\nbatch = 3\n", "train.toml:3", "TOML")

    def test_no_such_file(self):
        self.refuse(BAD_INPUT, "train", "--config", self.file, "--data", GEANT4, words=["train.toml"])

    def test_folder_instead_of_file(self):
        self.file.mkdir()
        self.refuse(BAD_INPUT, "train", "--config", self.file, "--data", GEANT4, words=["train.toml", "folder"],
                    left=["train.toml"])

    def test_no_data(self):
        self.refuse(USAGE, "train", "--out", self.folder / "a", words=["--data"])

    def test_flags_out_of_range(self):
        for option, word in [("--batch", "1"), ("--steps", "-1"), ("--threads", "-1"), ("--seed", "-1"),
                             ("--precision", "half"), ("--minutes", "-1"), ("--epochs", "0")]:
            with self.subTest(option=option):
                outcome = call("train", "--data", GEANT4, option, word, "--out", self.folder / "a")
                self.assertIn(outcome.code, (2, 3), str(outcome))
                self.assertIn(option[2:], outcome.err, str(outcome))
                self.assertEqual(self.listing(), [])

    def test_unknown_device(self):
        self.refuse(BAD_INPUT, *TRAIN, "--steps", 1, "--device", "cpuu", "--out", self.folder / "a", words=["`cpu`"])

    def test_print_config_round_trips(self):
        first = self.expect(DONE, call(*TRAIN, "--steps", 3, "--seed", 9, "--print-config"))
        self.file.write_text(first.out)
        second = self.expect(DONE, call("train", "--config", self.file, "--print-config"))
        self.assertEqual(first.out, second.out)
        self.assertIn("seed = 9", first.out)
        self.assertEqual(self.listing(), ["train.toml"])

    def test_flags_override_the_file(self):
        self.file.write_text("[training]\nseed = 5\nbatch = 4\n")
        outcome = self.expect(DONE, call("train", "--config", self.file, "--data", GEANT4, "--seed", 6, "--print-config"))
        self.assertIn("seed = 6", outcome.out)
        self.assertIn("batch = 4", outcome.out)

    def test_config_of_a_run_repeats_it(self):
        config = short_training(2) / "config.toml"
        self.expect(DONE, call("train", "--config", config, "--out", self.folder / "again"))
        self.assertEqual(tensors(self.folder / "again/model.safetensors"),
                         tensors(short_training(2) / "model.safetensors"))

    def test_print_config_needs_no_data(self):
        outcome = self.expect(DONE, call("train", "--print-config"))
        self.assertIn("[training]", outcome.out)


if __name__ == "__main__":
    unittest.main()
