"""deploy/Containerfile's image and deploy/kubeflow/mpijob.yaml, run without a container engine and without Kubernetes (see
image.py and pods.py): the launcher reaches its workers over SSH, and what is evicted goes on. Minutes; needs root."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import hosts
import image
import pods
from harness import GEANT4, CommandTest

FINISHED, AGAIN = 0, 75
PATIENCE = 180


@unittest.skipIf(image.missing(), f"the image cannot be made (missing: {image.missing()})")
@unittest.skipUnless(hosts.possible(), "no network namespaces (needs root, iproute2, mpirun)")
class Kubeflow(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.image = tempfile.mkdtemp(prefix="caloforge-image-")
        cls.addClassCleanup(shutil.rmtree, cls.image, ignore_errors=True)
        os.chmod(cls.image, 0o755)
        cls.root = image.make(cls.image)

    def setUp(self):
        super().setUp()
        self.job = pods.Job(self.root, self.folder)
        self.job.__enter__()
        self.addCleanup(self.job.__exit__)
        self.out = self.job.data / "runs/a"
        (self.job.data / "train").mkdir()
        shutil.copy(GEANT4, self.job.data / "train")
        self.steps(100000)

    def steps(self, number):
        """train.toml with so many; a checkpoint every few."""
        (self.job.data / "train.toml").write_text(f"[training]\nbatch = 4\nsteps = {number}\n[checkpoint]\nevery_steps = 5\n")

    def launch(self):
        # A core is all there is here.
        return self.job.launcher(lambda words: ["1" if word == "8" else word for word in words])

    def done(self):
        path = self.out / "metrics.jsonl"
        return [json.loads(line)["step"] for line in path.read_text().splitlines()] if path.exists() else []

    def checkpoints(self):
        return sorted(int(path.stem.split("-")[1]) for path in self.out.glob("checkpoint-*.safetensors"))

    def said(self):
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.said")))

    def wait_for_step(self, step, launcher):
        end = time.monotonic() + PATIENCE
        while (self.done() or [0])[-1] < step:
            self.assertIsNone(launcher.poll(), self.said())
            self.assertLess(time.monotonic(), end, self.said())
            time.sleep(0.1)

    def finish(self, launcher):
        try:
            return launcher.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.fail(f"the launcher does not end\n{self.said()}")

    def goes_on(self):
        """Started once more, the job resumes and finishes."""
        stopped = self.checkpoints()[-1]
        self.steps(stopped + 2)
        self.assertEqual(self.finish(self.launch()), FINISHED, self.said())
        self.assertIn(f"(step {stopped}", self.said())
        self.assertEqual(self.checkpoints()[-1], stopped + 2)

    def test_it_trains_when_the_workers_come_later(self):
        self.steps(3)
        launcher = self.launch()
        time.sleep(3)
        self.assertIsNone(launcher.poll(), self.said())
        for i in range(self.job.replicas):
            self.job.worker(i)
        self.assertEqual(self.finish(launcher), FINISHED, self.said())
        self.assertIn(f"{self.job.replicas} ranks", self.said())
        self.assertEqual(self.checkpoints(), [3])
        self.assertTrue((self.out / "model.safetensors").exists())

    def test_an_evicted_launcher(self):
        for i in range(self.job.replicas):
            self.job.worker(i)
        launcher = self.launch()
        self.wait_for_step(2, launcher)
        os.kill(self.job.first_process(launcher), signal.SIGTERM)
        self.assertEqual(self.finish(launcher), AGAIN, self.said())
        self.goes_on()

    def test_an_evicted_worker(self):
        workers = [self.job.worker(i) for i in range(self.job.replicas)]
        launcher = self.launch()
        self.wait_for_step(2, launcher)
        self.assertEqual(self.job.stop_hook(workers[1]).wait(60), 0)
        self.assertEqual(self.finish(launcher), AGAIN, self.said())
        self.goes_on()

    def test_all_are_evicted_at_once(self):
        workers = [self.job.worker(i) for i in range(self.job.replicas)]
        launcher = self.launch()
        self.wait_for_step(2, launcher)
        hooks = [self.job.stop_hook(worker) for worker in workers]
        os.kill(self.job.first_process(launcher), signal.SIGTERM)
        self.assertEqual(self.finish(launcher), AGAIN, self.said())
        self.assertEqual([hook.wait(60) for hook in hooks], [0] * len(hooks))
        self.goes_on()

    def test_a_worker_that_is_lost(self):
        workers = [self.job.worker(i) for i in range(self.job.replicas)]
        launcher = self.launch()
        self.wait_for_step(7, launcher)
        os.kill(self.job.first_process(workers[1]), signal.SIGKILL)
        self.assertNotIn(self.finish(launcher), [FINISHED, AGAIN], self.said())
        self.assertGreaterEqual(self.checkpoints()[-1], 5)
        self.job.worker(1)
        self.goes_on()


if __name__ == "__main__":
    unittest.main()
