"""What the tests of the `caloforge` command share: running it, judging how it ended, files to feed it.

CALOFORGE is the program (default: build/release/app/caloforge), CALOFORGE_MODEL a weights file whose trained energies
include 50 to 400 GeV (default: the shipped 3DGAN).
"""

import atexit
import functools
import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("CALOFORGE", REPOSITORY / "build/release/app/caloforge")).resolve()
MODEL = Path(os.environ.get("CALOFORGE_MODEL", REPOSITORY / "models/clic-3dgan.safetensors")).resolve()
GEANT4 = REPOSITORY / "example/geant4-electrons.h5"  # 300 showers: ECAL, target, extra

DONE, USAGE, BAD_INPUT, FAILED, GATE = 0, 2, 3, 4, 5
PATIENCE = 120  # seconds that one call may take on a busy machine

# One thread: quick to start, and weights are promised to be equal only for an equal number of threads.
TRAIN = ["train", "--data", GEANT4, "--batch", "2", "--threads", "1"]


class Outcome:
    def __init__(self, command, code, out, err):
        self.command, self.code, self.out, self.err = command, code, out, err

    def __str__(self):
        return f"{' '.join(self.command)}\nexit code {self.code}\nstdout: {self.out[-1500:]}\nstderr: {self.err[-1500:]}"

    def json(self):
        return json.loads(self.out)


def command_line(arguments):
    return [str(PROGRAM)] + [str(word) for word in arguments]


def call(*arguments, folder=None, file_limit=None, environment=None, patience=PATIENCE):
    """Runs the program; with `file_limit` no file may grow beyond so many bytes: like a full disk."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write() fails instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    line = command_line(arguments)
    done = subprocess.run(line, cwd=folder, text=True, capture_output=True, timeout=patience, stdin=subprocess.DEVNULL,
                          preexec_fn=limit if file_limit else None, env={**os.environ, **(environment or {})})
    return Outcome(line, done.returncode, done.stdout, done.stderr)


def call_and_signal(number, ready, *arguments):
    """Starts the program, sends it signal `number` as soon as `ready()` holds, waits for its end."""
    line = command_line(arguments)
    process = subprocess.Popen(line, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + PATIENCE
        while not ready() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return Outcome(line, process.returncode, out, err)


@functools.lru_cache(maxsize=None)
def shared_folder():
    """Lives as long as the test program; holds what is expensive to make. Its files are not to be changed."""
    folder = Path(tempfile.mkdtemp(prefix="caloforge-app-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def must(outcome):
    if outcome.code != DONE:
        raise RuntimeError(f"a preparation failed: {outcome}")
    return outcome


@functools.lru_cache(maxsize=None)
def plain_showers():
    """20 generated showers of 50 GeV, not compressed, so that bytes can be edited."""
    path = shared_folder() / "plain.h5"
    must(call("generate", "--model", MODEL, "--energy", "50", "--count", "20", "--gzip", "0", "--out", path))
    return path


@functools.lru_cache(maxsize=None)
def short_training(steps):
    """Folder of an uninterrupted training of so many steps."""
    folder = shared_folder() / f"train-{steps}"
    must(call(*TRAIN, "--steps", steps, "--out", folder))
    return folder


def tensors(path):
    """Name -> (type, shape, bytes) of a safetensors file."""
    content = Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            out[name] = (entry["dtype"], entry["shape"], content[8 + length + begin : 8 + length + end])
    return out


class CommandTest(unittest.TestCase):
    """Gives each test a folder of its own, `self.folder`."""

    longMessage = True

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="caloforge-app-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def listing(self, folder=None):
        folder = Path(folder or self.folder)
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))

    def expect(self, code, outcome, *words):
        """The exit code, and words that the message must hold (in any case)."""
        self.assertEqual(outcome.code, code, str(outcome))
        for word in words:
            self.assertIn(str(word).lower(), outcome.err.lower(), str(outcome))
        if code == DONE:
            return outcome
        self.assertTrue(outcome.err.strip(), f"no message: {outcome}")
        self.assertEqual(outcome.out.strip(), "", f"a failure prints nothing on stdout: {outcome}")
        longest = max(len(line) for line in outcome.err.splitlines())
        self.assertLess(longest, 1000, f"a message that nobody can read: {outcome}")
        return outcome

    def refuse(self, code, *arguments, words=(), left=(), **options):
        """The call fails with this code and these words, and leaves nothing in the folder but `left`."""
        outcome = self.expect(code, call(*arguments, **options), *words)
        self.assertEqual(self.listing(), sorted(left), f"left behind by {outcome}")
        return outcome
