#!/usr/bin/env python3
"""Times one runtime on one network: a program of its own, because runtimes in one process take each other's threads.

    runtimes.py RUNTIME --model FILE --threads T --batch B --seconds S --reference FILE.h5     one JSON line on stdout
"""

import argparse
import json
import sys
import time
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "example/onnx"))
import philox

import networks


def onnx_runtime(given):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = given.threads
    session = onnxruntime.InferenceSession(given.model, options, providers=["CPUExecutionProvider"])
    return onnxruntime.__version__, lambda inputs: session.run(None, inputs)[0]


def openvino(given):
    import openvino

    model = openvino.Core().compile_model(given.model, "CPU", {
        "INFERENCE_NUM_THREADS": given.threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"})
    request = model.create_infer_request()
    return openvino.__version__.split("-")[0], lambda inputs: request.infer(inputs)[0]


def pytorch(given, compiled=False):
    import torch

    torch.set_num_threads(given.threads)
    network = networks.torch_network(given.model)
    function = torch.compile(network) if compiled else network

    def run(inputs):
        with torch.no_grad():  # torch.compile trips over inference_mode
            return function({name: torch.from_numpy(value) for name, value in inputs.items()}).numpy()

    return torch.__version__.split("+")[0], run


def tensorflow(given):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(given.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    function = tf.function(networks.tensorflow_network(given.model))
    return tf.__version__, lambda inputs: function({n: tf.constant(v) for n, v in inputs.items()}).numpy()


RUNTIMES = {
    "ONNX Runtime": onnx_runtime,
    "OpenVINO": openvino,
    "PyTorch eager": pytorch,
    "PyTorch compile": lambda given: pytorch(given, compiled=True),
    "TensorFlow": tensorflow,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runtime", choices=RUNTIMES)
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--energy", required=True, help="of the reference")
    parser.add_argument("--reference", required=True, help="showers 0, 1, ... of `caloforge generate`")
    given = parser.parse_args()

    version, run = RUNTIMES[given.runtime](given)
    showers = range(given.batch)
    inputs = {"energy": philox.energies(given.energy, given.seed, showers)[:, None],
              "latent": philox.normal(given.seed, showers, 0, 200)}
    with h5py.File(given.reference) as file:
        wanted = file["ECAL"][:given.batch].reshape(given.batch, -1).astype("f8")
    made = np.asarray(run(inputs)).reshape(given.batch, -1)
    difference = float((np.abs(made - wanted).max(axis=1) / wanted.max(axis=1)).max())

    times = []
    run(inputs)  # torch.compile and others work on their program for longer than the first call
    begin = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begin < given.seconds:
        start = time.perf_counter()
        run(inputs)
        times.append(time.perf_counter() - start)
    quarter, median, three = np.quantile(times, [0.25, 0.5, 0.75])
    print(json.dumps({"runtime": given.runtime, "version": version, "batch": given.batch, "threads": given.threads,
                      "ms_per_shower": 1e3 * median / given.batch, "spread": (three - quarter) / 2 / median,
                      "repeats": len(times), "max_rel_diff": difference}))


if __name__ == "__main__":
    main()
