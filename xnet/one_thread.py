"""Environments of processes that compute: their numerical libraries use one thread each.

X-Net runs several processes side by side and multiplies small matrices: extra threads inside one product would only
compete for the same cores. This module imports neither NumPy nor anything else slow, because OpenMP, OpenBLAS and MKL
read their variables once, when NumPy is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path

#: Variables for the environment of a process that computes.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def child_environment(*paths: str) -> dict[str, str]:
    """The environment of a Python child process: it can import this package, and its libraries use one thread each.

    Args:
        paths: further entries of PYTHONPATH, behind the folder of this package.
    """
    home = str(Path(__file__).resolve().parents[1])
    return os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(p for p in (home, *paths) if p))}


def use_one_thread() -> None:
    """Set the variables in this process, except those that the user has set; call it before NumPy is imported."""
    for variable, value in ONE_THREAD.items():
        os.environ.setdefault(variable, value)
