"""bench/scaling: a recorded step, replayed on simulated clusters whose answer is known."""

import json
import sys
import unittest

from harness import DONE, REPOSITORY, CommandTest, call, shared_folder

sys.path.insert(0, str(REPOSITORY / "bench" / "scaling"))
import smpi  # noqa: E402


def step(seconds, floats=1):
    return [["compute", seconds / 2], ["start", 0, floats, 4], ["compute", seconds / 2], ["wait", 0]]


@unittest.skipUnless(smpi.possible(), "no SimGrid (libsimgrid-dev)")
class Projection(CommandTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = smpi.build(shared_folder())

    def replay(self, steps, ranks, platform, **options):
        record = self.folder / "record.json"
        record.write_text(json.dumps({"steps": steps}))
        return smpi.replay(self.program, self.folder, platform, record, ranks, options.pop("steps", 4), **options)

    def test_one_rank_computes_and_nothing_else(self):
        one = self.replay([step(1.0)], 1, smpi.flat(1, 10, 1e-5))
        self.assertAlmostEqual(one["seconds"], 1.0, delta=1e-3)
        twice = self.replay([step(1.0)], 1, smpi.flat(1, 10, 1e-5), speed=2)
        self.assertAlmostEqual(twice["computed"], 0.5, delta=1e-6)

    def test_a_large_sum_goes_around_a_ring(self):
        ranks, floats, latency, bytes_per_s = 8, 4_000_000, 1e-4, 1.25e8
        for platform in (smpi.flat(ranks, 1, latency), smpi.fat_tree(ranks, 1, latency)):
            took = self.replay([step(0.1, floats)], ranks, platform)["seconds"] - 0.1
            expected = 2 * (ranks - 1) * (4 * floats / ranks / bytes_per_s + latency)
            self.assertAlmostEqual(took / expected, 1, delta=0.1)

    def test_a_small_sum_goes_down_a_tree_and_up_again(self):
        ranks, latency = 16, 1e-3
        took = self.replay([step(0.1)], ranks, smpi.flat(ranks, 10, latency))["seconds"] - 0.1
        self.assertAlmostEqual(took / (2 * 4 * latency), 1, delta=0.2)

    def test_all_wait_for_the_slowest(self):
        platform = smpi.flat(32, 100, 1e-6)
        steps = [step(1.0), step(1.0), step(1.0), step(2.0)]  # the median is 1
        self.assertAlmostEqual(self.replay(steps, 32, platform, noise=1)["seconds"], 2.0, delta=0.05)
        self.assertAlmostEqual(self.replay(steps, 32, platform, noise=0.5)["seconds"], 1.5, delta=0.05)
        self.assertAlmostEqual(self.replay(steps, 32, platform, noise=0)["seconds"], 1.0, delta=0.01)

    def test_what_bench_train_records_is_replayed(self):
        record = self.folder / "real.json"
        self.expect(DONE, call("bench", "train", "--record", record, "--batch", 2, "--threads", 1, "--seconds", 1,
                                           "--pretend", 4))
        made = json.loads(record.read_text())
        one = smpi.replay(self.program, self.folder, smpi.flat(4, 25, 3e-5), record, 4, 2)
        self.assertGreater(one["seconds"], one["computed"])
        self.assertGreater(one["computed"], 0.3 * made["seconds"])
        # 3.8 MB of gradients: the discriminator's twice, the generator's twice, as many bytes as there are weights.
        summed = sum(part[2] * part[3] for part in made["steps"][0] if part[0] == "start" and part[3] == 4)
        self.assertEqual(summed, 2 * 4 * (872808 + 73402))


if __name__ == "__main__":
    unittest.main()
