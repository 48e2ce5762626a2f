#!/usr/bin/env python3
"""Cuts example/geant4-electrons.h5 out of a file of Geant4 showers: make_example.py SOURCE COUNT TARGET (needs h5py).

The source must belong to the test part (doc/data.md): the demo compares with showers that training never saw.
"""
import sys

import h5py


def main() -> None:
    source, count, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        for name in ("ECAL", "target", "extra"):
            values = old[name][:count]
            made = new.create_dataset(
                name, data=values, chunks=(min(20, count), *values.shape[1:]), compression="gzip",
                compression_opts=9, shuffle=True)
            for key, value in old[name].attrs.items():
                made.attrs[key] = value


if __name__ == "__main__":
    main()
