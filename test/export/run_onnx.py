#!/usr/bin/env python3
"""Runs the ONNX models of a folder in ONNX Runtime and compares with what they should make.

    run_onnx.py FOLDER      NN.json: inputs and output; NN.*.onnx: models. Exits 1 when a model differs by more than
                            1e-4 of a shower's largest number.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

ALLOWED = 1e-4


def array(stored):
    return np.array(stored["values"], dtype=np.float32).reshape(stored["shape"])


def difference(made, wanted):
    """max |a - b| over cells / the largest cell of the same shower; infinite where shapes differ or NaN is made."""
    if made.shape != wanted.shape:
        return np.inf
    made, wanted = (x.reshape(len(x), -1).astype(np.float64) for x in (made, wanted))
    worst = (np.abs(made - wanted).max(axis=1) / np.abs(wanted).max(axis=1)).max()
    return worst if np.isfinite(worst) else np.inf


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    failed, compared = False, 0
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        reference = json.loads(path.read_text())
        inputs = {name: array(stored) for name, stored in reference["inputs"].items()}
        wanted = array(reference["output"])
        for model in sorted(path.parent.glob(path.stem + ".*.onnx")):
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            worst = difference(session.run(None, inputs)[0], wanted)
            compared += 1
            if worst > ALLOWED:
                failed = True
                print(f"{reference['name']} ({model.name}) differs by {worst:.2e}", file=sys.stderr)
    if compared == 0:
        sys.exit("no models to compare")
    sys.exit(failed)


if __name__ == "__main__":
    main()
