"""`mpirun -n 2 caloforge train`: many ranks train, and what happens when one of them does not."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
import unittest

from harness import BAD_INPUT, DONE, FAILED, GEANT4, PATIENCE, PROGRAM, REPOSITORY, USAGE, CommandTest, Outcome, call, command_line, tensors

KILLS = int(os.environ.get("CALOFORGE_KILLS", "2"))  # make test-long: 20
ALL_GONE = 60  # seconds in which every rank has ended after one of them was lost

# As root in a container, and with more ranks than cores; one thread each.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMP_NUM_THREADS": "1"}
TRAIN = ["train", "--data", GEANT4, "--batch", "4", "--threads", "1"]


def mpirun(ranks, *arguments):
    return ["mpirun", "-n", str(ranks)] + command_line(arguments)


def launch(line, **options):
    return subprocess.Popen([str(word) for word in line], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True, **options)


def finish(process, line, patience=PATIENCE):
    try:
        out, err = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"still running after {patience} s: {line}\n{err[-2000:]}") from None
    return Outcome([str(word) for word in line], process.returncode, out, err)


def run(ranks, *arguments):
    line = mpirun(ranks, *arguments)
    return finish(launch(line), line)


def ranks_of(process):
    """Processes of the program below this one."""
    below, found = [process.pid], []
    while below:
        parent = below.pop()
        listing = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(parent)], capture_output=True, text=True)
        for line in listing.stdout.splitlines():
            number, name = line.split(None, 1)
            below.append(int(number))
            if name.strip() == PROGRAM.name:
                found.append(int(number))
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@unittest.skipUnless(shutil.which("mpirun"), "no mpirun")
class Ranks(CommandTest):
    def steps(self, folder):
        path = folder / "metrics.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def wait_for_step(self, folder, step, process):
        end = time.monotonic() + PATIENCE
        while len(self.steps(folder)) < step and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else "")

    def test_two_ranks_train_and_one_of_them_writes(self):
        folder = self.folder / "run"
        outcome = self.expect(DONE, run(2, *TRAIN, "--steps", 3, "--out", folder, "--json"))
        self.assertEqual(self.listing(folder), ["checkpoint-000000003.safetensors", "config.toml", "metrics.jsonl",
                                                "model.safetensors", "run.json"])
        self.assertEqual([line["step"] for line in self.steps(folder)], [1, 2, 3])
        self.assertEqual(outcome.json()["result"]["steps"], 3)
        self.assertIn("2 ranks", outcome.err)
        inspected = self.expect(DONE, call("inspect", folder / "model.safetensors", "--json")).json()
        self.assertEqual(inspected["training"]["ranks"], 2)

    def test_resuming_is_byte_identical(self):
        whole, parts = self.folder / "whole", self.folder / "parts"
        self.expect(DONE, run(2, *TRAIN, "--steps", 4, "--out", whole))
        self.expect(DONE, run(2, *TRAIN, "--steps", 2, "--out", parts))
        self.expect(DONE, run(2, *TRAIN, "--steps", 4, "--out", parts, "--resume"))
        name = "checkpoint-000000004.safetensors"
        self.assertEqual(tensors(whole / name), tensors(parts / name))

    def test_another_number_of_ranks_goes_on(self):
        folder = self.folder / "run"
        self.expect(DONE, run(2, *TRAIN, "--steps", 2, "--out", folder))
        outcome = self.expect(DONE, call(*TRAIN, "--steps", 4, "--out", folder, "--resume"))
        self.assertIn("2 ranks shared the epoch so far, 1 do now", outcome.err)
        self.assertEqual(self.steps(folder)[-1]["epoch"], 1)

    def test_a_forge_trains_on_two_ranks(self):
        config = self.folder / "forge.toml"
        config.write_text('[model]\nnetwork = "forge"\n[forge]\nchannels = 4\nhidden = 8\npast_channels = 4\n'
                          "profile_hidden = 8\nenergy_hidden = 8\n")
        losses = {}
        for ranks in (1, 2):
            folder = self.folder / str(ranks)
            line = ["train", "--config", config, "--data", GEANT4, "--batch", 64, "--threads", 1, "--steps", 2, "--out",
                    folder]
            self.expect(DONE, run(ranks, *line) if ranks > 1 else call(*line))
            losses[ranks] = [step["nll"] for step in self.steps(folder) if "nll" in step]
            # Of 300 showers a tenth is held out, and looked at by all ranks together.
            self.assertEqual(self.steps(folder)[-1]["held_out"]["showers"], 30)
            self.assertEqual(json.loads((folder / "run.json").read_text())["result"]["comparison"]["held_out"], 30)
        # Other showers, the same distribution: they begin alike.
        self.assertLess(abs(losses[2][0] / losses[1][0] - 1), 0.5)

    def test_a_batch_that_cannot_be_shared(self):
        outcome = self.expect(BAD_INPUT, run(2, *TRAIN[:3], "--batch", 5, "--steps", 2, "--out", self.folder / "run"))
        self.assertEqual(outcome.err.count("cannot be shared equally by 2 ranks"), 1)
        self.assertFalse((self.folder / "run").exists())

    def test_a_mistake_of_all_ranks_is_told_once(self):
        config = self.folder / "wrong.toml"
        config.write_text("[training]\nbatsch = 4\n")
        outcome = self.expect(BAD_INPUT, run(2, *TRAIN, "--config", config, "--out", self.folder / "run"))
        self.assertEqual(outcome.err.count("batsch"), 1, outcome)
        outcome = self.expect(USAGE, run(2, "train", "--out", self.folder / "run"))
        self.assertEqual(outcome.err.count("no showers to learn from"), 1, outcome)

    def test_ranks_with_other_configurations(self):
        line = ["mpirun", "-n", 1, *command_line([*TRAIN, "--seed", 1, "--out", self.folder / "run"]), ":",
                "-n", 1, *command_line([*TRAIN, "--seed", 2, "--out", self.folder / "run"])]
        outcome = self.expect(BAD_INPUT, finish(launch(line), line))
        self.assertIn("rank 1 has another idea of the configuration", outcome.err)
        self.assertFalse((self.folder / "run").exists())

    def test_ranks_that_validate_otherwise(self):
        common = [*TRAIN, "--out", self.folder / "run"]
        self.held_out(2)
        every = [*common, "--validate-every", 1, "--validation-data"]
        for first, second, what in [([*every, self.folder / "held-out-0.h5"], common, "the options"),
                                    ([*every, self.folder / "held-out-0.h5"], [*every, self.folder / "held-out-*.h5"],
                                     "the validation showers")]:
            line = ["mpirun", "-n", 1, *command_line(first), ":", "-n", 1, *command_line(second)]
            outcome = self.expect(BAD_INPUT, finish(launch(line), line))
            self.assertIn("rank 1 has another idea of " + what, outcome.err)
        self.assertFalse((self.folder / "run").exists())

    def test_data_that_one_rank_lacks(self):
        line = ["mpirun", "-n", 1, *command_line([*TRAIN, "--out", self.folder / "run"]), ":",
                "-n", 1, *command_line(["train", "--data", self.folder / "gone.h5", *TRAIN[3:], "--out", self.folder / "run"])]
        outcome = self.expect(BAD_INPUT, finish(launch(line), line))
        self.assertIn("rank 1: ", outcome.err)
        self.assertIn("gone.h5", outcome.err)

    def test_without_mpi_one_process_still_works(self):
        elsewhere = self.folder / "alone"
        elsewhere.mkdir()
        # Plug-ins are looked for beside the program: libtorch's, but not MPI's.
        program = elsewhere / PROGRAM.name
        shutil.copy(PROGRAM, program)
        shutil.copy(PROGRAM.parent / "libcaloforge_torch.so", elsewhere)
        arguments = [str(word) for word in [*TRAIN, "--steps", 1, "--out", self.folder / "run"]]
        environment = {**ENVIRONMENT, "CALOFORGE_DATA_DIR": str(REPOSITORY)}
        alone = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
        self.assertEqual(alone.returncode, DONE, alone.stderr)
        line = ["mpirun", "-n", 2, "-x", "CALOFORGE_DATA_DIR=" + str(REPOSITORY), program, *arguments]
        outcome = self.expect(BAD_INPUT, finish(launch(line), line))
        self.assertIn("built without MPI", outcome.err)

    def lose(self, number, patience, words, more=(), ready=None):
        """Sends a signal to one rank in the middle of a training, or when `ready(folder)`; all have to end in time."""
        folder = self.folder / f"run-{number}-{random.random()}"
        config = self.folder / "patience.toml"
        config.write_text(f"[training]\npatience = {patience}\n[checkpoint]\nevery_steps = 1\n")
        line = mpirun(2, *TRAIN, "--config", config, "--steps", 100000, "--out", folder, *more)
        process = launch(line)
        self.wait_for_step(folder, 2, process)
        end = time.monotonic() + PATIENCE
        while ready and not ready(folder):
            self.assertLess(time.monotonic(), end, "it never came to that")
            time.sleep(0.05)
        ranks = ranks_of(process)
        self.assertEqual(len(ranks), 2)
        victim = random.choice(ranks)
        time.sleep(0 if ready else random.random())
        os.kill(victim, number)
        start = time.monotonic()
        outcome = finish(process, line, ALL_GONE)
        for rank in ranks:
            while alive(rank) and time.monotonic() < start + ALL_GONE:
                time.sleep(0.1)
            self.assertFalse(alive(rank), f"rank with process {rank} is still there")
        self.assertNotEqual(outcome.code, DONE)
        for word in words:
            self.assertIn(word, outcome.err)
        # Whatever was being written, the last checkpoint is whole, and the training goes on from it.
        newest = sorted(folder.glob("checkpoint-*.safetensors"))[-1]
        self.expect(DONE, call("inspect", newest))
        self.assertEqual([path.name for path in folder.glob("*.safetensors") if "checkpoint" in path.name][2:], [])
        return folder, config

    def test_a_rank_that_is_killed_ends_all(self):
        for _ in range(KILLS):
            folder, config = self.lose(signal.SIGKILL, 40, [])
        done = int(sorted(folder.glob("checkpoint-*.safetensors"))[-1].stem.split("-")[1])
        self.expect(DONE, run(2, *TRAIN, "--config", config, "--steps", done + 1, "--out", folder, "--resume"))

    def test_a_rank_that_hangs_is_named(self):
        self.lose(signal.SIGSTOP, 3, ["no sign of life from rank", "error: rank"])

    def held_out(self, copies=1):
        """Showers that are not those of TRAIN's file (though equal to them: what matters here is the file)."""
        for i in range(copies):
            shutil.copy(GEANT4, self.folder / f"held-out-{i}.h5")
        return self.folder / "held-out-*.h5"

    def test_validated_by_all_ranks_is_as_by_one(self):
        config, values = self.folder / "still.toml", {}
        # A network that hardly moves is the same for any number of ranks.
        config.write_text("[optimiser]\nlearning_rate = 1e-12\n")
        for ranks in (1, 2):
            out = self.folder / str(ranks)
            line = [*TRAIN, "--config", config, "--steps", 2, "--validate-every", 2, "--validation-data", self.held_out(5),
                    "--select-by", "sampling_fraction_mean_rel", "--out", out]
            self.expect(DONE, run(ranks, *line) if ranks > 1 else call(*line))
            values[ranks] = json.loads((out / "validation.jsonl").read_text())["metrics"]
            self.assertIn("best.safetensors", self.listing(out))
            self.assertEqual([name for name in self.listing(out) if "tmp" in name], [])
        self.assertGreater(len(values[1]), 5)
        for name, one in values[1].items():
            self.assertAlmostEqual(values[2][name]["value"], one["value"], delta=1e-3 * abs(one["value"]) + 1e-6, msg=name)

    def test_a_rank_that_hangs_while_all_validate_is_named(self):
        def validating(folder):
            return list(folder.glob("*compared.tmp.h5*"))
        self.lose(signal.SIGSTOP, 3, ["no sign of life from rank"], ready=validating,
                  more=["--validate-every", 1, "--validation-data", self.held_out(5)])

    def test_sigterm_to_the_ranks_leaves_a_checkpoint(self):
        folder = self.folder / "run"
        line = mpirun(2, *TRAIN, "--steps", 100000, "--out", folder)
        process = launch(line)
        self.wait_for_step(folder, 2, process)
        os.kill(ranks_of(process)[1], signal.SIGTERM)  # one is enough
        outcome = self.expect(DONE, finish(process, line))
        self.assertIn("stopped by a signal", outcome.err)
        self.assertEqual(len(list(folder.glob("checkpoint-*"))), 1)

    def test_a_signal_that_the_launcher_passes_on_stops_all(self):
        folder = self.folder / "run"
        line = mpirun(2, *TRAIN, "--steps", 100000, "--out", folder)
        process = launch(line)
        self.wait_for_step(folder, 2, process)
        process.send_signal(signal.SIGUSR1)
        outcome = self.expect(DONE, finish(process, line))
        self.assertIn("stopped by a signal", outcome.err)
        self.assertEqual(len(list(folder.glob("checkpoint-*"))), 1)

    def test_a_timeline_shows_every_rank_by_layer_and_phase(self):
        trace = self.folder / "trace.json"
        self.expect(DONE, run(2, *TRAIN, "--steps", 3, "--out", self.folder / "run", "--timeline", trace))
        events = json.loads(trace.read_text())["traceEvents"]
        for rank in (0, 1):
            mine = [e for e in events if e["pid"] == rank and e["ph"] == "X"]
            names = {category: [e["name"] for e in mine if e["cat"] == category] for category in {e["cat"] for e in mine}}
            self.assertEqual(names["phase"].count("step"), 2)  # the first warms up
            self.assertEqual(names["phase"].count("generator"), 4)
            self.assertIn("sum over ranks", names["waiting for ranks"])
            for category in ("forward", "backward"):
                text = " ".join(names[category])
                for layer in ("conv1", "conv2", "conv3", "conv4"):
                    for network in ("generator", "discriminator"):
                        self.assertRegex(text, rf"gan3d-{network} \S*{layer}")
            steps = [e for e in mine if e["name"] == "step"]
            for event in mine:
                if event["cat"] in ("forward", "backward"):
                    self.assertTrue(any(s["ts"] <= event["ts"] and event["ts"] + event["dur"] <= s["ts"] + s["dur"] + 1
                                        for s in steps), event)

    def test_a_timeline_that_cannot_be_is_refused_before_the_training(self):
        for place in (self.folder / "no/t.json", self.folder):
            outcome = self.expect(BAD_INPUT, run(2, *TRAIN, "--out", self.folder / "run", "--timeline", place))
            self.assertIn("--timeline", outcome.err)
        self.assertFalse((self.folder / "run").exists())

    def test_sums_over_ranks_are_checked_and_timed(self):
        self.assertIn("mpirun -n 2", self.expect(USAGE, call("bench", "allreduce")).err)
        results = self.expect(DONE, run(2, "bench", "allreduce", "--seconds", 0.05, "--json")).json()["results"]
        self.assertEqual([one["bytes"] for one in results], [8, 1024, 16384, 262144, 4194304])
        for one in results:
            self.assertEqual((one["what"], one["ranks"]), ("allreduce", 2))
            self.assertGreater(one["us"], 0)

    def test_a_full_disk_ends_all(self):
        folder = self.folder / "run"
        config = self.folder / "late.toml"
        config.write_text("[checkpoint]\nevery_steps = 6\n")
        line = mpirun(2, *TRAIN, "--config", config, "--steps", 100, "--out", folder)
        process = launch(line)
        self.wait_for_step(folder, 1, process)
        for rank in ranks_of(process):
            resource.prlimit(rank, resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        outcome = finish(process, line, ALL_GONE)
        self.assertEqual(outcome.code, FAILED, outcome)
        self.assertIn("error: rank 0 of 2", outcome.err)
        self.assertIn("full", outcome.err)
        self.assertLess(len(self.steps(folder)), 12)  # not only when the next checkpoint is due
        self.assertEqual(list(folder.glob("*.safetensors")), [])


if __name__ == "__main__":
    unittest.main()
