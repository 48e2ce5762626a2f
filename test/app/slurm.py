"""A Slurm cluster for tests: two nodes of one core on this machine, which live in one folder. Needs root, slurm-wlm, munge."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

NODES = 2
# Both nodes are this machine, so the cores they claim are not looked up, nor are control groups, which a container lacks.
# %n is the node: PMIx of both would else meet in /tmp. A requeued job waits until its credentials have expired.
CONFIGURATION = """ClusterName=caloforge
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
TmpFS={folder}/tmp-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=n[1-{nodes}] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{first}-{last}] CPUs=1
PartitionName=test Nodes=n[1-{nodes}] Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """What this machine lacks for such a cluster, or nothing."""
    tools = [tool for tool in ["munged", "slurmctld", "slurmd", "sbatch", "srun", "mpirun"] if not shutil.which(tool)]
    return "no root" if os.geteuid() != 0 else " ".join(tools)


def free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    for first in range(16800, 20000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Cluster:
    """`with Cluster(folder) as cluster`: cluster.call("sbatch", ...) is a command of a user."""

    def __init__(self, folder):
        self.folder, self.daemons = Path(folder), []

    def __enter__(self):
        ports, host = free_ports(NODES + 1), socket.gethostname().split(".")[0]
        for name in ["state", *(f"tmp-n{i + 1}" for i in range(NODES)), *(f"spool-n{i + 1}" for i in range(NODES))]:
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)  # munged insists that everyone reaches its socket
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder, host=host, controller=ports, first=ports + 1,
                                                      last=ports + NODES, nodes=NODES))
        self.environment = {**os.environ, "SLURM_CONF": str(configuration)}
        try:
            # --force: a folder below /tmp is no place for a key that matters.
            self.start("munged", "--foreground", "--force", *(f"--{name}={self.folder}/munge.{ending}" for name, ending in [
                ("key-file", "key"), ("socket", "socket"), ("pid-file", "pid"), ("seed-file", "seed"), ("log-file", "log")]))
            self.until(lambda: (self.folder / "munge.socket").exists(), 10, "munged does not start")
            self.start("slurmctld", "-D", "-i")
            for i in range(NODES):
                self.start("slurmd", "-D", "-N", f"n{i + 1}")
            self.until(lambda: self.call("sinfo", "-h", "-t", "idle", "-o", "%D").strip() == str(NODES), 60,
                       "the nodes do not come up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, *command):
        with open(self.folder / f"{command[0]}{len(self.daemons)}.said", "w") as said:
            self.daemons.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=said,
                                                 stderr=said, start_new_session=True))

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for pid in self.strays():
            os.kill(pid, signal.SIGKILL)

    def strays(self):
        """Processes of the cluster's jobs and their guardians."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"SLURM_CONF={self.folder}/".encode() in entry.read_bytes():
                    found.append(int(entry.parent.name))
            except OSError:
                continue  # it has just ended
        return found

    def until(self, holds, seconds, otherwise):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                said = [f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.said"))]
                raise AssertionError("\n".join([f"{otherwise} ({seconds} s)", *said]))
            time.sleep(0.2)

    def call(self, *command, **environment):
        done = subprocess.run([str(word) for word in command], env={**self.environment, **environment}, text=True,
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.stdout if done.returncode == 0 else ""

    def job(self, number):
        """What Slurm knows of a job: name -> value."""
        words = self.call("scontrol", "show", "job", number).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def wait_for_end(self, number, seconds):
        self.until(lambda: self.job(number)["JobState"] not in ["PENDING", "RUNNING", "COMPLETING", "REQUEUED"], seconds,
                   f"job {number} does not end")
        return self.job(number)
