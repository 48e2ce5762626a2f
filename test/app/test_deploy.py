"""What deploy/ holds: manifests against published schemas, the Containerfile, scripts. Needs .venv-test."""

import copy
import fnmatch
import json
import re
import shutil
import subprocess
import time
import unittest
from pathlib import Path

import jsonschema
import kubernetes_validate

import image
import pods
import test_ranks
from harness import GEANT4, PATIENCE, PROGRAM, REPOSITORY, CommandTest

SCHEMA = json.loads(Path(__file__).with_name("mpijob.schema.json").read_text())
KUBERNETES = ["1.28", "1.37"]
INSTRUCTIONS = {"FROM", "RUN", "COPY", "ARG", "USER", "WORKDIR", "CMD"}
SCRIPTS = ["train-or-resume", "kubeflow/stop-ranks", "kubeflow/wait-for-workers", "slurm/train.sbatch"]
REFUSALS = (jsonschema.ValidationError, kubernetes_validate.ValidationError)


def check(claim, job, versions):
    jsonschema.validate(job, SCHEMA)
    templates = [{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": role}, "template": replicas["template"]}
                 for role, replicas in job["spec"]["mpiReplicaSpecs"].items()]
    for version in versions:
        for thing in [claim, *templates]:
            kubernetes_validate.validate(thing, version, strict=True)


class Manifest(unittest.TestCase):
    def setUp(self):
        self.claim, self.job = pods.documents()
        self.spec = self.job["spec"]
        self.pod = {role: replicas["template"]["spec"] for role, replicas in self.spec["mpiReplicaSpecs"].items()}

    def test_it_is_what_the_schemas_want(self):
        check(self.claim, self.job, KUBERNETES)

    def test_mistakes_are_refused(self):
        def container(job, role="Worker"):
            return job["spec"]["mpiReplicaSpecs"][role]["template"]["spec"]["containers"][0]

        mistakes = {
            "a misspelt key": lambda claim, job: job["spec"].update(slotsPerWorkers=1),
            "a number as text": lambda claim, job: job["spec"].update(slotsPerWorker="1"),
            "another MPI": lambda claim, job: job["spec"].update(mpiImplementation="OpenMPi"),
            "another version": lambda claim, job: job.update(apiVersion="kubeflow.org/v1"),
            "no replicas": lambda claim, job: job["spec"].pop("mpiReplicaSpecs"),
            "no launcher": lambda claim, job: job["spec"]["mpiReplicaSpecs"].pop("Launcher"),
            "two launchers": lambda claim, job: job["spec"]["mpiReplicaSpecs"]["Launcher"].update(replicas=2),
            "a policy that the operator lacks": lambda claim, job: job["spec"]["mpiReplicaSpecs"]["Worker"].update(restartPolicy="Always"),
            "a misspelt policy": lambda claim, job: job["spec"]["runPolicy"].update(backOffLimit=1),
            "a misspelt key of a container": lambda claim, job: container(job).update(comand=["sh"]),
            "an argument that is a number": lambda claim, job: container(job, "Launcher")["args"].append(5),
            "a container without a name": lambda claim, job: container(job).pop("name"),
            "a hook that is none": lambda claim, job: container(job)["lifecycle"].update(preStop={"command": ["sh"]}),
            "a mode that is no list": lambda claim, job: claim["spec"].update(accessModes="ReadWriteMany"),
            "a misspelt key of the claim": lambda claim, job: claim["spec"].update(storageClass="nfs"),
        }
        for name, make in mistakes.items():
            with self.subTest(name):
                claim, job = copy.deepcopy(self.claim), copy.deepcopy(self.job)
                make(claim, job)
                with self.assertRaises(REFUSALS):
                    check(claim, job, KUBERNETES[-1:])

    def test_its_parts_fit(self):
        home = str(Path(self.spec["sshAuthMountPath"]).parent)
        made = (REPOSITORY / "deploy/Containerfile").read_text()
        for pod in self.pod.values():
            (container,) = pod["containers"]
            user = pod["securityContext"]["runAsUser"]
            self.assertRegex(made, rf"useradd --uid {user} .*{Path(home).name} ")
            self.assertEqual(pod["volumes"][0]["persistentVolumeClaim"]["claimName"], self.claim["metadata"]["name"])
            self.assertEqual(container["volumeMounts"][0]["name"], pod["volumes"][0]["name"])
        self.assertEqual(len({pod["containers"][0]["image"] for pod in self.pod.values()}), 1)
        arguments = self.pod["Launcher"]["containers"][0]["args"]
        worker = self.pod["Worker"]["containers"][0]
        self.assertEqual(arguments[arguments.index("--threads") + 1], worker["resources"]["limits"]["cpu"])
        sshd = (REPOSITORY / "deploy/ssh/sshd_config").read_text()
        self.assertIn(f"HostKey {self.spec['sshAuthMountPath']}/id_rsa\n", sshd)
        self.assertIn(f"AuthorizedKeysFile {self.spec['sshAuthMountPath']}/authorized_keys\n", sshd)


class Containerfile(unittest.TestCase):
    def setUp(self):
        self.text = image.CONTAINERFILE.read_text()
        self.stages = image.stages(self.text)

    def packages(self):
        (line,) = [rest for name, rest in self.stages[-1] if name == "RUN" and "apt-get install" in rest]
        return re.search(r"--no-install-recommends\s+(.*?)&&", line).group(1).split()

    def test_its_instructions_are_known(self):
        for name, rest in image.instructions(self.text):
            self.assertIn(name, INSTRUCTIONS, f"{name} {rest}")

    def test_what_it_copies_is_there(self):
        ignored = [line for line in (REPOSITORY / ".containerignore").read_text().splitlines() if line and line[0] != "#"]
        for stage in self.stages:
            for name, rest in stage:
                if name != "COPY" or rest.startswith("--from"):
                    continue
                for source in rest.split()[:-1]:
                    self.assertTrue((REPOSITORY / source).exists(), source)
                    self.assertFalse([pattern for pattern in ignored if fnmatch.fnmatch(source, pattern)
                                      or source.startswith(pattern + "/")], source)

    def test_the_build_stage_has_all_that_is_built(self):
        copied = {source for name, rest in self.stages[0] if name == "COPY" for source in rest.split()[:-1]}
        cmake = (REPOSITORY / "CMakeLists.txt").read_text()
        for folder in re.findall(r"add_subdirectory\((\w+)\)", cmake):
            if folder != "test":  # CALOFORGE_TESTS=OFF
                self.assertIn(folder, copied)
        for line in re.findall(r"install\(DIRECTORY ([\w ]+) DESTINATION", cmake):
            self.assertLessEqual(set(line.split()), copied)

    @unittest.skipUnless(shutil.which("apt-cache"), "no Debian")
    def test_its_packages_are_debians(self):
        if not list(Path("/var/lib/apt/lists").glob("*Packages*")):
            self.skipTest("this Debian has no list of packages (apt-get update)")
        for package in self.packages():
            found = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
            self.assertIn(f"Package: {package}\n", found.stdout, package)

    @unittest.skipUnless(shutil.which("dpkg") and shutil.which("readelf"), "no Debian, no binutils")
    def test_its_packages_hold_the_libraries_of_the_program(self):
        everywhere = {"libc6", "libgcc-s1", "libstdc++6"}
        needed = set()
        for part in [PROGRAM, *PROGRAM.parent.glob("libcaloforge_*.so")]:
            listing = subprocess.run(["readelf", "--dynamic", part], capture_output=True, text=True, check=True).stdout
            needed |= set(re.findall(r"\(NEEDED\).*\[(.+)\]", listing))
        for library in sorted(needed):
            if re.match(r"lib(torch|c10)", library):
                continue  # it comes along
            owners = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout
            packages = {line.split(":")[0] for line in owners.splitlines()}
            self.assertTrue(packages & ({*self.packages()} | everywhere), f"{library}: {packages}")


class Scripts(unittest.TestCase):
    def test_their_syntax(self):
        for name in SCRIPTS:
            path = REPOSITORY / "deploy" / name
            shell = "bash" if path.read_text().startswith("#!/bin/bash") else "sh"
            self.assertEqual(subprocess.run([shell, "-n", path]).returncode, 0, name)
            self.assertTrue(path.suffix == ".sbatch" or path.stat().st_mode & 0o111, f"{name} cannot be executed")

    @unittest.skipUnless(shutil.which("shellcheck"), "no shellcheck")
    def test_what_shellcheck_says(self):
        said = subprocess.run(["shellcheck", *(REPOSITORY / "deploy" / name for name in SCRIPTS)], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stdout)


class TrainOrResume(CommandTest):
    """With a program that stands in for caloforge: it notes its arguments and ends as it is told."""

    def setUp(self):
        super().setUp()
        self.out = self.folder / "run"
        self.out.mkdir()
        self.program = self.folder / "caloforge"
        self.write("exit 0")
        self.record("finished")

    def write(self, rest):
        self.program.write_text(f'#!/bin/sh\necho "$@" >"{self.folder}/arguments"\n{rest}\n')
        self.program.chmod(0o755)

    def record(self, end):
        (self.out / "run.json").write_text(json.dumps({"result": {"end": end}}, indent=2))

    def line(self, *more):
        return [str(word) for word in [REPOSITORY / "deploy/train-or-resume", self.program, "train", *more]]

    def run_it(self, *more):
        return subprocess.run(self.line(*more), capture_output=True, text=True, timeout=60).returncode

    def arguments(self):
        return (self.folder / "arguments").read_text().split()

    def test_it_resumes_where_there_is_a_checkpoint_and_only_there(self):
        (self.out / "checkpoint-000000004.safetensors.tmp-70").touch()
        self.assertEqual(self.run_it("--out", self.out), 0)
        self.assertEqual(self.arguments(), ["train", "--out", str(self.out)])
        (self.out / "checkpoint-000000004.safetensors").touch()
        (self.out / "checkpoint-000000008.safetensors").touch()
        for given in [["--out", str(self.out)], [f"--out={self.out}"]]:
            self.assertEqual(self.run_it(*given), 0)
            self.assertEqual(self.arguments(), ["train", *given, "--resume"])

    def test_it_tells_what_is_finished(self):
        self.record("stopped by a signal; go on with --resume")
        self.assertEqual(self.run_it("--out", self.out), 75)
        self.record("out of time; go on with --resume")
        self.assertEqual(self.run_it("--out", self.out), 75)
        for code in [3, 127]:
            self.write(f"exit {code}")
            self.assertEqual(self.run_it("--out", self.out), code)
        self.assertEqual(self.run_it("--data", "x"), 2)

    def stop(self, number, rest, environment=None):
        """Sends the signal once the program runs, and again when it has arrived."""
        self.write(rest)
        process = subprocess.Popen(self.line("--out", self.out), stderr=subprocess.PIPE, text=True, env=environment)
        while not (self.folder / "ready").exists():
            self.assertIsNone(process.poll())
        self.addCleanup(process.stderr.close)
        process.send_signal(number)
        while not (self.folder / "asked").exists():
            self.assertIsNone(process.poll())
        process.send_signal(number)
        return process.wait(60)

    def test_a_signal_reaches_the_program_once_and_its_end_is_awaited(self):
        self.record("stopped by a signal; go on with --resume")
        waits = f'''trap 'echo asked >>"{self.folder}/asked"' TERM
            touch "{self.folder}/ready"
            while [ ! -e "{self.folder}/asked" ]; do sleep 0.1; done
            sleep 1; sleep 1; touch "{self.folder}/ended"'''
        for number in [15, 2, 10, 1]:
            with self.subTest(number):
                self.assertEqual(self.stop(number, waits), 75)
                self.assertEqual((self.folder / "asked").read_text(), "asked\n")
                for name in ["ready", "asked", "ended"]:
                    (self.folder / name).unlink()

    def test_another_way_to_stop(self):
        waits = f'''touch "{self.folder}/ready"; while [ ! -e "{self.folder}/asked" ]; do sleep 0.1; done'''
        # The program has long ended when the way to stop it ends.
        code = self.stop(15, waits, {"PATH": "/usr/bin:/bin", "CALOFORGE_STOP": f"touch {self.folder}/asked; sleep 1"})
        self.assertEqual(code, 0)

    @unittest.skipUnless(shutil.which("mpirun"), "no mpirun")
    def test_a_training_on_two_ranks_stops_and_goes_on(self):
        def line(steps):
            train = ["train", "--data", GEANT4, "--batch", 4, "--threads", 1, "--steps", steps, "--out", self.folder / "real"]
            return [str(REPOSITORY / "deploy/train-or-resume"), *test_ranks.mpirun(2, *train)]

        process = test_ranks.launch(line(100000))
        metrics = self.folder / "real/metrics.jsonl"
        end = time.monotonic() + PATIENCE
        while not (metrics.exists() and metrics.read_text().count("\n") > 1) and time.monotonic() < end:
            self.assertIsNone(process.poll())
            time.sleep(0.1)
        process.send_signal(15)
        stopped = test_ranks.finish(process, line(100000))
        self.assertEqual(stopped.code, 75, stopped)
        (checkpoint,) = (self.folder / "real").glob("checkpoint-*.safetensors")
        step = int(checkpoint.stem.split("-")[1])
        finished = test_ranks.finish(test_ranks.launch(line(step + 1)), line(step + 1))
        self.assertEqual(finished.code, 0, finished)
        self.assertIn(f"(step {step}", finished.err)


if __name__ == "__main__":
    unittest.main()
