"""What outsiders broke, each kind with the right behaviour. With packages of .venv-test (h5py)."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import unittest
from pathlib import Path

import h5py
import numpy as np

from harness import (BAD_INPUT, DONE, FAILED, GEANT4, PROGRAM, USAGE, CommandTest, call, call_and_signal, command_line,
                     must)

GENERATE = ["generate", "--threads", 1, "--energy", 50, "--count", 2]
VALIDATE = ["validate", "--classifiers", "none", "--threads", 1]
FORGE = '[model]\nnetwork = "forge"\n[training]\nbatch = 16\nsteps = 2\nthreads = 1\n'


def showers(first, last):
    with h5py.File(GEANT4) as file:
        return file["ECAL"][first:last], file["target"][first:last]


def write(path, cells, target, **more):
    with h5py.File(path, "w") as file:
        file["ECAL"], file["target"] = cells, target
        for name, values in more.items():
            file[name] = values


class Faults(CommandTest):
    def sets(self):
        """Two files of 40 showers each."""
        for name, first in [("a.h5", 0), ("b.h5", 40)]:
            write(self.folder / name, *showers(first, first + 40))
        return self.folder / "a.h5", self.folder / "b.h5"

    def preload(self, text):
        """A library to load before others, of C code."""
        source, library = self.folder / "s.c", self.folder / "s.so"
        source.write_text("#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <errno.h>\n#include <sys/stat.h>\n" + text)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        return {"LD_PRELOAD": str(library)}


class Numbers(Faults):
    def test_leading_zeros_are_decimal(self):
        must(call("generate", "--threads", 1, "--energy", 50, "--count", "010", "--seed", "010", "--first", "08", "--out",
                  self.folder / "a.h5"))
        with h5py.File(self.folder / "a.h5") as file:
            self.assertEqual(len(file["ECAL"]), 10)
            stated = json.loads(file.attrs["caloforge"])
        self.assertEqual((stated["seed"], stated["first"]), (10, 8))

    def test_of_training_too(self):
        outcome = must(call("train", "--data", "x", "--seed", "010", "--batch", "012", "--print-config"))
        self.assertIn("seed = 10\n", outcome.out)
        self.assertIn("batch = 12\n", outcome.out)

    def test_what_does_not_fit_is_refused(self):
        for seed in [2**63, 2**64 - 1, 2**64]:
            self.refuse(USAGE, "train", "--data", "x", "--seed", seed, "--print-config", words=["--seed"])
            self.refuse(USAGE, *GENERATE, "--seed", seed, "--out", self.folder / "a.h5", words=["--seed"])

    def test_no_number_and_infinity(self):
        for text in ["nan", "inf", "-nan"]:
            self.refuse(USAGE, *VALIDATE, "--reference", GEANT4, "--candidate", GEANT4, "--cell-threshold", text,
                        words=["--cell-threshold"])
            self.refuse(USAGE, "train", "--data", GEANT4, "--minutes", text, "--out", self.folder / "r",
                        words=["--minutes"])

    def test_no_number_in_a_gate(self):
        a, b = self.sets()
        gates = self.folder / "gates.toml"
        gates.write_text('[[gate]]\nmetric = "correlation_mad"\nmax = nan\n')
        self.expect(BAD_INPUT, call(*VALIDATE, "--reference", a, "--candidate", b, "--require", gates), "max", "finite")

    def test_absurd_numbers_of_files(self):
        self.refuse(USAGE, "simulate", "--threads", 1, "--energy", 10, "--count", 10**12, "--per-file", 1, "--out",
                    self.folder / "a.h5", words=["--per-file"])


class Inputs(Faults):
    def test_a_file_counts_once_whatever_its_names(self):
        a, b = self.sets()
        (self.folder / "l.h5").symlink_to("a.h5")
        os.link(a, self.folder / "h.h5")
        outcome = self.expect(DONE, call(*VALIDATE, "--reference", "a.h5", "./a.h5", a, "l.h5", "h.h5", "--candidate", b,
                                         folder=self.folder))
        self.assertIn("40 reference showers", outcome.err)
        self.assertIn("by another name", outcome.err)

    def test_a_set_is_not_compared_with_itself(self):
        a, b = self.sets()
        (self.folder / "l.h5").symlink_to("a.h5")
        outcome = self.expect(DONE, call(*VALIDATE, "--reference", a, b, "--candidate", self.folder / "l.h5"), "themselves")
        self.assertIn("nothing can be told", outcome.err)
        self.assertNotIn("  + ", outcome.err, "usable for nothing")

    def test_folders_within_folders(self):
        for name in ["a.h5", "x/b.h5", "x/y/c.h5"]:
            (self.folder / name).parent.mkdir(exist_ok=True)
            write(self.folder / name, *showers(0, 20))
        self.sets()
        outcome = self.expect(DONE, call(*VALIDATE, "--reference", "x/**/*.h5", "--candidate", "a.h5", folder=self.folder))
        self.assertIn("40 reference showers", outcome.err)

    def test_a_name_that_is_a_pattern(self):
        a, b = self.sets()
        odd = self.folder / "run[1].h5"
        a.rename(odd)
        self.expect(DONE, call(*VALIDATE, "--reference", odd, "--candidate", b))

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists("/usr/bin/setpriv"), "nobody is kept out of a folder")
    def test_a_folder_that_cannot_be_looked_into(self):
        self.sets()
        (self.folder / "closed").mkdir(mode=0)
        self.addCleanup(os.chmod, self.folder / "closed", 0o700)
        os.chmod(self.folder, 0o755)
        line = command_line([*VALIDATE, "--reference", self.folder / "*/*.h5", "--candidate", self.folder / "b.h5"])
        if os.geteuid() == 0:
            line = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *line]
        done = subprocess.run(line, capture_output=True, text=True)
        if "Permission denied" in done.stderr and "closed" not in done.stderr:
            self.skipTest("the program itself is out of another user's reach")
        self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
        self.assertIn("closed", done.stderr)

    def test_other_cell_sizes(self):
        a, b = self.sets()
        for path, size in [(a, 5.1), (b, 4.0)]:
            with h5py.File(path, "r+") as file:
                file["ECAL"].attrs["cell_mm"] = np.array([size, size])
        self.expect(BAD_INPUT, call(*VALIDATE, "--reference", a, "--candidate", b), "5.1 x 5.1 mm", "4 x 4 mm")
        self.expect(BAD_INPUT, call(*VALIDATE, "--reference", a, b, "--candidate", GEANT4), "one detector")

    def test_other_particles(self):
        a, b = self.sets()
        for path, code in [(a, 11), (b, 22)]:
            with h5py.File(path, "r+") as file:
                file["target"][:, 0] = code
        self.expect(DONE, call(*VALIDATE, "--reference", a, "--candidate", b), "warning", "of e-", "of gamma")

    def test_fifos_and_long_names(self):
        os.mkfifo(self.folder / "f")
        for path in [self.folder / "f", "a" * 300]:
            for line in [["inspect", path], ["inspect", "--plan", path], [*VALIDATE, "--reference", path, "--candidate", GEANT4]]:
                self.refuse(BAD_INPUT, *line, left=["f"])
        self.expect(BAD_INPUT, call("generate", "--model", self.folder / "f", "--energy", 50, "--count", 1, "--out",
                                    self.folder / "a.h5", patience=20), "plain file")


class Outputs(Faults):
    def test_devices_and_fifos_stay(self):
        os.mkfifo(self.folder / "node")
        if os.geteuid() == 0:
            try:
                os.mknod(self.folder / "device", stat.S_IFCHR | 0o666, os.makedev(1, 3))
                os.rename(self.folder / "device", self.folder / "node")
            except PermissionError:
                pass  # a container that may not make devices: the FIFO has to do
        before = os.stat(self.folder / "node").st_mode
        lines = [[*GENERATE], ["export"], ["simulate", "--energy", 5, "--count", 1]]
        for line in lines:
            self.refuse(FAILED, *line, "--out", self.folder / "node", words=["plain file"], left=["node"])
        self.assertEqual(os.stat(self.folder / "node").st_mode, before)

    def test_protected_files_stay(self):
        protected = self.folder / "a.h5"
        protected.write_text("mine")
        protected.chmod(0o444)
        self.refuse(FAILED, *GENERATE, "--out", protected, words=["protected"], left=["a.h5"])
        self.assertEqual(protected.read_text(), "mine")

    def test_links_are_followed(self):
        (self.folder / "real.h5").write_text("old")
        (self.folder / "a.h5").symlink_to("real.h5")
        self.expect(DONE, call(*GENERATE, "--out", self.folder / "a.h5"))
        self.assertTrue((self.folder / "a.h5").is_symlink())
        self.assertTrue(h5py.is_hdf5(self.folder / "real.h5"))

    def test_no_input_is_replaced(self):
        model = self.folder / "m.safetensors"
        must(call("export", "--model", "clic-3dgan", "--format", "caloforge", "--out", model))
        before = model.read_bytes()
        (self.folder / "l.safetensors").symlink_to("m.safetensors")
        for out in [model, self.folder / "l.safetensors"]:
            self.expect(BAD_INPUT, call(*GENERATE, "--model", model, "--out", out), "--out", "replaced")
            self.expect(BAD_INPUT, call("export", "--model", model, "--format", "caloforge", "--out", out), "--out")
        self.assertEqual(model.read_bytes(), before)

    def test_no_reference_is_replaced(self):
        a, b = self.sets()
        (self.folder / "rep").mkdir()
        reference = self.folder / "rep/metrics.json"
        a.rename(reference)
        self.expect(BAD_INPUT, call(*VALIDATE, "--reference", reference, "--candidate", b, "--out", self.folder / "rep"),
                    "replaced")
        self.assertTrue(h5py.is_hdf5(reference))

    def test_no_configuration_is_replaced(self):
        config = self.folder / "r/config.toml"
        config.parent.mkdir()
        config.write_text("# mine\n[training]\nsteps = 1\nbatch = 16\n")
        self.expect(BAD_INPUT, call("train", "--config", config, "--data", GEANT4, "--out", self.folder / "r"), "config.toml")
        model = self.folder / "r/model.safetensors"
        must(call("export", "--format", "caloforge", "--out", model))
        (self.folder / "t.toml").write_text(FORGE)
        self.expect(BAD_INPUT, call("train", "--config", self.folder / "t.toml", "--data", GEANT4, "--start-from", model,
                                    "--out", self.folder / "r"), "model.safetensors")
        self.assertIn("# mine", config.read_text())
        self.expect(USAGE, call("simulate", "--energy", 5, "--count", 1, "--out", self.folder / "a", "--trace",
                                self.folder / "./a"), "--trace")

    def test_empty_names(self):
        for line in [GENERATE, ["export"], ["simulate", "--energy", 5], ["demo"],
                     [*VALIDATE, "--reference", GEANT4, "--candidate", GEANT4], ["train", "--data", GEANT4]]:
            self.refuse(USAGE, *line, "--out", "", words=["--out"])

    def test_run_json_of_names_that_differ_after_a_dot(self):
        for name in ["s.v1", "s.v2", "s.h5"]:
            must(call(*GENERATE, "--out", self.folder / name))
        self.assertEqual(self.listing(), ["s.h5", "s.run.json", "s.v1", "s.v1.run.json", "s.v2", "s.v2.run.json"])

    def test_names_that_are_no_utf8(self):
        a, b = self.sets()
        odd = os.fsencode(self.folder) + b"/caf\xe9"
        os.rename(a, odd + b".h5")
        for line in [[*VALIDATE, "--reference", b, "--candidate", odd + b".h5", "--out", odd],
                     ["train", "--data", odd + b".h5", "--steps", 1, "--batch", 16, "--threads", 1, "--out", odd + b"r"],
                     [*GENERATE, "--out", odd + b"g.h5"]]:
            done = subprocess.run([os.fsencode(str(PROGRAM)), *[w if isinstance(w, bytes) else os.fsencode(str(w)) for w in line]],
                                  capture_output=True)
            self.assertEqual(done.returncode, DONE, done.stderr)
        for name in [b"/metrics.json", b"/report.html", b"/run.json", b"r/run.json", b"g.run.json"]:
            self.assertTrue(os.path.exists(odd + name), name)

    def test_long_names(self):
        self.expect(DONE, call(*GENERATE, "--out", self.folder / ("a" * 240 + ".h5")))
        self.assertEqual(len(self.listing()), 2)
        self.refuse(FAILED, *GENERATE, "--out", self.folder / ("b" * 300), left=self.listing())

    def test_file_systems_that_cannot_sync_folders(self):
        environment = self.preload("""
            int fsync(int fd) {
                struct stat s;
                if (!fstat(fd, &s) && S_ISDIR(s.st_mode)) { errno = EINVAL; return -1; }
                return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
            }""")
        self.expect(DONE, call(*GENERATE, "--out", self.folder / "a.h5", environment=environment))
        self.expect(DONE, call("simulate", "--threads", 1, "--energy", 5, "--count", 4, "--per-file", 2, "--out",
                               self.folder / "d/a.h5", environment=environment))
        self.assertEqual(self.listing(self.folder / "d"), ["a.run.json", "a_0001.h5", "a_0002.h5"])

    def test_file_systems_without_locks(self):
        a, _ = self.sets()
        environment = self.preload("int flock(int f, int o) { (void)f; (void)o; errno = EOPNOTSUPP; return -1; }")
        self.expect(DONE, call(*GENERATE, "--out", self.folder / "g.h5", environment=environment))
        self.expect(DONE, call("inspect", a, environment=environment))
        self.expect(DONE, call("train", "--data", a, "--steps", 1, "--batch", 16, "--threads", 1, "--out", self.folder / "r",
                               environment=environment))

    def test_a_file_that_is_being_written(self):
        a, _ = self.sets()
        with h5py.File(a, "r+"):
            self.expect(BAD_INPUT, call("inspect", a), "open for writing in another program")
        self.expect(DONE, call("inspect", a))

    def test_a_full_standard_output(self):
        a, b = self.sets()
        for line in [["inspect", "--json", a], ["inspect", a], ["train", "--data", "x", "--print-config"], ["--help"],
                     [*GENERATE, "--json", "--out", self.folder / "g.h5"],
                     [*VALIDATE, "--reference", a, "--candidate", b, "--json"]]:
            with self.subTest(line=line), open("/dev/full", "w") as full:
                done = subprocess.run(command_line(line), stdout=full, stderr=subprocess.PIPE, text=True)
                self.assertEqual(done.returncode, FAILED, done.stderr)

    def test_hangup_leaves_nothing(self):
        outcome = call_and_signal(signal.SIGHUP, lambda: any(".tmp-" in name for name in self.listing()), "generate",
                                  "--threads", 1, "--energy", 50, "--count", 1000000, "--out", self.folder / "h.h5")
        self.expect(FAILED, outcome, "signal")
        self.assertEqual(self.listing(), [])

    @unittest.skipUnless(os.geteuid() == 0, "only root makes namespaces")
    def test_two_containers_write_one_file(self):
        if subprocess.run(["unshare", "-p", "-f", "--mount-proc", "true"], capture_output=True).returncode != 0:
            self.skipTest("no namespaces here")
        out = self.folder / "r.h5"
        for locking in ["TRUE", "FALSE"]:
            out.unlink(missing_ok=True)
            runs = [subprocess.Popen(["unshare", "-p", "-f", "--mount-proc", *command_line(
                ["generate", "--threads", 1, "--energy", 50, "--count", 600, "--seed", seed, "--out", out])],
                env={**os.environ, "HDF5_USE_FILE_LOCKING": locking}, stderr=subprocess.PIPE, text=True) for seed in [1, 2]]
            for run in runs:
                self.assertEqual(run.wait(timeout=120), DONE, run.stderr.read())
                run.stderr.close()
            with h5py.File(out) as file:
                seed = json.loads(file.attrs["caloforge"])["seed"]
                cells = file["ECAL"][:]
            must(call("generate", "--threads", 1, "--energy", 50, "--count", 600, "--seed", seed, "--out",
                      self.folder / "alone.h5"))
            with h5py.File(self.folder / "alone.h5") as file:
                self.assertTrue(np.array_equal(file["ECAL"][:], cells))
        self.assertEqual(self.listing(), ["alone.h5", "alone.run.json", "r.h5", "r.run.json"])


class Trainings(Faults):
    def forge(self, data, *more):
        config = self.folder / "t.toml"
        config.write_text(FORGE)
        return call("train", "--config", config, "--data", data, "--out", self.folder / "r", *more)

    def test_the_particle_stays(self):
        must(call("simulate", "--threads", 2, "--particle", "gamma", "--energy", "10:12", "--count", 100, "--out",
                  self.folder / "g.h5"))
        self.expect(DONE, self.forge(self.folder / "g.h5"))
        must(call("generate", "--threads", 1, "--model", self.folder / "r/model.safetensors", "--energy", 11, "--count", 2,
                  "--out", self.folder / "o.h5"))
        with h5py.File(self.folder / "o.h5") as file:
            self.assertEqual(list(file["target"][:, 0]), [22, 22])

    def test_mixtures_need_a_network_that_is_told(self):
        cells, target = showers(0, 120)
        target[30:, 0] = 22
        write(self.folder / "a.h5", cells, target)
        told = ["--batch", 16, "--steps", 1, "--data", self.folder / "a.h5", "--out", self.folder / "r"]
        (self.folder / "t.toml").write_text("")
        self.expect(BAD_INPUT, call("train", "--config", self.folder / "t.toml", *told), "several particles")
        (self.folder / "t.toml").write_text(FORGE)
        must(call("train", "--config", self.folder / "t.toml", *told))
        model = ["generate", "--threads", 1, "--model", self.folder / "r/model.safetensors", "--energy", target[0, 1],
                 "--count", 2, "--out", self.folder / "o.h5"]
        self.expect(BAD_INPUT, call(*model, "--particle", "mu-"), "`particle` of 13", "11 or 22")
        must(call(*model, "--particle", "gamma"))
        with h5py.File(self.folder / "o.h5") as file:
            self.assertEqual(list(file["target"][:, 0]), [22, 22])

    def test_impact_points_beside_the_cells(self):
        cells, target = showers(0, 120)
        random = np.random.default_rng(0)
        write(self.folder / "a.h5", cells, target, extra=random.normal(0, 1000, (120, 8)).astype("f4"))
        write(self.folder / "b.h5", cells, target, impact=random.normal(500, 1, (120, 2)).astype("f4"))
        for name in ["a.h5", "b.h5"]:
            self.expect(BAD_INPUT, self.forge(self.folder / name), "impact", "another unit")
        self.assertFalse((self.folder / "r").exists())

    def test_two_in_one_folder(self):
        a, _ = self.sets()
        (self.folder / "r").mkdir()
        with open(self.folder / "r/training.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.expect(BAD_INPUT, call("train", "--data", a, "--steps", 1, "--batch", 16, "--out", self.folder / "r"),
                        "another process")
        runs = [subprocess.Popen(command_line(["train", "--data", a, "--steps", 2, "--batch", 16, "--threads", 1, "--seed",
                                               seed, "--out", self.folder / "r"]), stderr=subprocess.DEVNULL)
                for seed in [1, 2]]
        codes = sorted(run.wait(timeout=120) for run in runs)
        self.assertEqual(codes, [DONE, BAD_INPUT])
        steps = [json.loads(line)["step"] for line in (self.folder / "r/metrics.jsonl").read_text().splitlines()]
        self.assertEqual(steps, [1, 2])

    def test_a_damaged_newest_checkpoint(self):
        a, _ = self.sets()

        def train(steps, *more):
            return call("train", "--data", a, "--steps", steps, "--batch", 16, "--threads", 1, "--out", self.folder / "r", *more)

        must(train(1))
        must(train(2, "--resume"))
        newest = self.folder / "r/checkpoint-000000002.safetensors"
        os.truncate(newest, 100000)
        self.expect(DONE, train(3, "--resume"), "warning", "checkpoint before")
        names = self.listing(self.folder / "r")
        self.assertIn(newest.name + ".damaged", names)
        self.assertIn("checkpoint-000000003.safetensors", names)
        steps = [json.loads(line)["step"] for line in (self.folder / "r/metrics.jsonl").read_text().splitlines()]
        self.assertEqual(steps, [1, 2, 3])

    def test_all_checkpoints_damaged(self):
        a, _ = self.sets()
        (self.folder / "r").mkdir()
        (self.folder / "r/checkpoint-000000002.safetensors").write_text("nothing")
        self.expect(BAD_INPUT, call("train", "--data", a, "--steps", 3, "--batch", 16, "--resume", "--out", self.folder / "r"),
                    "checkpoint-000000002")
        self.assertEqual(self.listing(self.folder / "r"), ["checkpoint-000000002.safetensors"])

    def test_misspelt_gates_are_told_before_the_classifiers(self):
        a, b = self.sets()
        gates = self.folder / "gates.toml"
        for text in ['metric = "correlation_mda"\nmax = 1\n', 'metric = "correlation_mad"\nenergy = "10-50"\nmax = 1\n']:
            gates.write_text("[[gate]]\n" + text)
            outcome = call("validate", "--threads", 1, "--reference", a, "--candidate", b, "--require", gates)
            self.expect(BAD_INPUT, outcome, "correlation_mad")
            self.assertNotIn("classifier", outcome.err)


class Machine(Faults):
    def record(self, *line):
        done = subprocess.run([*line, *command_line(["generate", "--energy", 50, "--count", 2, "--out", self.folder / "a.h5"])],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return json.loads((self.folder / "a.run.json").read_text())

    def test_only_processors_of_ours(self):
        record = self.record("taskset", "-c", str(min(os.sched_getaffinity(0))))
        self.assertEqual((record["configuration"]["threads"], record["machine"]["cores"]), (1, 1))

    def test_a_job_script_makes_all_files(self):
        environment = {"SLURM_PROCID": "0", "SLURM_NTASKS": "8"}
        line = ["simulate", "--threads", 1, "--energy", 10, "--count", 6, "--per-file", 2, "--out", self.folder / "s.h5"]
        self.expect(DONE, call(*line, environment=environment))
        self.assertEqual(self.listing(), ["s.run.json", "s_0001.h5", "s_0002.h5", "s_0003.h5"])

    def test_a_step_of_a_job_makes_its_part(self):
        environment = {"SLURM_PROCID": "1", "SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2"}
        line = ["simulate", "--threads", 1, "--energy", 10, "--count", 6, "--per-file", 2, "--out", self.folder / "s.h5"]
        self.expect(DONE, call(*line, environment=environment), "1 of 2", "2 of the run's 6 showers")
        self.assertIn("s_0002.h5", self.listing())
        self.assertNotIn("s_0001.h5", self.listing())


class Causes(Faults):
    """The message names what is wrong, and a way that exists."""

    def inspect(self, code, *words):
        return self.expect(code, call("inspect", self.folder / "x.h5"), *words)

    def test_the_newest_format(self):
        cells, target = showers(0, 20)
        with h5py.File(self.folder / "x.h5", "w", libver="latest") as file:
            file.create_dataset("ECAL", data=cells, compression="gzip")
            file["target"] = target
        outcome = call("inspect", self.folder / "x.h5")
        if outcome.code != DONE:
            self.expect(BAD_INPUT, outcome, "newer HDF5", "libver")

    def test_soft_links(self):
        cells, target = showers(0, 20)
        with h5py.File(self.folder / "x.h5", "w") as file:
            file["d/ECAL"], file["d/target"] = cells, target
            file["ECAL"], file["target"] = h5py.SoftLink("/d/ECAL"), h5py.SoftLink("/d/target")
        self.assertIn("showers: 20", self.inspect(DONE).out)

    def test_links_to_other_files(self):
        write(self.folder / "a.h5", *showers(0, 20))
        with h5py.File(self.folder / "x.h5", "w") as file:
            file["ECAL"], file["target"] = h5py.ExternalLink("a.h5", "/ECAL"), h5py.ExternalLink("a.h5", "/target")
            file["gone"] = h5py.SoftLink("/nowhere")
        self.inspect(BAD_INPUT, "links that lead out of it", "ECAL", "gone")

    def test_packed_with_what_is_not_read(self):
        cells, target = showers(0, 20)
        with h5py.File(self.folder / "x.h5", "w") as file:
            file.create_dataset("ECAL", data=cells, compression="lzf")
            file["target"] = target
        self.assertNotIn("h5repack", self.inspect(BAD_INPUT, "lzf", "gzip").err)

    def test_unknown_voxels(self):
        with h5py.File(self.folder / "x.h5", "w") as file:
            file["showers"], file["incident_energies"] = np.ones((9, 369), "f4"), np.full((9, 1), 1e4, "f4")
        self.inspect(BAD_INPUT, "369", "--binning-file")

    def test_capital_names(self):
        cells, target = showers(0, 20)
        with h5py.File(self.folder / "x.h5", "w") as file:
            file["ECAL"], file["Target"], file["Angle"] = cells[..., None], target[:, 1], target[:, 1]
        self.inspect(BAD_INPUT, "`Target` be named `energy`")

    def test_all_in_mev(self):
        cells, target = showers(0, 20)
        write(self.folder / "x.h5", cells * 1000, target * np.array([1, 1000], "f4"))
        line = [*VALIDATE, "--reference", self.folder / "a.h5", "--candidate", self.folder / "x.h5"]
        write(self.folder / "a.h5", *showers(20, 60))
        self.expect(BAD_INPUT, call(*line), "--candidate-energy-scale")
        self.expect(BAD_INPUT, call(*line, "--candidate-scale", 1000), "--candidate-energy-scale")
        self.expect(DONE, call(*line, "--candidate-scale", 1000, "--candidate-energy-scale", 1000))

    def test_noise_below_zero(self):
        cells, target = showers(0, 20)
        write(self.folder / "x.h5", cells - 2e-5, target)
        line = [*VALIDATE, "--reference", GEANT4, "--candidate", self.folder / "x.h5"]
        self.expect(BAD_INPUT, call(*line), "negative", "noise", "cell threshold")
        self.expect(DONE, call(*line, "--cell-threshold", 1e-4))


if __name__ == "__main__":
    unittest.main()
