"""Reads and edits bytes of uncompressed HDF5 files as `caloforge generate --gzip 0` writes them.

Only what the tests need (HDF5 File Format Specification 2.0, III.A.1: B-tree, version 1, of a chunked data set): a key
is the chunk's size in bytes, a filter mask, its first element along each axis and 0 for the element itself; the chunk's
address follows.
"""

import struct
from array import array

SIDE = 25  # cells of the CLIC calorimeter along each axis
CELLS = SIDE**3
CHUNK_SHOWERS = 8


def chunk_offset(content, first_shower, filter_mask=0):
    """Place of the chunk of ECAL that starts with this shower."""
    size = CHUNK_SHOWERS * CELLS * 4
    key = struct.pack("<II5Q", size, filter_mask, first_shower, 0, 0, 0, 0)
    place = content.find(key)
    if place < 0:
        raise ValueError(f"no uncompressed chunk of shower {first_shower}")
    return struct.unpack_from("<Q", content, place + len(key))[0]


def read_cells(path, count):
    """Energies of `count` showers, GeV, as one float32 array."""
    content = path.read_bytes()
    out = array("f")
    for first in range(0, count, CHUNK_SHOWERS):
        begin = chunk_offset(content, first)
        out.frombytes(content[begin : begin + 4 * CELLS * min(CHUNK_SHOWERS, count - first)])
    return out


def copy_with_cell(source, target, shower, cell, value):
    """A copy in which one cell of one shower holds another value."""
    content = bytearray(source.read_bytes())
    chunk = chunk_offset(content, shower // CHUNK_SHOWERS * CHUNK_SHOWERS)
    place = chunk + 4 * (shower % CHUNK_SHOWERS * CELLS + cell)
    content[place : place + 4] = struct.pack("<f", value)
    target.write_bytes(content)
    return target


def copy_times(source, target, count, factor):
    """A copy whose cells are multiplied, as a file in another unit."""
    content = bytearray(source.read_bytes())
    for first in range(0, count, CHUNK_SHOWERS):
        begin, size = chunk_offset(content, first), 4 * CELLS * CHUNK_SHOWERS
        cells = array("f", bytes(content[begin : begin + size]))
        content[begin : begin + size] = array("f", (factor * energy for energy in cells)).tobytes()
    target.write_bytes(content)
    return target


def copy_with_shape(source, target, count, shape):
    """A copy whose ECAL states another number of cells along each axis (not more than before)."""
    content = source.read_bytes()
    stated = struct.pack("<4Q", count, SIDE, SIDE, SIDE)
    if content.count(stated) != 1:
        raise ValueError("the shape of ECAL is not where it was expected")
    target.write_bytes(content.replace(stated, struct.pack("<4Q", count, *shape)))
    return target


def copy_with_energy(source, target, count, old, new):
    """A copy in which the first shower of `count`, all of incident energy `old`, has another one, everywhere."""
    content = bytearray(source.read_bytes())
    for row in (struct.pack("<f", old) * count, struct.pack("<ff", 11, old) * count):
        place = content.find(row)
        if place < 0:
            raise ValueError("the incident energies are not where they were expected")
        place += len(row) // count - 4
        content[place : place + 4] = struct.pack("<f", new)
    target.write_bytes(content)
    return target
