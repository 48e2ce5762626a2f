#!/usr/bin/env python3
"""Showers of a forge whose layers have the energies of given showers: judges the stage that draws the cells alone.

    caloforge export --model clic-forge --format onnx --out generator.onnx
    scripts/stage_showers.py generator.onnx --model models/clic-forge.safetensors --reference 'EleG4_0009.h5' --out stage.h5
    caloforge validate --reference EleG4_0009.h5 --candidate stage.h5 --out report/

Incident energies, impact points, response and the layers' energies are those of the reference; what is left to draw are
the cells of every layer. Needs numpy, h5py, onnx and onnxruntime; about 0.1 s per shower.
"""

import argparse
import glob
import json
import pathlib
import re
import struct
import sys

import h5py
import numpy as np
import onnx
import onnxruntime

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "example/onnx"))
import philox  # noqa: E402


def read_spec(path):
    """The generator's description in a weights file (safetensors: a length, then a header in JSON)."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    return json.loads(header["__metadata__"]["caloforge"])["networks"]["generator"]


def forced_layers(spec):
    """Names of the draws of the energies, in their order."""
    names = [layer["name"] for layer in spec["layers"] if layer["type"] == "sample"]
    return [name for name in names if name == "response" or name.startswith("layer_ratio")]


def truth(spec, names, incident, layers):
    """What the network would have had to draw: layers (N, Z) in GeV."""
    factor = {layer["name"]: layer.get("parameters", {}).get("factor") for layer in spec["layers"]}
    layers = layers / factor["showers"]  # in MIP
    left = layers.sum(axis=1)
    out = {"response": left / incident / factor["deposited"]}
    for name in names[1:]:
        energy = layers[:, int(re.search(r"\d+$", name)[0])]
        left = left - energy
        out[name] = energy / np.maximum(left, 1e-12)
    return {name: value[:, None].astype(np.float32) for name, value in out.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx")
    parser.add_argument("--model", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()

    spec = read_spec(given.model)
    names = forced_layers(spec)
    graph = onnx.load(given.onnx)
    found = []
    for node in graph.graph.node:
        for i, output in enumerate(node.output):
            if output in names:
                found.append(output)
                node.output[i] = output + "_drawn"
    if sorted(found) != sorted(names):
        sys.exit(f"{given.onnx} does not make {sorted(set(names) - set(found))[:3]}. Exported without --optimized, from this model?")
    for name in names:
        graph.graph.input.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", 1]))
    options = onnxruntime.SessionOptions()
    options.enable_mem_reuse = False  # its planner takes a minute for so many nodes
    session = onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
    uniforms = json.loads(session.get_modelmeta().custom_metadata_map["caloforge.inputs"])
    noise = next(name for name, about in uniforms.items() if about.get("distribution") == "uniform")

    showers, incidents, impacts = [], [], []
    for path in sorted(glob.glob(given.reference)):
        with h5py.File(path) as file:
            for first in range(0, len(file["ECAL"]), given.batch):
                part = slice(first, first + given.batch)
                cells, incident = file["ECAL"][part], file["target"][part, 1].astype(np.float32)
                feed = truth(spec, names, incident, cells.sum(axis=(1, 2), dtype=np.float64))
                feed["energy"] = incident[:, None]
                if "impact" in uniforms:
                    feed["impact"] = file["extra"][part, 2:4].astype(np.float32)
                    impacts.append(feed["impact"])
                number = range(sum(map(len, incidents)), sum(map(len, incidents)) + len(incident))
                feed[noise] = philox.uniform(given.seed, number, uniforms[noise]["stream"], uniforms[noise]["shape"][0])
                showers.append(session.run(["showers"], feed)[0][:, 0])
                incidents.append(incident)
    with h5py.File(given.out, "w") as file:
        file["ECAL"] = np.concatenate(showers)
        incident = np.concatenate(incidents)
        file["target"] = np.stack([np.full_like(incident, 11), incident], axis=1)
        if impacts:
            file["impact"] = np.concatenate(impacts)


if __name__ == "__main__":
    main()
