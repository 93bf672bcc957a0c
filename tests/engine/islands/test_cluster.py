"""Worker islands on a Dask cluster of two processes on this machine; skipped where Dask is not installed.

On a busy machine a scheduler and its workers take many times as long to start and to answer.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xnet import XNetRegressor
from xnet.engine import Budget, Problem
from xnet.engine.islands import cluster as clusters
from xnet.engine.islands.cluster import ClusterError, connect
from xnet.engine.islands.islands import Islands, search_on_islands

ROOT = Path(__file__).resolve().parents[3]


def on_a_cluster(test: Any) -> Any:
    """Marks of a test with a scheduler: Dask warns of what is not ours, and a busy machine needs minutes."""
    for mark in (pytest.mark.slow, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(600)):
        test = mark(test)
    return test


def noisy() -> Problem:
    """A problem that a dozen steps do not solve."""
    rng = np.random.default_rng(3)
    X = rng.uniform(0.5, 3, (80, 3))
    return Problem.from_arrays(X, np.sin(2 * X[:, 0]) * X[:, 1] + np.exp(-X[:, 2]) + 0.1 * rng.normal(size=80), seed=1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    import dask

    with pytest.MonkeyPatch.context() as patch, dask.config.set({"distributed.comm.timeouts.connect": "120s"}):
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        patch.setattr(clusters, "PATIENCE_S", 120.0)
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                                      dashboard_address=None) as local:
            yield local


def front_of(problem: Problem, steps: int, cluster: Any = None) -> list[Any]:
    state, _ = search_on_islands(problem, Budget(steps=steps), 3, cluster=cluster)
    return [(entry.network, entry.loss) for entry in state.front]


@on_a_cluster
def test_a_cluster_finds_what_one_machine_finds(cluster: Any) -> None:
    alone = front_of(noisy(), 14)
    assert front_of(noisy(), 14, cluster.scheduler_address) == alone


@on_a_cluster
def test_a_worker_that_is_killed_costs_nothing_but_its_epoch(cluster: Any) -> None:
    alone = front_of(noisy(), 17)
    with connect(cluster.scheduler_address) as executor, Islands(noisy(), 3, executor) as islands:
        state, _ = islands.advance(islands.start(), Budget(steps=11))
        pids = executor.client.run(os.getpid)
        killer = threading.Timer(0.3, os.kill, (next(iter(pids.values())), 9))
        killer.start()
        state, _ = islands.advance(state, Budget(steps=6))
        killer.join()
    assert [(entry.network, entry.loss) for entry in state.front] == alone


@on_a_cluster
def test_the_estimator_searches_on_a_cluster(cluster: Any) -> None:
    X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    model = XNetRegressor(budget_seconds=5, random_state=0, cluster=cluster.scheduler_address)
    model.fit(X, 2 * X[:, 0] ** 2 / X[:, 1])
    assert model.formula_ == "2*x0**2/x1"


@on_a_cluster
def test_workers_of_another_version_are_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "__version__", "9.9")
    with pytest.raises(ClusterError, match=r"has X-Net .*, and this machine has 9\.9\. Install the same versions"), \
            connect(cluster.scheduler_address):
        pass


@on_a_cluster
def test_an_address_without_a_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(clusters, "PATIENCE_S", 1.0)
    begun = time.monotonic()
    for address in ("tcp://127.0.0.1:9", "no address", ""):
        with pytest.raises(ClusterError, match="No Dask scheduler answers at"), connect(address):
            pass
    assert time.monotonic() - begun < 300


def test_without_dask_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'xnet-discovery\[cluster\]'"):
        XNetRegressor(cluster="tcp://127.0.0.1:8786").fit([[1.0], [2.0], [3.0], [4.0]], [1.0, 2.0, 3.0, 4.5])


def test_a_worker_that_dies_while_its_versions_are_asked_for_is_left_out() -> None:
    class Client:
        asked = 0

        def wait_for_workers(self, count: int, timeout: float) -> None:
            pass

        def run(self, function: Callable[[], dict[str, str]]) -> dict[str, dict[str, str]]:
            self.asked += 1
            if self.asked == 1:
                raise OSError("in <TCP (closed)>: Stream is closed")
            return {"tcp://b": function()}

        def scheduler_info(self, n_workers: int) -> dict[str, dict[str, None]]:
            return {"workers": {"tcp://b": None}}

    pytest.importorskip("distributed")
    with connect(Client()) as executor:
        assert executor.n_islands == 2
