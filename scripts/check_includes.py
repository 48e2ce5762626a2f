#!/usr/bin/env python3
"""Proves that the folders depend on each other in one direction only.

Checks every #include in src/, app/, plugin/ and python/ against the table below: a folder includes itself, core, the
folders in its row and what those may include; never a higher rank, never a neighbour of its own rank. Every
third-party library has its owners, and headers of other folders do not expose the heavy ones even through another header.

    scripts/check_includes.py [ROOT]        exits 1 and names file:line of every include that breaks a rule
"""

import re
import sys
from pathlib import Path

# folder: (rank, folders it may include beside core)
HOUSE = {
    "src/core": (0, []),
    "src/sample": (1, []),
    "src/geometry": (1, []),
    "src/comm": (1, []),
    "src/kernels": (1, []),
    "src/montecarlo": (2, ["sample", "geometry"]),
    "src/data": (2, ["sample", "geometry"]),
    "src/network": (2, ["sample"]),
    "src/graph": (3, ["network"]),
    "src/model": (3, ["network", "geometry", "kernels"]),
    "src/engine": (4, ["graph", "kernels"]),
    "src/engine/cuda": (5, ["engine"]),
    "src/engine/cuda/device": (6, ["engine/cuda"]),
    "src/export": (4, ["graph"]),
    "src/train": (4, ["model", "data", "comm"]),
    "src/family": (5, ["train", "network", "model", "data"]),
    "src/validate/statistics": (2, ["sample"]),
    "src/validate/classifier": (3, ["validate/statistics"]),
    "src/validate/classifier/network": (4, ["validate/classifier"]),
    "src/validate/classifier/trees": (4, ["validate/classifier"]),
    "src/validate/calochallenge": (4, ["validate/classifier", "validate/statistics", "data", "geometry"]),
    "src/validate/figure": (3, ["validate/statistics"]),
    "src/validate/shower": (3, ["validate/statistics", "data", "geometry"]),
    "src/validate": (4, ["validate/shower", "validate/classifier", "validate/figure"]),
    "src/infer": (5, ["engine", "sample", "geometry"]),
    "src/infer/torch": (6, ["infer", "model"]),
    "src/infer/cuda": (7, ["infer", "engine/cuda/device"]),
    "src/capi": (6, ["infer"]),
    "src/serve": (6, ["infer"]),
    "plugin/geant4": (6, ["infer"]),
    "src/study": (7, ["infer", "comm", "validate", "montecarlo"]),
    "app/plugin": (9, None),
    "python": (8, None),
    "app": (8, None),  # all of src
}

# library: (pattern of its headers, folders that may include it, folders where only .cc files may)
THIRD_PARTY = {
    "HDF5": (r"(hdf5|H5)\w*\.(h|hpp)$|highfive/", ["src/data"], []),
    "Expat": (r"expat(_external)?\.h$", [], ["src/data"]),
    "libtorch": (r"(torch|ATen|c10|caffe2)/", ["src/model", "src/train", "src/family", "src/infer/torch"],
                 ["src/validate/classifier/network"]),
    "XGBoost": (r"xgboost/", [], ["src/validate/classifier/trees"]),
    "Eigen": (r"(Eigen|unsupported)/", [], ["src/validate/statistics"]),
    "cairo": (r"cairo", [], ["src/validate/figure"]),
    "CUDA": (r"cuda(_\w+)?\.h$|(device_launch_parameters|cooperative_groups)\.h$", ["src/engine/cuda/device"], []),
    "MPI": (r"mpi\.h$", ["src/comm"], []),
    "NCCL": (r"nccl\.h$", ["src/comm"], []),
    "gRPC": (r"(grpc|grpcpp)/", ["src/serve"], []),
    "CLI11": (r"CLI/", ["app"], []),
    "toml++": (r"(toml\+\+|tomlplusplus)/|toml\.hpp$", ["src/core"], []),
    "xxHash": (r"(xxhash|xxh3)\.h$", ["src/core"], []),
    "Random123": (r"Random123/", ["src/core"], []),
    "Highway": (r"hwy/", ["src/kernels", "src/montecarlo"], []),
    "ONNX": (r"onnx/(onnx_pb|checker|shape_inference/\w+)\.h$|google/protobuf/", ["src/export"], []),
    "spdlog": (r"spdlog/", ["src/core"], []),
}

# Compiling these costs so much that only who uses them shall pay.
NOT_EXPOSED = ["HDF5", "libtorch", "MPI", "CUDA", "gRPC"]

TOPS = ["src", "app", "plugin", "python"]
SUFFIXES = {".cc", ".hh", ".cpp", ".hpp", ".h", ".cu", ".cuh", ".in"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def without_comments(text):
    """The text with comments blanked and the line numbers kept. (A // inside an include path does not occur.)"""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def includes(path):
    """(line, quoted?, path) of every #include in a file."""
    text = without_comments(path.read_text(encoding="utf-8", errors="replace"))
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1) == '"', match.group(2)


def reachable(folder):
    """The folders of src that `folder` may include, through others too."""
    direct = HOUSE[folder][1]
    if direct is None:
        return {name for name in HOUSE if name.startswith("src/")}
    found = {folder, "src/core"}
    for name in direct:
        found |= reachable("src/" + name)
    return found


def folder_of(relative):
    """The row of HOUSE that a file (a path relative to the root) belongs to, that of the longest folder, or None."""
    for folder in relative.parents:
        if folder.as_posix() in HOUSE:
            return folder.as_posix()
    return None


class Checker:
    def __init__(self, root):
        self.root = Path(root)
        self.files = sorted(
            path.relative_to(self.root)
            for top in TOPS
            for path in (self.root / top).rglob("*")
            if path.is_file() and path.suffix in SUFFIXES
        )
        self.problems = []
        self.count = 0

    def resolve(self, source, name):
        """The project file that an include names, relative to the root, or None."""
        for base in (source.parent, Path("src"), Path(".")):
            for candidate in (base / name, base / (name + ".in")):
                if (self.root / candidate).is_file():
                    return candidate
        return None

    def check_project(self, folder, place, name, target):
        owner = folder_of(target)
        if owner == folder or owner in reachable(folder):
            return
        if owner is None:
            self.problems.append(f"{place}: {name} lies outside the folders of the house. Move it to one?")
            return
        rank, theirs = HOUSE[folder][0], HOUSE[owner][0]
        relation = "a higher rank" if theirs > rank else "the same rank" if theirs == rank else "not in its row"
        self.problems.append(f"{place}: {folder} (rank {rank}) must not include {name} ({owner}: rank {theirs}, {relation})")

    def check_third_party(self, folder, source, place, name):
        for library, (pattern, owners, in_sources) in THIRD_PARTY.items():
            if not re.match(pattern, name):
                continue
            allowed = folder in owners or (folder in in_sources and source.suffix == ".cc")
            if not allowed:
                rule = ", ".join(owners + [f"{name}/*.cc" for name in in_sources])
                self.problems.append(f"{place}: {folder} must not include {name} ({library} belongs to {rule})")

    def exposed(self, header, seen):
        """{library: header that includes it} for all that including `header` brings along."""
        found = {}
        if header in seen:
            return found
        seen.add(header)
        for _, _, name in includes(self.root / header):
            for library in NOT_EXPOSED:
                if re.match(THIRD_PARTY[library][0], name):
                    found[library] = header
            target = self.resolve(header, name)
            if target is not None:
                found = self.exposed(target, seen) | found
        return found

    def check_file(self, source):
        folder = folder_of(source)
        if folder is None:
            self.problems.append(f"{source}: its folder has no row in the table of scripts/check_includes.py")
            return
        for line, quoted, name in includes(self.root / source):
            self.count += 1
            place = f"{source}:{line}"
            if ".." in Path(name).parts:
                self.problems.append(f"{place}: {name} climbs out of its folder. Write \"module/File.hh\"?")
                continue
            target = self.resolve(source, name)
            if target is not None:
                self.check_project(folder, place, name, target)
            elif quoted and "src/" + name.split("/")[0] in HOUSE:
                self.problems.append(f"{place}: there is no {name}")
            else:
                self.check_third_party(folder, source, place, name)
        if source.suffix in (".hh", ".h", ".hpp"):
            for library, header in sorted(self.exposed(source, set()).items()):
                if header != source and folder not in THIRD_PARTY[library][1]:
                    self.problems.append(f"{source}: this header exposes {library} (through {header})")

    def run(self):
        for source in self.files:
            self.check_file(source)
        return self.problems


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    checker = Checker(root)
    problems = checker.run()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not checker.files:
        problems.append("nothing to check")
        print(f"check_includes: no source file under {root}", file=sys.stderr)
    if not problems:
        print(f"check_includes: {checker.count} includes in {len(checker.files)} files point the right way")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
