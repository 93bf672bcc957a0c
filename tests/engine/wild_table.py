"""A table of a law with a little noise, and the same table with two wild rows (5 and 30, counted from 0)."""

from __future__ import annotations

import numpy as np

_RNG = np.random.default_rng(0)
X = np.column_stack([_RNG.uniform(1, 5, 60), _RNG.uniform(0, 6, 60)])
LAW = 3.25 * X[:, 0] * np.exp(-0.5 * X[:, 1])
NOISY = LAW + 0.03 * LAW.std() * _RNG.normal(size=60)
WILD = NOISY.copy()
WILD[[5, 30]] += [12.0, -9.0]
