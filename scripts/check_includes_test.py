#!/usr/bin/env python3
"""Does check_includes.py find what it must find, and let pass what is allowed? Each case is a small tree of its own."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
from check_includes import HOUSE, Checker, reachable  # noqa: E402


class CheckIncludes(unittest.TestCase):
    def problems(self, files):
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                path = Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return Checker(root).run()

    def assert_one(self, files, *words):
        problems = self.problems(files)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_downward_and_own_includes_pass(self):
        self.assertEqual([], self.problems({
            "src/core/Error.hh": "#include <string>\n#include <nlohmann/json.hpp>\n",
            "src/core/Version.hh.in": "",
            "src/core/A.cc": '#include "core/Error.hh"\n#include "core/Version.hh"\n#include <toml++/toml.h>\n',
            "src/geometry/Grid.hh": '#include "core/Error.hh"\n',
            "src/data/File.cc": '#include "geometry/Grid.hh"\n#include <hdf5.h>\n',
            "app/main.cc": '#include "data/Reader.hh"\n#include "Command.hh"\n#include <CLI/CLI.hpp>\n',
            "app/Command.hh": "",
            "src/data/Reader.hh": "",
        }))

    def test_what_a_row_reaches_through_another_passes(self):
        files = {"src/network/Spec.hh": "", "src/train/Loop.cc": '#include "network/Spec.hh"\n'}
        self.assertEqual([], self.problems(files))

    def test_higher_rank(self):
        self.assert_one({"src/data/File.hh": "", "src/core/A.cc": '\n\n#include "data/File.hh"\n'},
                        "src/core/A.cc:3", "data/File.hh", "higher rank")

    def test_neighbour_of_the_same_rank(self):
        self.assert_one({"src/network/Spec.hh": "", "src/data/A.cc": '#include "network/Spec.hh"\n'}, "same rank")

    def test_lower_rank_outside_the_row(self):
        self.assert_one({"src/model/Gan.hh": "", "src/validate/A.cc": '#include "model/Gan.hh"\n'}, "not in its row")

    def test_src_never_includes_app(self):
        self.assert_one({"app/Command.hh": "", "src/serve/A.cc": '#include "app/Command.hh"\n'}, "higher rank")

    def test_angle_brackets_do_not_hide_an_include(self):
        self.assert_one({"src/data/File.hh": "", "src/core/A.cc": "#  include <data/File.hh>\n"}, "higher rank")

    def test_climbing_out(self):
        self.assert_one({"src/data/File.hh": "", "src/core/A.cc": '#include "../data/File.hh"\n'}, "climbs")

    def test_missing_project_header(self):
        self.assert_one({"src/data/A.cc": '#include "geometry/Gird.hh"\n'}, "there is no geometry/Gird.hh")

    def test_folder_without_a_row(self):
        self.assert_one({"src/utils/A.cc": ""}, "no row")

    def test_plugin_and_python_are_checked(self):
        self.assert_one({"app/X.hh": "", "plugin/geant4/A.cc": '#include "app/X.hh"\n'}, "plugin/geant4", "higher rank")
        self.assert_one({"src/train/X.hh": "", "plugin/geant4/A.cc": '#include "train/X.hh"\n'}, "not in its row")
        self.assertEqual([], self.problems({"src/train/X.hh": "", "python/A.cc": '#include "train/X.hh"\n'}))

    def test_comments_are_no_includes(self):
        text = '// #include "data/File.hh"\n/*\n#include "data/File.hh"\n*/\n'
        self.assertEqual([], self.problems({"src/data/File.hh": "", "src/core/A.cc": text}))

    def test_third_party_owners(self):
        owners = {
            "hdf5.h": "src/data", "H5Cpp.h": "src/data", "torch/torch.h": "src/model", "c10/util/Half.h": "src/train",
            "CLI/CLI.hpp": "app", "toml++/toml.h": "src/core", "xxhash.h": "src/core", "spdlog/spdlog.h": "src/core",
            "Random123/philox.h": "src/core", "mpi.h": "src/comm", "grpcpp/grpcpp.h": "src/serve",
        }
        for header, owner in owners.items():
            with self.subTest(header):
                self.assertEqual([], self.problems({f"{owner}/A.cc": f"#include <{header}>\n"}))
                self.assert_one({"src/engine/A.cc": f"#include <{header}>\n"}, "src/engine must not include " + header)

    def test_validation_uses_libtorch_in_sources_only(self):
        self.assertEqual([], self.problems({"src/validate/classifier/network/A.cc": "#include <torch/torch.h>\n"}))
        self.assert_one({"src/validate/classifier/network/A.hh": "#include <torch/torch.h>\n"}, "libtorch belongs to")
        self.assert_one({"src/validate/classifier/A.cc": "#include <torch/torch.h>\n"}, "libtorch belongs to")
        self.assert_one({"src/validate/classifier/A.cc": "#include <xgboost/c_api.h>\n"}, "XGBoost belongs to")
        self.assert_one({"src/validate/A.cc": "#include <torch/torch.h>\n"}, "libtorch belongs to")

    def test_the_longest_folder_counts(self):
        statistics = {"src/validate/statistics/Metric.hh": "", "src/validate/statistics/deep/B.hh": "", "src/data/Set.hh": ""}
        self.assertEqual([], self.problems(statistics | {
            "src/validate/shower/A.cc": '#include "validate/statistics/Metric.hh"\n#include "data/Set.hh"\n',
            "src/validate/A.cc": '#include "validate/statistics/deep/B.hh"\n',
        }))
        for folder in ("statistics", "statistics/deep", "classifier", "figure"):
            with self.subTest(folder):
                self.assert_one(statistics | {f"src/validate/{folder}/A.cc": '#include "data/Set.hh"\n'},
                                "/".join(f"src/validate/{folder}".split("/")[:3]) + " (rank", "data/Set.hh")
        self.assert_one(statistics | {"src/validate/Table.hh": "", "src/validate/shower/A.cc": '#include "validate/Table.hh"\n'},
                        "src/validate/shower", "higher rank")
        self.assert_one(statistics | {"src/validate/shower/S.hh": "", "src/validate/figure/A.cc": '#include "validate/shower/S.hh"\n'},
                        "same rank")

    def test_header_that_exposes_libtorch_through_another(self):
        files = {
            "src/model/Gan.hh": "#include <torch/torch.h>\n",
            "src/model/Wrap.hh": '#include "model/Gan.hh"\n',
            "app/Generate.hh": '#include "model/Wrap.hh"\n',
            "app/Generate.cc": '#include "model/Gan.hh"\n',
        }
        self.assert_one(files, "app/Generate.hh", "exposes libtorch", "src/model/Gan.hh")

    def test_headers_that_include_each_other_end(self):
        files = {"src/data/A.hh": '#include "data/B.hh"\n', "src/data/B.hh": '#include "data/A.hh"\n'}
        self.assertEqual([], self.problems(files))

    def test_the_table_points_downwards(self):
        for folder, (rank, _) in HOUSE.items():
            for other in reachable(folder) - {folder}:
                self.assertLess(HOUSE[other][0], rank, f"{folder} -> {other}")

    def test_command_line(self):
        script = Path(__file__).with_name("check_includes.py")
        with tempfile.TemporaryDirectory() as root:
            empty = subprocess.run([sys.executable, script, root], capture_output=True, text=True)
            self.assertEqual(empty.returncode, 1)
            Path(root, "src/core").mkdir(parents=True)
            Path(root, "src/core/A.cc").write_text("#include <hdf5.h>\n")
            bad = subprocess.run([sys.executable, script, root], capture_output=True, text=True)
            self.assertEqual(bad.returncode, 1)
            self.assertIn("src/core/A.cc:1", bad.stderr)
            Path(root, "src/core/A.cc").write_text("#include <vector>\n")
            good = subprocess.run([sys.executable, script, root], capture_output=True, text=True)
            self.assertEqual(good.returncode, 0, good.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=0)
