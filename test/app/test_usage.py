"""Help, version, words that are no command, option or value."""

import unittest

from harness import DONE, MODEL, USAGE, BAD_INPUT, CommandTest, call

COMMANDS = ["simulate", "train", "generate", "validate", "export", "inspect", "bench", "bench generate", "bench train",
            "bench validate", "bench simulate", "demo"]


class Help(CommandTest):
    def test_version(self):
        outcome = self.expect(DONE, call("--version"))
        self.assertRegex(outcome.out, r"^caloforge \d+\.\d+\.\d+\s*$")

    def test_help_names_every_command(self):
        outcome = self.expect(DONE, call("--help"))
        for command in COMMANDS:
            self.assertIn(command.split()[0], outcome.out)
        self.assertIn("Example", outcome.out)

    def test_help_of_every_command_shows_an_example(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                outcome = self.expect(DONE, call(*command.split(), "--help"))
                self.assertRegex(outcome.out, f"Example: caloforge {command}")

    def test_long_runs_group_what_changes_physics_and_speed(self):
        for command in ["simulate", "train", "generate"]:
            outcome = self.expect(DONE, call(command, "--help"))
            self.assertIn("Changes physics", outcome.out)
            self.assertIn("Changes speed", outcome.out)


class WrongUsage(CommandTest):
    def generate(self, *words):
        return ["generate", "--model", MODEL, *words, "--out", self.folder / "x.h5"]

    def test_no_command(self):
        self.refuse(USAGE, words=["command"])

    def test_unknown_command_suggests_the_nearest(self):
        self.refuse(USAGE, "generat", words=["generat", "`generate`"])
        self.refuse(USAGE, "valdate", words=["valdate", "`validate`"])

    def test_unknown_benchmark_is_named(self):
        self.refuse(USAGE, "bench", "generat", words=["generat`"])

    def test_unknown_option_is_named(self):
        commands = [["train"], self.generate("--energy", 50), ["validate", "--reference", "a", "--candidate", "b"],
                    ["inspect", "a"], ["demo"], ["bench", "train"]]
        for command in commands:
            with self.subTest(command=command[0]):
                self.refuse(USAGE, *command, "--bogus", words=["--bogus"])

    def test_unknown_global_option_is_named(self):
        self.refuse(USAGE, "--bogus", words=["--bogus"])

    def test_missing_required_options(self):
        self.refuse(USAGE, "generate", "--energy", "50", words=["--out"])
        self.refuse(USAGE, *self.generate(), words=["--energy"])
        self.refuse(USAGE, "validate", "--reference", "x.h5", words=["--candidate"])
        self.refuse(USAGE, "inspect", words=["FILE"])

    def test_energies_that_are_none(self):
        words = ["abc", "", "10:", ":10", "500:10", "50,,100", "50,", "-5", "0", "0:10", "nan", "inf", "1e999",
                 "10:20:30", "50 GeV", "50;60"]
        for word in words:
            with self.subTest(energy=word):
                self.refuse(USAGE, *self.generate("--energy", word, "--count", 2), words=["--energy"])

    def test_counts_that_are_none(self):
        for word in ["0", "-3", "many", "1.5"]:
            with self.subTest(count=word):
                self.refuse(USAGE, *self.generate("--energy", 50, "--count", word), words=["--count"])

    def test_a_count_beyond_64_bits_is_not_clipped(self):
        self.refuse(USAGE, *self.generate("--energy", 50, "--count", "99999999999999999999"), words=["--count"],
                    patience=10)

    def test_a_wrong_count_gets_a_readable_message(self):
        outcome = self.refuse(USAGE, *self.generate("--energy", 50, "--count", 0))
        self.assertLess(max(len(line) for line in outcome.err.splitlines()), 200, str(outcome))

    def test_numbers_out_of_range(self):
        for option, word in [("--batch", "0"), ("--batch", "-1"), ("--threads", "-1"), ("--gzip", "10"), ("--backend", "magic")]:
            with self.subTest(option=option, word=word):
                self.refuse(USAGE, *self.generate("--energy", 50, "--count", 2, option, word), words=[option])

    def test_negative_seed_is_not_wrapped(self):
        self.refuse(USAGE, *self.generate("--energy", 50, "--count", 2, "--seed", "-1"), words=["--seed"])

    def test_negative_first_is_not_wrapped(self):
        self.refuse(USAGE, *self.generate("--energy", 50, "--count", 2, "--first", "-1"), words=["--first"])

    def test_validate_numbers_out_of_range(self):
        for option, word in [("--threads", "-1"), ("--reference-scale", "-1"), ("--energy-edges", "ten,20")]:
            with self.subTest(option=option):
                self.refuse(USAGE, "validate", "--reference", "a", "--candidate", "b", option, word, words=[option])

    def test_unknown_device_is_named(self):
        outcome = call(*self.generate("--energy", 50, "--count", 2, "--device", "cpuu"))
        self.assertIn(outcome.code, (USAGE, BAD_INPUT), str(outcome))
        self.assertIn("`cpu`", outcome.err)
        self.assertEqual(self.listing(), [])


if __name__ == "__main__":
    unittest.main()
