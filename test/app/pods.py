"""Pods of deploy/kubeflow/mpijob.yaml without Kubernetes: the image's files, a user, a network, processes and a host name
of their own, and what the MPI operator adds (its controller, v2beta1): keys, host file, environment. Needs root."""

import os
import shlex
import subprocess
from pathlib import Path

import yaml

from harness import REPOSITORY
from hosts import TwoHosts

MANIFEST = REPOSITORY / "deploy/kubeflow/mpijob.yaml"
HOSTFILE = "/etc/mpi/hostfile"
LAUNCHER = {"K_MPI_JOB_ROLE": "launcher", "OMPI_MCA_orte_keep_fqdn_hostnames": "true",
            "OMPI_MCA_orte_default_hostfile": HOSTFILE, "OMPI_MCA_plm_rsh_args": "-o ConnectionAttempts=10"}

# Started in a network namespace; $1 the image's files, $2 those of the volume, $3 those of the secret. Kubernetes mounts
# the latter so that they belong to root; the first process of the container is the command.
POD = """set -eu
mount --rbind /dev "$1/dev"; mount --rbind /sys "$1/sys"; mount -t proc proc "$1/proc"; mount -t tmpfs tmpfs "$1/tmp"
mount --bind "$2" "$1/data"; mount --bind "$3" "$1{keys}"
hostname "$4"; shift 3; root={root}; shift
exec chroot --userspec={user}:{user} "$root" /usr/bin/env -i HOME=/home/caloforge \\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin {environment} sh -c 'cd {folder}; exec "$0" "$@"' "$@"
"""


def documents():
    return list(yaml.safe_load_all(MANIFEST.read_text()))


class Job:
    """`with Job(root, folder) as job`: job.worker(i) and job.launcher() start the manifest's containers. `root`: the
    image's files. /data is folder/data."""

    def __init__(self, root, folder):
        self.root, self.folder, self.started = Path(root), Path(folder), []
        _, self.manifest = documents()
        self.spec = self.manifest["spec"]
        self.replicas = self.spec["mpiReplicaSpecs"]["Worker"]["replicas"]
        self.hosts = TwoHosts(folder, count=self.replicas + 1)

    def __enter__(self):
        self.data, self.keys = self.folder / "data", self.folder / "keys"
        for place in [self.data, self.keys, self.root / "data", self.root / "etc/mpi",
                      self.root / self.spec["sshAuthMountPath"].lstrip("/")]:
            place.mkdir(exist_ok=True)
        os.chown(self.data, 1000, 1000)
        self.folder.chmod(0o755)
        subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-b", "521", "-m", "PEM", "-N", "", "-f", self.keys / "id_rsa"],
                       check=True)
        (self.keys / "authorized_keys").write_text((self.keys / "id_rsa.pub").read_text())
        for path in self.keys.iterdir():
            path.chmod(0o644)
        job = self.manifest["metadata"]["name"]
        self.names = [f"{job}-worker-{i}" for i in range(self.replicas)] + [f"{job}-launcher"]
        fqdn = [f"{name}.{job}-worker.default.svc" for name in self.names]
        (self.root / HOSTFILE.lstrip("/")).write_text(
            "".join(f"{name} slots={self.spec['slotsPerWorker']}\n" for name in fqdn[:-1]))
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n" + "".join(
            f"10.77.0.{i + 1} {long} {short}\n" for i, (long, short) in enumerate(zip(fqdn, self.names))))
        self.hosts.__enter__()
        return self

    def __exit__(self, *_):
        self.hosts.__exit__()
        for pod in self.started:
            pod.wait()

    def container(self, role):
        (container,) = self.spec["mpiReplicaSpecs"][role]["template"]["spec"]["containers"]
        return container

    def start(self, index, role, said, environment, change=lambda words: words):
        container = self.container(role)
        user = self.spec["mpiReplicaSpecs"][role]["template"]["spec"]["securityContext"]["runAsUser"]
        environment = {**{entry["name"]: entry["value"] for entry in container.get("env", [])}, **environment}
        script = POD.format(keys=self.spec["sshAuthMountPath"], user=user, root=shlex.quote(str(self.root)),
                            environment=" ".join(shlex.quote(f"{name}={value}") for name, value in environment.items()),
                            folder=container["workingDir"])
        words = change([*container["command"], *container.get("args", [])])
        with open(said, "a") as out:
            self.started.append(subprocess.Popen(
                ["ip", "netns", "exec", self.hosts.names[index], "unshare", "--mount", "--uts", "--pid", "--fork",
                 "--kill-child", "bash", "-c", script, "pod", self.root, self.data, self.keys, self.names[index], *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True))
        return self.started[-1]

    def worker(self, index):
        return self.start(index, "Worker", self.folder / f"worker-{index}.said", {"K_MPI_JOB_ROLE": "worker"})

    def launcher(self, change):
        environment = {**LAUNCHER, "OMPI_MCA_orte_set_default_slots": self.spec["slotsPerWorker"]}
        return self.start(self.replicas, "Launcher", self.folder / "launcher.said", environment, change)

    def first_process(self, pod):
        """The container's process 1, seen from outside; `unshare` itself became `ip netns exec`."""
        children = Path(f"/proc/{pod.pid}/task/{pod.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def stop_hook(self, pod):
        """Starts the preStop command of a worker in its container."""
        command = self.container("Worker")["lifecycle"]["preStop"]["exec"]["command"]
        return subprocess.Popen(["nsenter", "--target", str(self.first_process(pod)), "--all", "--root", "--wd", "--setuid",
                                 "1000", "--setgid", "1000", *command], stdin=subprocess.DEVNULL)
