"""`cmake --install`: a prefix that works by itself."""

import subprocess
import unittest

from harness import DONE, PROGRAM, CommandTest


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


if __name__ == "__main__":
    unittest.main()
