#!/usr/bin/env python3
"""Makes the Geant4 showers in example/ out of files of the test part (doc/data.md), which training never saw (needs h5py):

    make_example.py TARGET SOURCE... [--count N] [--bits B]

`--count`: of the first so many showers. `--bits`: cells are rounded to so many bits of their mantissa and those below
1 keV, which count as zero when they are read, are left out; of `extra` the impact points stay. Without it all is as in the
source.

    make_example.py example/geant4-electrons.h5 EleG4_0011.h5 --count 300
    make_example.py example/geant4-demo.h5 EleG4_0010.h5 EleG4_0011.h5 --bits 8
"""
import argparse

import h5py
import numpy as np

KEV = 1e-6  # GeV


def rounded(cells, bits):
    dropped = 23 - bits
    pattern = cells.view(np.uint32) + np.uint32(1 << (dropped - 1))
    kept = (pattern >> np.uint32(dropped) << np.uint32(dropped)).view(np.float32)
    return np.where(cells < KEV, np.float32(0), kept)


def add(file, name, values, attributes, per_chunk):
    made = file.create_dataset(name, data=values, chunks=(min(per_chunk, len(values)), *values.shape[1:]),
                               compression="gzip", compression_opts=9, shuffle=True)
    made.attrs.update(attributes)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("target")
    arguments.add_argument("source", nargs="+")
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--bits", type=int)
    given = arguments.parse_args()
    sources = [h5py.File(path) for path in given.source]
    with h5py.File(given.target, "w") as new:
        new.attrs.update(sources[0].attrs)
        for name in ("ECAL", "target", "extra"):
            values = np.concatenate([source[name][:] for source in sources])[: given.count]
            attributes = dict(sources[0][name].attrs)
            if given.bits and name == "ECAL":
                add(new, name, rounded(values, given.bits), attributes, 50)
            elif given.bits and name == "extra":
                add(new, "impact", values[:, 2:4], {}, len(values))
            else:
                add(new, name, values, attributes, 20)


if __name__ == "__main__":
    main()
