"""Environment variables that limit numerical libraries to one thread per process.

X-Net runs several processes side by side and multiplies small matrices: extra threads inside one product would only
compete for the same cores. This module imports neither NumPy nor anything else slow, because OpenMP, OpenBLAS and MKL
read their variables once, when NumPy is loaded.
"""

from __future__ import annotations

import os

#: Variables for the environment of a process that computes.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def use_one_thread() -> None:
    """Set the variables in this process, except those that the user has set; call it before NumPy is imported."""
    for variable, value in ONE_THREAD.items():
        os.environ.setdefault(variable, value)
