#!/usr/bin/env python3
"""An independent 3DGAN in plain NumPy (float64), to check Caloforge's libtorch modules against.

Writes test/model/reference_3dgan.json: outputs of the generator and the discriminator in inference mode for weights and
inputs that follow a closed formula (`pattern`), which the C++ test repeats. Run: reference_3dgan.py > FILE
"""
import json

import numpy as np


def pattern(shape, number, scale):
    """Tensor `number` of a network: numbers that look random in [-scale, scale], i counting in row-major order."""
    i = np.arange(np.prod(shape), dtype=np.float64)
    u = np.sin(12.9898 * i + 78.233 * (number + 1.0)) * 43758.5453
    return (scale * (2.0 * (u - np.floor(u)) - 1.0)).astype(np.float32).astype(np.float64).reshape(shape)


def convolve(x, weight, bias=None):
    """Valid correlation: x (N, C, X, Y, Z), weight (F, C, a, b, c)."""
    f, _, a, b, c = weight.shape
    out_shape = [x.shape[2] - a + 1, x.shape[3] - b + 1, x.shape[4] - c + 1]
    out = np.zeros((x.shape[0], f, *out_shape))
    for i in range(a):
        for j in range(b):
            for k in range(c):
                window = x[:, :, i:i + out_shape[0], j:j + out_shape[1], k:k + out_shape[2]]
                out += np.einsum("ncxyz,fc->nfxyz", window, weight[:, :, i, j, k])
    return out if bias is None else out + bias[None, :, None, None, None]


def pad(x, *axes):
    """Zeros around the three spatial axes: (low, high) each."""
    return np.pad(x, [(0, 0), (0, 0), *axes])


def leaky(x):
    return np.where(x > 0, x, 0.3 * x)


def norm(x, gain, shift, mean, variance):
    def column(v):
        return v[None, :, None, None, None]
    return column(gain) * (x - column(mean)) / np.sqrt(column(variance) + 1e-3) + column(shift)


def repeat(x, a, b, c):
    return x.repeat(a, axis=2).repeat(b, axis=3).repeat(c, axis=4)


class Patterns:
    """Hands out the tensors of a network in the order of its layers."""

    def __init__(self):
        self.number = 0

    def weight(self, *shape):
        self.number += 1
        return pattern(shape, self.number - 1, np.sqrt(3.0 / np.prod(shape[1:])))

    def vector(self, length, scale=0.1, offset=0.0):
        self.number += 1
        return offset + pattern((length,), self.number - 1, scale)

    def norm(self, channels):
        """gain, shift, mean, variance"""
        return [self.vector(channels, 0.1, 1.0), self.vector(channels), self.vector(channels),
                self.vector(channels, 0.1, 1.0)]


def generator(energy, cell_scale):
    p = Patterns()
    latent = pattern((len(energy), 200), 100, 1.0) * (energy / 100.0)[:, None]
    x = latent @ p.weight(3136, 200).T + p.vector(3136)
    x = x.reshape(-1, 8, 7, 7, 8)
    x = norm(leaky(convolve(pad(x, (2, 3), (2, 3), (3, 4)), p.weight(64, 8, 6, 6, 8), p.vector(64))), *p.norm(64))
    x = pad(repeat(x, 2, 2, 2), (2, 2), (2, 2), (0, 0))
    x = norm(leaky(convolve(x, p.weight(6, 64, 6, 5, 8), p.vector(6))), *p.norm(6))
    x = pad(repeat(x, 2, 2, 3), (1, 1), (0, 0), (3, 3))
    x = leaky(convolve(x, p.weight(6, 6, 3, 3, 8), p.vector(6)))
    x = np.maximum(convolve(x, p.weight(1, 6, 2, 2, 2)), 0) / cell_scale
    return np.where(x < 1e-6, 0, x)


def discriminator(showers, cell_scale):
    p = Patterns()
    x = leaky(convolve(pad(showers * cell_scale, (2, 2), (2, 2), (2, 2)), p.weight(32, 1, 5, 5, 5), p.vector(32)))
    channels = 32
    for border in (2, 2, 1):
        x = pad(x, (border, border), (border, border), (border, border))
        x = norm(leaky(convolve(x, p.weight(8, channels, 5, 5, 5), p.vector(8))), *p.norm(8))
        channels = 8
    n = x.shape[0]
    x = x[:, :, :22, :22, :22].reshape(n, 8, 11, 2, 11, 2, 11, 2).mean((3, 5, 7)).reshape(n, -1)
    real = x @ p.weight(1, 10648).T + p.vector(1)
    energy = x @ p.weight(1, 10648).T + p.vector(1)
    return real, energy, showers.sum((1, 2, 3, 4))


def main():
    energy = np.array([50.0, 300.0])
    cell_scale = 100.0
    showers = generator(energy, cell_scale)
    flat = showers.reshape(2, -1)
    probes = list(range(0, flat.shape[1], 397))
    truth = np.maximum(pattern((2, 1, 25, 25, 25), 7, 0.01), 0)
    real, total_energy, sums = discriminator(truth, cell_scale)
    print(json.dumps({
        "energy": energy.tolist(),
        "cell_scale": cell_scale,
        "generator": {
            "sum": flat.sum(1).tolist(),
            "largest": flat.max(1).tolist(),
            "weighted": (flat * np.cos(0.1 * np.arange(flat.shape[1]))).sum(1).tolist(),
            "probes": probes,
            "cells": flat[:, probes].tolist(),
        },
        "discriminator": {"real": real[:, 0].tolist(), "energy": total_energy[:, 0].tolist(), "sum": sums.tolist()},
    }, indent=1))


if __name__ == "__main__":
    main()
