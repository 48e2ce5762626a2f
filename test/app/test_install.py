"""`cmake --install`: a prefix that works by itself."""

import subprocess
import unittest

from harness import BAD_INPUT, DONE, GEANT4, MODEL, PROGRAM, REPOSITORY, CommandTest


class Install(CommandTest):
    def test_the_installed_program_finds_libraries_models_and_page(self):
        build = PROGRAM.parent.parent
        prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, capture_output=True)
        ran = subprocess.run([prefix / "bin/caloforge", "demo", "--count", "50", "--simulated", "10", "--out",
                              self.folder / "demo"], capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, DONE, ran.stderr)
        self.assertTrue((self.folder / "demo/metrics.json").exists())
        if (prefix / "share/caloforge/web/report.html").exists():
            self.assertTrue((self.folder / "demo/report.html").exists())

    def test_only_what_needs_libtorch_needs_it(self):
        prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", PROGRAM.parent.parent, "--prefix", prefix], check=True,
                       capture_output=True)
        program = prefix / "bin/caloforge"
        needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("torch", needed)
        plugin = prefix / "lib/caloforge/libcaloforge_torch.so"
        if plugin.exists():  # as built; without it, as on a machine that has no libtorch
            plugin.unlink()

        def run(*arguments):
            return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                                  cwd=self.folder)

        for line in (["generate", "--energy", 50, "--count", 3, "--out", "fast.h5"],
                     ["generate", "--energy", 60, "--count", 5, "--seed", 2, "--out", "other.h5"],
                     ["export", "--out", "generator.onnx"],
                     ["inspect", MODEL], ["inspect", "--plan", MODEL], ["inspect", "fast.h5"],
                     ["bench", "generate", "--batch", 16, "--threads", 1, "--seconds", 0.1],
                     ["simulate", "--energy", 1, "--count", 2, "--out", "mc.h5"],
                     ["demo", "--count", 50, "--simulated", 0, "--out", "demo"]):
            ran = run(*line)
            self.assertEqual(ran.returncode, DONE, ran.stderr)
        ran = run("validate", "--reference", GEANT4, "--candidate", "demo/generated.h5", "--out", "report")
        self.assertEqual(ran.returncode, DONE, ran.stderr)
        self.assertIn("libtorch", ran.stderr)
        for line in (["train", "--data", GEANT4, "--out", "run"],
                     ["generate", "--energy", 50, "--count", 1, "--backend", "torch", "--out", "t.h5"],
                     ["bench", "train"]):
            ran = run(*line)
            self.assertEqual(ran.returncode, BAD_INPUT, ran.stderr)
            self.assertIn("libtorch", ran.stderr)
        self.assertFalse((self.folder / "t.h5").exists())
        self.assertFalse((self.folder / "run").exists())

    def test_a_c_program_needs_the_installed_header_and_library_only(self):
        prefix, program = self.folder / "prefix", self.folder / "embed"
        subprocess.run(["cmake", "--install", PROGRAM.parent.parent, "--prefix", prefix], check=True,
                       capture_output=True)
        library = next(prefix.rglob("libcaloforge.so"))
        subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", REPOSITORY / "example/embed/embed.c", "-I",
                        prefix / "include", "-L", library.parent, "-lcaloforge", f"-Wl,-rpath,{library.parent}", "-o",
                        program], check=True)
        ran = subprocess.run([program, MODEL], capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, DONE, ran.stderr)
        self.assertEqual(ran.stdout.count("GeV deposited in silicon"), 4)
        self.assertEqual(subprocess.run([program, "/no/such/model"], capture_output=True).returncode, 1)
        needed = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
        for heavy in ["torch", "hdf5", "cairo"]:
            self.assertNotIn(heavy, needed)
        self.assertLess(library.resolve().stat().st_size, 3_000_000)


if __name__ == "__main__":
    unittest.main()
