"""A Slurm cluster of one machine, from Debian's packages: for trials, nothing else.

Needs root, and apt-get where Slurm is not there yet. Everything but the configuration and munge's
key lives in a temporary folder; the daemons end with the context.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CONF = Path("/etc/slurm/slurm.conf")  # where jobs look for it, too
PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
# Memory is watched by polling: a container seldom lets slurmd make control groups.
CONFIGURATION = """\
ClusterName=trial
SlurmctldHost={host}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/none
OverTimeLimit=0
KillWait=5
InactiveLimit=0
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def install() -> None:
    """Slurm and munge, if a program of theirs is missing."""
    if all(shutil.which(name) for name in ("slurmctld", "slurmd", "sbatch", "munged")):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, env=environment, check=True)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[None]:
    """A running cluster, whose files but the configuration lie in ``folder``."""
    host = os.uname().nodename.split(".")[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    if CONF.exists():
        raise SystemExit(f"{CONF} is there: this machine belongs to a cluster, take another")
    CONF.write_text(
        CONFIGURATION.format(
            host=host, folder=folder, cores=os.cpu_count(), memory=memory * 9 // 10
        )
    )
    for name in ("state", "spool"):
        (folder / name).mkdir()
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    with contextlib.suppress(subprocess.CalledProcessError):  # a munged may be running
        subprocess.run(["runuser", "-u", "munge", "--", "munged"], check=True)
    daemons = [
        subprocess.Popen(["slurmctld", "-D"]),
        subprocess.Popen(["slurmd", "-D"]),
    ]
    try:
        wait_for_node()
        yield
    finally:
        for daemon in daemons:
            daemon.terminate()
        for daemon in daemons:
            daemon.wait()
        CONF.unlink()


def wait_for_node(seconds: int = 60) -> None:
    for _ in range(seconds):
        state = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True
        ).stdout.split()
        if state and set(state) <= {"idle", "mixed", "allocated"}:
            return
        time.sleep(1)
    raise SystemExit(f"the node did not come up: {state}; see slurmd.log")
