"""Training on two hosts (network namespaces), over a good cable, a bad one, and one that is cut. Minutes; needs root."""

import json
import shutil
import subprocess
import time
import unittest
from pathlib import Path

import hosts
from harness import DONE, GEANT4, PROGRAM, CommandTest, call, command_line
from test_ranks import ALL_GONE, TRAIN, alive, finish, launch


BAD = "netem rate 1gbit delay 10ms loss 1%"  # 20 ms there and back


@unittest.skipUnless(hosts.possible(), "no network namespaces (needs root, iproute2, mpirun)")
class Hosts(CommandTest):
    def train(self, two, *more):
        return two.mpirun(*command_line([*TRAIN, "--out", self.folder / "run", *more]))

    def steps(self):
        path = self.folder / "run" / "metrics.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def test_two_hosts_train_as_two_ranks_of_one(self):
        with hosts.TwoHosts(self.folder) as two:
            line = self.train(two, "--steps", 3)
            self.expect(DONE, finish(launch(line), line))
        self.assertEqual(len(self.steps()), 3)

    @unittest.skipUnless(hosts.possible(BAD), "this kernel cannot delay and lose packets (no netem)")
    def test_a_bad_cable_is_slow_and_nothing_else(self):
        with hosts.TwoHosts(self.folder, BAD) as two:
            line = self.train(two, "--steps", 2)
            self.expect(DONE, finish(launch(line), line))
        self.assertEqual(len(self.steps()), 2)

    def cut(self, two, patience, listens, more=(), ready=None):
        """Cuts the cable in the middle of a training, or when `ready()`; what the program says goes to a file. Returns its
        process."""
        config = self.folder / "patience.toml"
        config.write_text(f"[training]\npatience = {patience}\n[checkpoint]\nevery_steps = 1\n")
        command = command_line([*TRAIN, "--config", config, "--steps", 100000, "--out", self.folder / "run", *more])
        with open(self.folder / "said", "w") as said:
            process = subprocess.Popen(two.mpirun(*command, listens=listens), stdout=said, stderr=said,
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        ready = ready or (lambda: len(self.steps()) >= 2)
        self.assertTrue(self.until(lambda: ready() or process.poll() is not None, 120))
        self.assertIsNone(process.poll(), "it ended before the cut: " + self.said())
        two.cut()
        return process

    def ranks(self, two):
        ranks = [pid for pid in two.pids() if Path(f"/proc/{pid}/comm").read_text().strip() == PROGRAM.name]
        self.assertEqual(len(ranks), 2)
        return ranks

    def said(self):
        return (self.folder / "said").read_text()

    def until(self, holds, seconds):
        end = time.monotonic() + seconds
        while not holds() and time.monotonic() < end:
            time.sleep(0.2)
        return holds()

    def inspect_newest(self):
        self.expect(DONE, call("inspect", sorted((self.folder / "run").glob("checkpoint-*.safetensors"))[-1]))

    def test_a_cut_cable_ends_all_ranks_that_then_say_why(self):
        with hosts.TwoHosts(self.folder) as two:
            process = self.cut(two, 10, listens=False)
            ranks = self.ranks(two)
            self.assertTrue(self.until(lambda: not any(map(alive, ranks)), ALL_GONE), self.said())
            self.assertIn("no sign of life from rank 1 of 2", self.said())
        process.wait(10)  # the launcher has been killed with the hosts
        self.inspect_newest()

    def test_a_cable_that_is_cut_while_the_first_rank_is_busy_ends_all_ranks(self):
        for i in range(40):
            shutil.copy(GEANT4, self.folder / f"held-out-{i:02}.h5")
        with hosts.TwoHosts(self.folder) as two:
            # The other host has to wait while 12,000 showers are compared: longer than its patience.
            process = self.cut(two, 2, listens=False, more=["--validate-every", 1, "--validation-data",
                                                            self.folder / "held-out-*.h5"],
                               ready=lambda: list((self.folder / "run").glob("compared.tmp.h5")))
            ranks = self.ranks(two)
            self.assertTrue(self.until(lambda: not any(map(alive, ranks)), ALL_GONE), self.said())
            self.assertIn("no sign of life from rank", self.said())
        process.wait(10)
        self.inspect_newest()

    def test_a_launcher_that_listens_ends_too(self):
        with hosts.TwoHosts(self.folder) as two:
            process = self.cut(two, 40, listens=True)
            self.assertTrue(self.until(lambda: process.poll() is not None and not two.pids(), ALL_GONE), self.said())
            self.assertNotEqual(process.returncode, DONE)
            self.assertIn(two.names[1], self.said())
        self.inspect_newest()


if __name__ == "__main__":
    unittest.main()
