"""The container image of deploy/Containerfile without a container engine: its last stage carried out in a folder, chroot
for RUN. Needs root and debootstrap, and Debian's packages from the network."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import PROGRAM, REPOSITORY

CONTAINERFILE = REPOSITORY / "deploy/Containerfile"
PREFIX = "/opt/caloforge"


def instructions(text):
    """[(instruction, rest)], continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines) + "\n")
    return [tuple(line.split(None, 1)) for line in joined.splitlines()]


def stages(text):
    """One list of instructions for each FROM."""
    out = []
    for instruction, rest in instructions(text):
        if instruction == "FROM":
            out.append([])
        out[-1].append((instruction, rest))
    return out


def missing():
    """What this machine lacks to make the image, or nothing."""
    return "no root" if os.geteuid() != 0 else " ".join(tool for tool in ["debootstrap", "chroot"] if not shutil.which(tool))


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def install(prefix):
    """What the build stage leaves in /opt/caloforge, from the build that is tested (or the installation CALOFORGE_PREFIX)."""
    given = os.environ.get("CALOFORGE_PREFIX")
    if given:
        shutil.copytree(given, prefix)
    else:
        run("cmake", "--install", PROGRAM.parent.parent, "--prefix", prefix)
    # The stage's own command that puts libtorch there.
    (libtorch,) = [rest for name, rest in stages(CONTAINERFILE.read_text())[0] if name == "RUN" and "ldd" in rest]
    run("sh", "-ec", libtorch.replace(PREFIX, str(prefix)))


def make(folder):
    """The image's files in folder/root."""
    folder = Path(folder)
    root, prefix = folder / "root", folder / "prefix"
    install(prefix)
    last = stages(CONTAINERFILE.read_text())[-1]
    release = {"12": "bookworm"}[re.fullmatch(r"FROM docker\.io/library/debian:(\d+)-slim", " ".join(last[0])).group(1)]
    run("debootstrap", "--variant=minbase", release, root)
    # The machine's own way to Debian's packages.
    for place in ["apt.conf.d", "sources.list.d"]:
        for path in Path("/etc/apt", place).glob("*"):
            if path.suffix in ["", ".conf", ".list", ".sources"] and not (root / "etc/apt" / place / path.name).exists():
                shutil.copy(path, root / "etc/apt" / place)
    for instruction, rest in last[1:]:
        if instruction == "RUN":
            run("chroot", root, "sh", "-ec", rest, env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})
        elif instruction == "COPY":
            copy(rest.split(), root, prefix)
        elif instruction not in ["USER", "WORKDIR", "CMD"]:
            raise RuntimeError(f"what does {instruction} do?")
    return root


def copy(words, root, prefix):
    from_build = words[0] == "--from=build"
    *sources, target = words[from_build:]
    into = root / target.lstrip("/")
    into.parent.mkdir(parents=True, exist_ok=True)
    for source in sources:
        if from_build:
            shutil.copytree(str(prefix) + source.removeprefix(PREFIX), into, symlinks=True)
        else:
            shutil.copy(REPOSITORY / source, into)
