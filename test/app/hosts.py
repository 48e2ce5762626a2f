"""Two hosts for tests, as network namespaces joined by a cable (veth) whose speed and delay are shaped. Needs root."""

import os
import shutil
import subprocess
import uuid
from pathlib import Path

# What stands in for ssh: runs a command in the namespace of the host that is named, under a host name of its own.
AGENT = """#!/bin/bash
while [[ $1 == -* ]]; do shift; done
name=$1; shift
exec ip netns exec "$name" unshare --uts bash -c "hostname $name; $*"
"""


# The ranks find out by themselves that the network is gone; Open MPI's launcher has to be told to look (doc/scaling.md).
LAUNCHER_LISTENS = ["--mca", "oob_tcp_keepalive_time", "5", "--mca", "oob_tcp_keepalive_intvl", "3", "--mca",
                    "oob_tcp_keepalive_probes", "3"]


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def possible(shape="tbf rate 10gbit burst 1mb latency 10ms"):
    """Whether there can be two hosts with such a cable: root, the tools, and a kernel that knows the shape."""
    if os.geteuid() != 0 or not all(map(shutil.which, ["ip", "tc", "unshare", "mpirun"])):
        return False
    name = "caloforge-" + uuid.uuid4().hex[:6]
    try:
        ip("netns", "add", name)
        ip("-n", name, "link", "add", "switch", "type", "bridge")
        ip("netns", "exec", name, "tc", "qdisc", "add", "dev", "lo", "root", *shape.split())
        return True
    except subprocess.CalledProcessError:
        return False
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)


class TwoHosts:
    """`with TwoHosts(folder) as hosts`: hosts.mpirun(...) is a command line that starts a rank on each. Both have a
    cable to a switch, which is a namespace of its own. `count`: or as many hosts."""

    def __init__(self, folder, shape="tbf rate 10gbit burst 1mb latency 10ms", count=2):
        self.folder, self.shape = Path(folder), shape
        tag = uuid.uuid4().hex[:4]
        self.names, self.switch = [f"cf{tag}{letter}" for letter in "abcdefgh"[:count]], f"cf{tag}s"

    def __enter__(self):
        ip("netns", "add", self.switch)
        ip("-n", self.switch, "link", "add", "switch", "type", "bridge")
        ip("-n", self.switch, "link", "set", "switch", "up")
        hosts = self.folder / "hosts"
        hosts.write_text("127.0.0.1 localhost\n" + "".join(f"10.77.0.{i + 1} {name}\n" for i, name in enumerate(self.names)))
        for i, name in enumerate(self.names):
            ip("netns", "add", name)
            # Files under /etc/netns/NAME stand before those of /etc in the namespace.
            private = Path("/etc/netns") / name
            private.mkdir(parents=True)
            shutil.copy(hosts, private / "hosts")
            ip("link", "add", name, "netns", name, "type", "veth", "peer", "name", name, "netns", self.switch)
            ip("-n", self.switch, "link", "set", name, "master", "switch", "up")
            ip("-n", name, "addr", "add", f"10.77.0.{i + 1}/24", "dev", name)
            ip("-n", name, "link", "set", name, "up")
            ip("-n", name, "link", "set", "lo", "up")
            ip("netns", "exec", name, "tc", "qdisc", "add", "dev", name, "root", *self.shape.split())
        self.agent = self.folder / "agent"
        self.agent.write_text(AGENT)
        self.agent.chmod(0o755)
        return self

    def __exit__(self, *_):
        for pid in self.pids():
            subprocess.run(["kill", "-9", str(pid)])
        for name in [*self.names, self.switch]:
            subprocess.run(["ip", "netns", "del", name])
            shutil.rmtree(Path("/etc/netns") / name, ignore_errors=True)

    def pids(self):
        listings = [subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True) for name in self.names]
        return [int(pid) for listing in listings for pid in listing.stdout.split()]

    def cut(self):
        """Nothing gets through any more, and neither host is told."""
        for name in self.names:
            ip("-n", self.switch, "link", "set", name, "nomaster")

    def mpirun(self, *command, listens=True):
        return [str(self.agent), self.names[0], "mpirun", "--allow-run-as-root", "-n", "2", "--host",
                ",".join(self.names), "--mca", "plm_rsh_agent", str(self.agent), "--bind-to", "none", "--mca", "btl", "tcp,self", "--mca",
                "btl_tcp_if_include", "10.77.0.0/24", "--mca", "oob_tcp_if_include", "10.77.0.0/24", *(LAUNCHER_LISTENS if listens else []), "-x",
                "OMP_NUM_THREADS=1", *map(str, command)]
