#!/usr/bin/env python3
"""What a training needs on clusters that are not at hand: steps recorded here (caloforge bench train --record), replayed
by Caloforge's own communication code on clusters that SimGrid's SMPI simulates. doc/scaling.md shows and explains it.

    mpirun -n 2 caloforge bench train --batch 8 --own-norm --record step8.json     # on a quiet machine, 60 s or more
    bench/scaling/project.py table --record step8.json --out table.json [--plot scaling.svg]
    bench/scaling/project.py check --record step16.json --caloforge build/release/app/caloforge     # root

`check` runs the same steps on two hosts (network namespaces, their cables shaped by tc) and beside it the prediction.
Needs libsimgrid-dev and smpirun; `--plot` needs matplotlib.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import smpi

# Gbit/s, seconds from node to node, shape. Stampede2: Omni-Path, 28 nodes and 20 uplinks per leaf switch. The clouds' 25 Gbit/s
# instances state no latency; 30 us is what TCP between them usually takes.
CLUSTERS = {
    "Stampede2-like, 100 Gbit/s": lambda nodes: smpi.fat_tree(nodes, 100, 2e-6),
    "cloud-like, 25 Gbit/s": lambda nodes: smpi.flat(nodes, 25, 30e-6),
}
NODES = [1, 2, 8, 32, 128, 512, 1024]
# Share of the deviations recorded on a shared machine: none, as on a quiet one (where they are below 1 %), all.
NOISES = [0, 0.1, 1]
QUIET = 0.1


class Training:
    """What surrounds the steps of an epoch, in seconds; as measured (doc/scaling.md)."""

    def __init__(self, options):
        self.showers, self.epochs = options.showers, options.epochs
        self.read, self.launch = options.read_rate, options.launch
        self.checkpoint, self.validation = options.checkpoint, options.validation

    def seconds(self, nodes, batch, step):
        """From mpirun to the end; the first rank's checkpoints and validation make the others wait."""
        steps = self.showers / (nodes * batch)  # what remains of a batch at the end counts, too
        return (self.launch + self.showers / self.read / nodes
                + self.epochs * (steps * step + self.checkpoint + self.validation))


def steps_for(nodes):
    return 8 if nodes <= 32 else 4 if nodes <= 128 else 1


def weak(program, folder, options):
    record = json.loads(Path(options.record).read_text())
    training = Training(options)
    rows = []
    for cluster, platform in CLUSTERS.items():
        for noise in NOISES:
            for nodes in NODES:
                if nodes > options.most or (noise != QUIET and nodes > 128):
                    continue
                one = smpi.replay(program, folder, platform(nodes), options.record, nodes, steps_for(nodes), options.speed, noise)
                step, alone = one["seconds"], one["computed"]
                whole = training.seconds(nodes, record["batch"], step)
                rows.append({"cluster": cluster, "noise": noise, "nodes": nodes, "batch": record["batch"], "step": step,
                             "computed": alone, "step_efficiency": alone / step,
                             "epoch": whole / training.epochs,
                             "efficiency": training.seconds(1, record["batch"], alone) / nodes / whole})
                print(json.dumps(rows[-1]), file=sys.stderr)
    return rows


def strong(program, folder, options):
    """One global batch, shared by more and more nodes. The time of a step follows its showers."""
    record = json.loads(Path(options.record).read_text())
    rows = []
    for cluster, platform in CLUSTERS.items():
        for nodes in NODES:
            share = options.strong / nodes
            if nodes > options.most or share < 2:
                continue
            speed = options.speed * record["batch"] / share
            one = smpi.replay(program, folder, platform(nodes), options.record, nodes, steps_for(nodes), speed, QUIET)
            rows.append({"cluster": cluster, "noise": QUIET, "nodes": nodes, "global_batch": options.strong, "step": one["seconds"],
                         "efficiency": one["computed"] / one["seconds"]})
            print(json.dumps(rows[-1]), file=sys.stderr)
    return rows


def plot(rows, path):
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.6))
    for colour, cluster in zip(("tab:blue", "tab:orange"), CLUSTERS):
        def line(noise):
            mine = [r for r in rows if r["cluster"] == cluster and r["noise"] == noise]
            return [r["nodes"] for r in mine], [100 * r["efficiency"] for r in mine]
        nodes, best = line(0)
        axes.fill_between(nodes, line(1)[1], best, color=colour, alpha=0.15, linewidth=0)
        axes.plot(*line(QUIET), "o-", color=colour, label=cluster)
    axes.set(xscale="log", xlabel="nodes", ylabel="weak scaling, end to end, %", ylim=(0, 105))
    axes.set_xticks(NODES, map(str, NODES))
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def check(program, folder, options):
    """Measured and predicted seconds of a step on two hosts with slower and slower cables."""
    sys.path.insert(0, str(smpi.ROOT / "test" / "app"))
    import hosts

    record = json.loads(Path(options.record).read_text())
    batch, own = record["batch"], [] if record["synchronise_norm"] else ["--own-norm"]
    rows = []
    for gbit in (10, 1, 0.2):
        shape = f"tbf rate {gbit * 1000:.0f}mbit burst 128kb latency 50ms"
        with hosts.TwoHosts(folder, shape) as two:
            def bench(*words):
                done = subprocess.run(two.mpirun(options.caloforge, "bench", *words, "--json"), check=True, capture_output=True,
                                      text=True)
                return json.loads(done.stdout)["results"]
            small = bench("allreduce", "--seconds", 1)
            measured = bench("train", "--batch", batch, "--seconds", options.seconds, *own)[0]
        latency = small[0]["us"] * 1e-6
        predicted = smpi.replay(program, folder, smpi.flat(2, gbit, latency), options.record, 2, 20)
        step = measured["ms_per_shower"] / 1e3 * 2 * batch
        rows.append({"gbit": gbit, "latency": latency, "large_sum_MB_s": small[-1]["bytes_per_s"] / 1e6, "measured": step,
                     "spread": measured["spread"], "predicted": predicted["seconds"], "ratio": predicted["seconds"] / step})
        print(json.dumps(rows[-1]), file=sys.stderr)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["table", "check"])
    parser.add_argument("--record", required=True, help="written by caloforge bench train --record")
    parser.add_argument("--out", help="JSON")
    parser.add_argument("--plot", help="SVG of the table")
    parser.add_argument("--speed", type=float, default=1, help="of a node, relative to the rank that was recorded")
    parser.add_argument("--most", type=int, default=1024, help="nodes")
    parser.add_argument("--strong", type=int, default=1024, help="showers of the global batch for strong scaling")
    parser.add_argument("--caloforge", default="build/release/app/caloforge")
    parser.add_argument("--seconds", type=float, default=60, help="of measuring per cable")
    surroundings = parser.add_argument_group("around the steps, as measured on the recording machine")
    surroundings.add_argument("--showers", type=int, default=180000, help="of an epoch")
    surroundings.add_argument("--epochs", type=int, default=30)
    surroundings.add_argument("--read-rate", type=float, default=1000, help="showers per second that a rank reads at the start")
    surroundings.add_argument("--launch", type=float, default=3, help="seconds until all ranks run")
    surroundings.add_argument("--checkpoint", type=float, default=0.06, help="seconds per epoch")
    surroundings.add_argument("--validation", type=float, default=0, help="seconds per epoch")
    options = parser.parse_args()
    if not smpi.possible():
        sys.exit("project.py: smpicxx and smpirun are missing. apt-get install libsimgrid-dev simgrid?")
    with tempfile.TemporaryDirectory() as folder:
        program = smpi.build(folder)
        if options.what == "check":
            result = {"check": check(program, folder, options)}
        else:
            result = {"weak": weak(program, folder, options), "strong": strong(program, folder, options)}
    result["options"] = vars(options)
    if options.out:
        Path(options.out).write_text(json.dumps(result, indent=1) + "\n")
    if options.plot:
        plot(result["weak"], options.plot)


if __name__ == "__main__":
    main()
