"""Caloforge's random numbers in NumPy, for runtimes that have none of them: shower i of a run is the same showers everywhere.

Philox4x32-10 (Salmon et al., SC'11) with key = seed and counter = (element / 4, stream, shower low, shower high); the
transforms are those of src/core/Random.hh.
"""

import numpy as np

ENERGY_STREAM, IMPACT_STREAM = 0x10000, 0x10001
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)


def words(seed, showers, stream, count):
    """32 random bits for elements 0 ... count - 1 of each shower: uint64 (showers, count)."""
    showers = np.asarray(showers, dtype=np.uint64)[:, None]
    blocks = np.arange((count + 3) // 4, dtype=np.uint64)[None, :]
    c = [np.broadcast_to(x, (len(showers), blocks.shape[1])) for x in
         (blocks, np.uint64(stream), showers & _LOW, showers >> _SHIFT)]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        p0, p1 = _MULTIPLIERS[0] * c[0], _MULTIPLIERS[1] * c[2]
        c = [(p1 >> _SHIFT) ^ c[1] ^ np.uint64(key[0]), p1 & _LOW, (p0 >> _SHIFT) ^ c[3] ^ np.uint64(key[1]), p0 & _LOW]
        key = [(k + w) & 0xFFFFFFFF for k, w in zip(key, _WEYL)]
    return np.stack(c, axis=-1).reshape(len(showers), -1)[:, :count]


def _open_interval(bits):
    return (bits.astype(np.float64) + 0.5) * 2.0**-32


def uniform(seed, showers, stream, count):
    bits = words(seed, showers, stream, count)
    return ((bits >> np.uint64(9)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-23)


def normal(seed, showers, stream, count):
    """Box-Muller on the elements (2k, 2k + 1)."""
    u = _open_interval(words(seed, showers, stream, count + count % 2)).reshape(len(showers), -1, 2)
    radius, angle = np.sqrt(-2 * np.log(u[..., 0])), 2 * np.pi * u[..., 1]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return pairs.reshape(len(showers), -1)[:, :count].astype(np.float32)


def energies(text, seed, showers):
    """Incident energies as `caloforge generate --energy` has them: "50", "50,100" in turn, or "10:500" uniform."""
    if ":" in text:
        low, high = map(float, text.split(":"))
        return (low + (high - low) * _open_interval(words(seed, showers, ENERGY_STREAM, 1))[:, 0]).astype(np.float32)
    values = [float(word) for word in text.split(",")]
    return np.array([values[i % len(values)] for i in showers], dtype=np.float32)


def impacts(trained, seed, showers):
    """Impact points, mm, as `caloforge generate` draws them: uniform over the ranges that the model was trained on."""
    if "half_x" in trained:  # as models of version 0.1 say it
        high = np.array([trained["half_x"], trained["half_y"]])
        low = -high
    else:
        low, high = np.array(trained["low"]), np.array(trained["high"])
    u = _open_interval(words(seed, showers, IMPACT_STREAM, 2))
    return (0.5 * (low + high) + (2 * u - 1) * (0.5 * (high - low))).astype(np.float32)
