"""Long measurements, each one command; nothing here is part of the timed tests."""

import os

# Figures are for one core, and a library that starts a thread per core would spoil them. Before NumPy is imported.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
