#!/usr/bin/env python3
"""Times the engine and other runtimes on the same weights, batches and threads, in one run, and prints a Markdown table.

    python3 -m venv .venv-peers && .venv-peers/bin/pip install -r bench/peers/requirements.txt
    .venv-peers/bin/python bench/peers/compare.py [--threads 1,2] [--batch 1,16,128] [--json peers.json]

Every figure is the median of repeated passes over one batch, from arrays in memory to an array in memory; before it, the
showers are compared with the engine's (max_rel_diff). For every number of threads and every batch all runtimes are timed one
after the other, each in a process of its own, so that all see the same machine. "rewritten" is the network of `caloforge
export --optimized`, which is not what a peer would run by itself: it stands apart.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
ENERGY = "10:500"
# Runtime, format of the model, whether its network is the rewritten one.
PEERS = [("ONNX Runtime", "onnx", False), ("OpenVINO", "onnx", False), ("PyTorch eager", "safetensors", False),
         ("PyTorch compile", "safetensors", False), ("TensorFlow", "safetensors", False),
         ("ONNX Runtime", "onnx", True), ("OpenVINO", "onnx", True),
         ("PyTorch eager", "safetensors", True), ("PyTorch compile", "safetensors", True)]
ALLOWED = 1e-4


def last_json(command, environment=None):
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, cwd=HERE,
                          env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})})
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message")
    return json.loads(done.stdout[done.stdout.index("{"):])


class Bench:
    def __init__(self, given, folder):
        self.given, self.folder = given, folder
        self.program = str(Path(given.caloforge).resolve())

    def prepare(self):
        """The models in every form, and the engine's showers to compare with."""
        model = ["--model", self.given.model]
        for rewritten, flags in ((False, []), (True, ["--optimized"])):
            for suffix, name in (("onnx", "onnx"), ("safetensors", "caloforge")):
                self.call("export", *model, "--format", name, *flags, "--out", self.path(suffix, rewritten))
        self.call("generate", *model, "--energy", ENERGY, "--count", max(self.given.batch), "--out", self.reference())

    def path(self, suffix, rewritten):
        return self.folder / f"{'rewritten' if rewritten else 'plain'}.{suffix}"

    def reference(self):
        return self.folder / "showers.h5"

    def call(self, *arguments):
        subprocess.run([self.program, *map(str, arguments)], check=True, stderr=subprocess.DEVNULL, cwd=self.folder)

    def engine(self, threads, batch):
        found = last_json([self.program, "bench", "generate", "--model", self.given.model, "--threads", threads, "--batch",
                           batch, "--seconds", self.given.seconds, "--json"])
        names = {"native": ("Caloforge engine", False), "torch": ("libtorch (C++)", False),
                 "torch-rewritten": ("libtorch (C++)", True)}
        self.machine = found["machine"]
        for one in found["results"]:
            if one["what"] == "generate":
                name, rewritten = names[one["backend"]]
                yield {**one, "runtime": name, "rewritten": rewritten}

    def peer(self, name, suffix, rewritten, threads, batch):
        one = last_json([sys.executable, HERE / "runtimes.py", name, "--model", self.path(suffix, rewritten), "--threads",
                         threads, "--batch", batch, "--seconds", self.given.seconds, "--energy", ENERGY, "--reference",
                         self.reference()], {"OMP_NUM_THREADS": str(threads)})
        if not one["max_rel_diff"] <= ALLOWED:
            raise RuntimeError(f"its showers differ by {one['max_rel_diff']:.1e} of the largest cell")
        return {**one, "rewritten": rewritten}

    def results(self):
        for threads in self.given.threads:
            for batch in self.given.batch:
                yield from self.engine(threads, batch)
                for name, suffix, rewritten in PEERS:
                    try:
                        yield self.peer(name, suffix, rewritten, threads, batch)
                    except RuntimeError as problem:
                        print(f"{name}, batch {batch}, {threads} threads: {problem}", file=sys.stderr)


def table(results, given):
    """Rows: runtimes, the plain network first; columns: threads and batch."""
    columns = [(t, b) for t in given.threads for b in given.batch]
    cells = {(r["runtime"], r["rewritten"], r["threads"], r["batch"]): r for r in results}
    rows = sorted({(r["rewritten"], r["runtime"], r.get("version", "")) for r in results},
                  key=lambda row: (row[0], row[1] != "Caloforge engine", row[1]))
    yield "| ms per shower | " + " | ".join(f"{t} thread{'s' * (t > 1)}, batch {b}" for t, b in columns) + " |"
    yield "| --- |" + " --- |" * len(columns)
    for rewritten, runtime, version in rows:
        found = [cells.get((runtime, rewritten, *column)) for column in columns]
        texts = [f"{r['ms_per_shower']:.2f} ± {100 * r['spread']:.0f} %" if r else "" for r in found]
        yield f"| {' '.join(filter(None, (runtime, version)))}{', rewritten' * rewritten} | " + " | ".join(texts) + " |"


def numbers(text):
    return [int(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caloforge", default=REPOSITORY / "build/release/app/caloforge", help="the program")
    parser.add_argument("--model", default="clic-3dgan")
    parser.add_argument("--threads", type=numbers, default=[1])
    parser.add_argument("--batch", type=numbers, default=[1, 16, 128])
    parser.add_argument("--seconds", type=float, default=3, help="at least so long per figure")
    parser.add_argument("--json", help="file for all figures")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given, Path(folder))
        bench.prepare()
        results = []
        for one in bench.results():
            results.append(one)
            print(f"{one['runtime']}{', rewritten' * one['rewritten']}, batch {one['batch']}, {one['threads']} threads: "
                  f"{one['ms_per_shower']:.2f} ms/shower ± {100 * one['spread']:.0f} %, max_rel_diff "
                  f"{one['max_rel_diff']:.1e}", file=sys.stderr)
        if given.json:
            Path(given.json).write_text(json.dumps({"machine": bench.machine, "results": results}, indent=1))
    print("\n".join(table(results, given)))


if __name__ == "__main__":
    main()
