#!/usr/bin/env python3
"""Shower files of the 3DGAN's layout as one small file for a journey, and back, number for number.

    scripts/gpu/showers.py pack showers.xz train/*.h5
    scripts/gpu/showers.py unpack showers.xz train/

Where cells are not zero is kept as bits, their energies byte plane by byte plane, all of it under xz: about half of what gzip makes of
the cells. Other data sets of a file are kept as they are. Needs NumPy and h5py.
"""

import io
import lzma
import pathlib
import sys

try:
    import h5py
    import numpy as np
except ImportError as missing:
    sys.exit(f"{missing}: packing showers needs NumPy and h5py (pip install numpy h5py, or name a Python that has them in CALOFORGE_PYTHON).")

CELLS = "ECAL"


def pack(out, files):
    held = {}
    for number, path in enumerate(sorted(files, key=lambda file: pathlib.Path(file).name)):
        with h5py.File(path) as file:
            if CELLS not in file:
                sys.exit(f"{path} has no data set {CELLS} (only the 3DGAN's layout can be packed).")
            cells = file[CELLS][:].astype("<f4", casting="safe")
            kept = cells.view("<u4") != 0
            held[f"{number}.name"] = np.array(pathlib.Path(path).name)
            held[f"{number}.shape"] = np.array(cells.shape)
            held[f"{number}.kept"] = np.packbits(kept)
            for plane, values in enumerate(cells[kept].view(np.uint8).reshape(-1, 4).T):
                held[f"{number}.plane{plane}"] = np.ascontiguousarray(values)
            for name in file:
                if name != CELLS:
                    held[f"{number}.other.{name}"] = file[name][:]
    memory = io.BytesIO()
    np.savez(memory, **held)
    with lzma.open(out, "wb", preset=6) as file:
        file.write(memory.getvalue())


def unpack(packed, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with lzma.open(packed) as file:
        held = np.load(io.BytesIO(file.read()))
    number = 0
    while f"{number}.name" in held:
        shape = tuple(held[f"{number}.shape"])
        kept = np.unpackbits(held[f"{number}.kept"], count=int(np.prod(shape))).astype(bool)
        planes = [held[f"{number}.plane{plane}"] for plane in range(4)]
        cells = np.zeros(len(kept), "<f4")
        cells[kept] = np.ascontiguousarray(np.stack(planes, axis=1)).view("<f4").ravel()
        with h5py.File(folder / str(held[f"{number}.name"]), "w") as file:
            file.create_dataset(CELLS, data=cells.reshape(shape))
            for name in held.files:
                if name.startswith(f"{number}.other."):
                    file[name.split(".", 2)[2]] = held[name]
        number += 1
    print(f"{number} files in {folder}")


def main():
    if len(sys.argv) >= 4 and sys.argv[1] == "pack":
        pack(sys.argv[2], sys.argv[3:])
    elif len(sys.argv) == 4 and sys.argv[1] == "unpack":
        unpack(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
