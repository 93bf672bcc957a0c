"""Worker islands on the workers of a Dask cluster (`dask.distributed`, the extra `cluster`).

    with connect("tcp://192.0.2.1:8786") as cluster, Islands(problem, cluster.n_islands, cluster) as islands:
        ...

Dask sends pickles in both directions: whoever can reach the scheduler can run code on this machine and on the workers.
So a cluster is one's own, in a closed network, or behind TLS (`distributed.Security`, with a `Client` of one's own).
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from xnet.engine.search.state import Island
from xnet.errors import XNetError
from xnet.version import __version__

#: Seconds to wait for the scheduler, and for the first worker.
PATIENCE_S = 10.0
#: Packages whose version must be that of the workers: they decide the numbers, or what a pickle means.
_PACKAGES = ("numpy", "scipy", "distributed")


class ClusterError(XNetError, ValueError):
    """A cluster cannot be used; the message says why and what to do."""


def versions() -> dict[str, str]:
    """The versions in this process that must be equal on all machines of a search."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"X-Net": __version__, "Python": python, **{package: version(package) for package in _PACKAGES}}


class Cluster:
    """An executor for worker islands (`xnet.engine.islands.workers.Executor`); see `connect`.

    A worker keeps the problem of its island. If it dies, Dask gives the epoch to another worker, also to one that
    joined late.

    Args:
        client: a `distributed.Client`.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.addresses = sorted(client.scheduler_info(n_workers=-1)["workers"])
        self._sent: tuple[bytes, Any] | None = None

    @property
    def n_islands(self) -> int:
        """One island here, and one on each worker."""
        return len(self.addresses) + 1

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Call a function on a worker: that of the island among the arguments, if it lives."""
        number = next((a.number for a in arguments if isinstance(a, Island)), 1)
        sent = [self._on_workers(a) if isinstance(a, bytes) else a for a in arguments]
        return self.client.submit(function, *sent, pure=False, allow_other_workers=True,
                                  workers=[self.addresses[(number - 1) % len(self.addresses)]])

    def _on_workers(self, content: bytes) -> Any:
        """A pickled problem as data that all workers hold; it is sent once."""
        if self._sent is None or self._sent[0] is not content:
            [future] = self.client.scatter([content], broadcast=True, hash=False)
            self._sent = content, future
        return self._sent[1]


@contextmanager
def connect(cluster: Any) -> Iterator[Cluster]:
    """The executor for a cluster; a connection that is made here is closed in the end.

    Args:
        cluster: the address of a Dask scheduler such as `tcp://host:8786`, or a `distributed.Client`, which stays open.

    Raises:
        ClusterError: Dask is not installed, no scheduler or no worker answers, or a worker has other versions.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError("A cluster needs the package distributed. Install it here and on the workers with: "
                           "pip install 'xnet-discovery[cluster]'") from None
    if not isinstance(cluster, str):
        yield _checked(cluster)
        return
    try:
        client = Client(cluster, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ClusterError(f"No Dask scheduler answers at {cluster!r}. Start one with `dask scheduler`, and give its "
                           "address, such as tcp://host:8786.") from error
    with client:
        yield _checked(client)


def _checked(client: Any) -> Cluster:
    """The executor for a client whose workers can compute for this process.

    Raises:
        ClusterError: there is no worker, or one has other versions or no X-Net.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise ClusterError("The cluster has no workers. Start them with `dask worker ADDRESS`, then search again."
                           ) from error
    try:
        found = _versions_of_workers(client)
    except Exception as error:  # whatever a worker without this package raises when it reads the call
        raise ClusterError("The workers of the cluster cannot import X-Net, or another version of it. Install X-Net "
                           f"{__version__} on them.") from error
    here = versions()
    for address, there in sorted(found.items()):
        if wrong := [name for name in here if there.get(name) != here[name]]:
            raise ClusterError(f"The worker {address} has {wrong[0]} {there.get(wrong[0])}, and this machine has "
                               f"{here[wrong[0]]}. Install the same versions on all machines.")
    return Cluster(client)


def _versions_of_workers(client: Any) -> dict[str, dict[str, str]]:
    """Address -> versions; asked again if a worker dies meanwhile."""
    try:
        return dict(client.run(versions))
    except OSError:  # the connection is closed
        client.wait_for_workers(1, timeout=PATIENCE_S)
        return dict(client.run(versions))
