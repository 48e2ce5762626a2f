"""A Caloforge network (doc/format/network.md) as a function of tensors, in PyTorch and in TensorFlow: the layers of the
3DGAN and of what `caloforge export --optimized` makes of it, as a user of these frameworks would write them."""

import json

from safetensors import safe_open


def read(path):
    """The generator's spec, and its tensors by "layer.role"."""
    with safe_open(path, "numpy") as file:
        spec = json.loads(file.metadata()["caloforge"])["networks"]["generator"]
        prefix = "generator."
        return spec, {key[len(prefix):]: file.get_tensor(key) for key in file.keys() if key.startswith(prefix)}


def padding(layer):
    """[low, high] of every axis, at stride 1."""
    parameters = layer["parameters"]
    stated, kernel = parameters.get("padding", "valid"), parameters["kernel"]
    if any(stride != 1 for stride in parameters.get("stride", [])):
        raise NotImplementedError(f"{layer['name']}: strides")
    if stated == "valid":
        return [[0, 0]] * len(kernel)
    if stated == "same":
        return [[(k - 1) // 2, k // 2] for k in kernel]
    return [pair if isinstance(pair, list) else [pair, pair] for pair in stated]


def run(spec, inputs, functions):
    """All layers in order; `inputs` holds the ports and the random layers."""
    values = dict(inputs)
    for layer in spec["layers"]:
        if layer["type"] != "random":
            values[layer["name"]] = functions[layer["type"]](layer, *(values[name] for name in layer["inputs"]))
    return values[spec["outputs"][0]["name"]]


def torch_network(path):
    import torch
    from torch.nn import functional as F

    spec, arrays = read(path)

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, array in arrays.items():
                self.register_buffer(name.replace(".", "/"), torch.from_numpy(array))

        def forward(self, inputs):
            def tensor(layer, role):
                return self.get_buffer(f"{layer['name']}/{role}") if f"{layer['name']}.{role}" in arrays else None

            def conv3d(layer, x):
                pads = [cells for pair in reversed(padding(layer)) for cells in pair]
                return F.conv3d(F.pad(x, pads) if any(pads) else x, tensor(layer, "weight"), tensor(layer, "bias"))

            def pad(layer, x):
                return F.pad(x, [cells for cells in reversed(layer["parameters"]["padding"]) for _ in range(2)])

            def permute(layer, x):
                return x.permute(0, *(axis + 1 for axis in layer["parameters"]["order"]))

            def cut(layer, x):
                p = layer["parameters"]
                return x.narrow(p["axis"] + 1, p["begin"], p["end"] - p["begin"])

            def batch_norm(layer, x):
                return F.batch_norm(x, tensor(layer, "mean"), tensor(layer, "variance"), tensor(layer, "gain"),
                                    tensor(layer, "shift"), False, 0.0, layer["parameters"].get("epsilon", 1e-3))

            return run(spec, inputs, {
                "dense": lambda l, x: F.linear(x, tensor(l, "weight"), tensor(l, "bias")),
                "conv3d": conv3d,
                "batch_norm": batch_norm,
                "reshape": lambda l, x: x.reshape(-1, *l["parameters"]["shape"]),
                "upsample": lambda l, x: F.interpolate(x, scale_factor=[float(f) for f in l["parameters"]["factor"]]),
                "pad": pad,
                "permute": permute,
                "slice": cut,
                "multiply": lambda _, x, y: x * y,
                "leaky_relu": lambda l, x: F.leaky_relu(x, l["parameters"]["slope"]),
                "relu": lambda _, x: F.relu(x),
                "scale": lambda l, x: x * l["parameters"]["factor"],
                "threshold": lambda l, x: torch.where(x < l["parameters"]["value"], 0.0, x),
            })

    return Network().eval()


def tensorflow_network(path):
    """TensorFlow's convolutions want the channels last on a CPU; so they stay between the layers that have channels."""
    import numpy as np
    import tensorflow as tf

    spec, arrays = read(path)
    constants = {}

    def tensor(layer, role):
        name = f"{layer['name']}.{role}"
        if name not in constants:
            array = arrays[name]
            constants[name] = tf.constant(np.transpose(array, (2, 3, 4, 1, 0)) if array.ndim == 5 else array)
        return constants[name]

    def conv3d(layer, x):
        pads = padding(layer)
        if any(map(any, pads)):
            x = tf.pad(x, [[0, 0], *pads, [0, 0]])
        x = tf.nn.conv3d(x, tensor(layer, "weight"), [1] * 5, "VALID")
        return tf.nn.bias_add(x, tensor(layer, "bias")) if layer["parameters"].get("bias", True) else x

    def dense(layer, x):
        return tf.matmul(x, tensor(layer, "weight"), transpose_b=True) + tensor(layer, "bias")

    def upsample(layer, x):
        for axis, factor in enumerate(layer["parameters"]["factor"]):
            x = tf.repeat(x, factor, axis=axis + 1)
        return x

    def pad(layer, x):
        return tf.pad(x, [[0, 0], *([cells, cells] for cells in layer["parameters"]["padding"]), [0, 0]])

    def batch_norm(layer, x):
        return tf.nn.batch_normalization(x, *(tensor(layer, role) for role in ("mean", "variance", "shift", "gain")),
                                         layer["parameters"].get("epsilon", 1e-3))

    def channels_last(layer, x):
        shape = layer["parameters"]["shape"]
        if len(shape) != 4:
            raise NotImplementedError(f"{layer['name']}: reshape to {shape}")
        return tf.transpose(tf.reshape(x, [-1, *shape]), [0, 2, 3, 4, 1])

    functions = {
        "dense": dense,
        "conv3d": conv3d,
        "batch_norm": batch_norm,
        "reshape": channels_last,
        "upsample": upsample,
        "pad": pad,
        "multiply": lambda _, x, y: x * y,
        "leaky_relu": lambda l, x: tf.nn.leaky_relu(x, l["parameters"]["slope"]),
        "relu": lambda _, x: tf.nn.relu(x),
        "scale": lambda l, x: x * l["parameters"]["factor"],
        "threshold": lambda l, x: tf.where(x < l["parameters"]["value"], 0.0, x),
    }
    # One channel: to put it first is to drop it and to add it.
    return lambda inputs: tf.reshape(run(spec, inputs, functions), [-1, *spec["outputs"][0]["shape"]])
