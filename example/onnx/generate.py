#!/usr/bin/env python3
"""Showers from an exported model in ONNX Runtime: those that `caloforge generate` makes, within 1e-4 of the largest cell.

    caloforge export --model clic-forge --format onnx --optimized --out generator.onnx
    python generate.py generator.onnx --energy 10:500 --count 1000 --seed 1 --out showers.h5

Needs numpy, h5py and onnxruntime.
"""

import argparse
import json
import sys

import h5py
import numpy as np
import onnxruntime

import philox


def feed(inputs, incident, seed, showers):
    """What the model's inputs ask for (its metadata `caloforge.inputs`)."""
    fed = {}
    for name, about in inputs.items():
        count = int(np.prod(about["shape"]))
        if name == "impact":
            fed[name] = philox.impacts(about["trained"], seed, showers)
        elif "distribution" not in about:
            fed[name] = incident[:, None]
        elif about["distribution"] in ("normal", "uniform"):
            make = getattr(philox, about["distribution"])
            fed[name] = make(seed, showers, about["stream"], count).reshape(-1, *about["shape"])
        else:
            sys.exit(f"{name}: this example does not make {about['distribution']} noise.")
    return fed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--energy", required=True, help="GeV: 50, or 10:500 (uniform), or 50,100 (in turn)")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    parser.add_argument("--out", required=True, help="HDF5 file (layout of the public 3DGAN files)")
    given = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = given.threads
    # The planner of shared memory takes a time that grows with the square of the nodes: a minute for 10,000.
    options.enable_mem_reuse = False
    session = onnxruntime.InferenceSession(given.model, options, providers=["CPUExecutionProvider"])
    inputs = json.loads(session.get_modelmeta().custom_metadata_map["caloforge.inputs"])
    with h5py.File(given.out, "w") as file:
        for first in range(0, given.count, given.batch):
            showers = range(first, min(first + given.batch, given.count))
            incident = philox.energies(given.energy, given.seed, showers)
            cells = session.run(["showers"], feed(inputs, incident, given.seed, showers))[0][:, 0]
            if first == 0:
                ecal = file.create_dataset("ECAL", (given.count, *cells.shape[1:]), "f4", compression="gzip",
                                           compression_opts=1, shuffle=True)
                energy = file.create_dataset("energy", (given.count,), "f4")
            ecal[first:showers.stop], energy[first:showers.stop] = cells, incident


if __name__ == "__main__":
    main()
