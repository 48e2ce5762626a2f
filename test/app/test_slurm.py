"""deploy/slurm/train.sbatch on a Slurm cluster of this machine: it trains, is stopped, goes on. Minutes; needs root."""

import json
import os
import unittest

import slurm
from harness import GEANT4, PROGRAM, REPOSITORY, CommandTest

SCRIPT = REPOSITORY / "deploy/slurm/train.sbatch"
TRAIN = ["--data", GEANT4, "--batch", 4]
PATIENCE = 180  # seconds; a requeued job waits half a minute


@unittest.skipIf(slurm.missing(), f"no Slurm cluster here (missing: {slurm.missing()})")
class Slurm(CommandTest):
    def setUp(self):
        super().setUp()
        self.cluster = slurm.Cluster(self.folder / "cluster")
        self.cluster.__enter__()
        self.addCleanup(self.cluster.__exit__)
        self.out, self.log = self.folder / "run", self.folder / "log"

    def submit(self, *arguments):
        path = os.pathsep.join([str(PROGRAM.parent), str(REPOSITORY / "deploy"), os.environ["PATH"]])
        number = self.cluster.call("sbatch", "--parsable", "--output", self.log, SCRIPT, *arguments, "--out", self.out,
                                   PATH=path, CALOFORGE_DATA_DIR=str(REPOSITORY))
        self.assertTrue(number, "sbatch refuses the script")
        return number.strip()

    def steps(self):
        path = self.out / "metrics.jsonl"
        return [json.loads(line)["step"] for line in path.read_text().splitlines()] if path.exists() else []

    def wait_for_step(self, step):
        self.cluster.until(lambda: self.steps() and self.steps()[-1] >= step, PATIENCE, f"step {step} does not come")

    def checkpoints(self):
        return sorted(int(path.stem.split("-")[1]) for path in self.out.glob("checkpoint-*.safetensors"))

    def said(self):
        return self.log.read_text() if self.log.exists() else "nothing"

    def test_it_trains_on_two_nodes(self):
        number = self.submit(*TRAIN, "--steps", 3)
        job = self.cluster.wait_for_end(number, PATIENCE)
        self.assertEqual(job["JobState"], "COMPLETED", self.said())
        self.assertEqual((job["NumNodes"], job["ExitCode"]), ("2", "0:0"))
        self.assertIn("2 ranks", self.said())
        self.assertEqual(self.checkpoints(), [3])
        self.assertTrue((self.out / "model.safetensors").exists())

    def test_time_that_runs_out_is_a_checkpoint_and_another_job(self):
        steps = 40
        number = self.submit(*TRAIN, "--steps", steps)
        self.wait_for_step(2)
        # What Slurm does 120 s before the end.
        self.cluster.call("scancel", "--signal=TERM", number)
        self.cluster.until(lambda: self.checkpoints(), 60, "no checkpoint")
        stopped = self.checkpoints()[0]
        self.assertLess(stopped, steps)
        job = self.cluster.wait_for_end(number, PATIENCE)
        self.assertEqual((job["JobState"], job["Restarts"]), ("COMPLETED", "1"), self.said())
        self.assertIn(f"checkpoint-{stopped:09}.safetensors (step {stopped}", self.said())
        self.assertEqual(self.checkpoints(), [stopped, steps])
        self.assertEqual(self.steps(), list(range(1, steps + 1)))

    def test_what_is_cancelled_leaves_a_checkpoint_and_stays_away_until_it_is_submitted_again(self):
        number = self.submit(*TRAIN, "--steps", 100000)
        self.wait_for_step(2)
        self.cluster.call("scancel", number)
        job = self.cluster.wait_for_end(number, PATIENCE)
        self.assertEqual((job["JobState"], job["Restarts"]), ("CANCELLED", "0"), self.said())
        self.cluster.until(lambda: self.checkpoints(), 30, "no checkpoint")
        stopped = self.checkpoints()[-1]
        self.cluster.until(lambda: not self.cluster.call("squeue", "-h"), 30, "something is left in the queue")
        job = self.cluster.wait_for_end(self.submit(*TRAIN, "--steps", stopped + 2), PATIENCE)
        self.assertEqual(job["JobState"], "COMPLETED", self.said())
        self.assertIn(f"(step {stopped}", self.said())
        self.assertEqual(self.checkpoints()[-1], stopped + 2)

    def test_a_mistake_is_told_and_not_tried_again(self):
        number = self.submit("--data", self.folder / "gone.h5", "--steps", 3)
        job = self.cluster.wait_for_end(number, PATIENCE)
        self.assertEqual((job["JobState"], job["ExitCode"], job["Restarts"]), ("FAILED", "3:0", "0"), self.said())
        self.assertIn("gone.h5", self.said())


if __name__ == "__main__":
    unittest.main()
