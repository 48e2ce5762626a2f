"""Builds and runs Replay.cc: recorded training steps on a cluster that SimGrid's SMPI simulates."""

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ["bench/scaling/Replay.cc", "src/comm/RankCommunicator.cc", "src/core/Log.cc", "src/core/ControlGroup.cc", "src/core/Machine.cc", "src/core/Timeline.cc"]
# As Debian builds them.
DEFINES = ["-DFMT_SHARED", "-DSPDLOG_COMPILED_LIB", "-DSPDLOG_FMT_EXTERNAL", "-DSPDLOG_SHARED_LIB"]

HEAD = """<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
"""


def possible():
    return all(map(shutil.which, ["smpicxx", "smpirun"]))


def build(folder):
    """The program, in `folder`."""
    program = Path(folder) / "replay"
    subprocess.run(["smpicxx", "-std=c++20", "-O2", *DEFINES, "-I", ROOT / "src", *(ROOT / s for s in SOURCES), "-o", program,
                    "-lspdlog", "-lfmt"], check=True)
    return program


def flat(nodes, gbit, latency):
    """Nodes on one switch that is never full. `latency`: seconds from node to node."""
    return (HEAD + f'<cluster id="c" prefix="n" suffix="" radical="0-{nodes - 1}" speed="1Gf" bw="{gbit / 8}GBps" '
            f'lat="{latency / 2 * 1e6}us"/></platform>')


def fat_tree(nodes, gbit, latency, down=28, up=20):
    """Two levels: `down` nodes and `up` cables upwards at every leaf switch; `latency` across both."""
    leaves = max(1, -(-nodes // down))
    return (HEAD + f'<cluster id="c" prefix="n" suffix="" radical="0-{leaves * down - 1}" speed="1Gf" bw="{gbit / 8}GBps" '
            f'lat="{latency / 4 * 1e6}us" topology="FAT_TREE" topo_parameters="2;{down},{leaves};1,{up};1,1" '
            'sharing_policy="SPLITDUPLEX"/></platform>')


def replay(program, folder, platform, record, ranks, steps, speed=1.0, noise=1.0):
    """One rank on each of the first nodes. Returns {"ranks", "steps", "seconds", "computed"}."""
    folder = Path(folder)
    (folder / "platform.xml").write_text(platform)
    (folder / "hosts").write_text("".join(f"n{i}\n" for i in range(ranks)))
    line = ["smpirun", "-np", ranks, "-platform", folder / "platform.xml", "-hostfile", folder / "hosts", "-no-privatize",
            "--cfg=smpi/simulate-computation:no", "--cfg=smpi/host-speed:1Gf", "--cfg=smpi/coll-selector:ompi",
            "--cfg=smpi/reduce:binomial", "--cfg=smpi/bcast:binomial_tree", "--cfg=smpi/allreduce:lr",
            # The cables' own figures, not those that SimGrid found for some cluster of 2009.
            "--cfg=smpi/bw-factor:0:1", "--cfg=smpi/lat-factor:0:1",
            "--cfg=network/latency-factor:1", "--cfg=network/bandwidth-factor:1", "--log=root.thres:warning", program, record, steps, speed, noise]
    done = subprocess.run(list(map(str, line)), check=True, capture_output=True, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])
