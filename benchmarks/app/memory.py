"""Peak memory of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import psutil

from benchmarks.folders import ROOT
from xnet.one_thread import ONE_THREAD
from xnet.runs import create_run
from xnet.tables.samples import list_samples, load_sample


def memory(seconds: float) -> None:
    """Print the peak memory of a worker on each sample table."""
    sizes: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="xnet_bench_") as folder:
        for sample in list_samples():
            table = load_sample(sample.name)
            run = create_run(table.frame, target=str(table.suggested_target), inputs=table.suggested_inputs or (),
                             source=sample.name, seconds=seconds, root=folder)
            worker = subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", str(run.folder)], cwd=ROOT,
                                      stdin=subprocess.PIPE, env=os.environ | ONE_THREAD)
            sizes[sample.name] = _peak_memory(psutil.Process(worker.pid))
            worker.communicate()
            if run.status()["state"] != "finished":
                print(f"{sample.name}: {run.status()['message']}")
    print("peak memory of a worker: " + ", ".join(f"{name} {mib:.0f}" for name, mib in sizes.items()) + " MiB")
    print(f"largest of {len(sizes)} tables, {seconds:.0f} s each: {max(sizes.values()):.0f} MiB (target: under 1024)")


def _peak_memory(worker: psutil.Process) -> float:
    """Peak memory in MiB, from 50 samples a second until the process ends."""
    most = 0
    try:
        while worker.status() != psutil.STATUS_ZOMBIE:
            most = max(most, worker.memory_info().rss)
            time.sleep(0.02)
    except psutil.NoSuchProcess:
        pass
    return most / 2**20
