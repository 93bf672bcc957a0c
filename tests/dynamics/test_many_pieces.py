"""Many linked pieces: sparse matrices in the place of dense ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import issparse

from xnet.dynamics import trajectory_fit
from xnet.dynamics.integral_matching import IntegralRows
from xnet.dynamics.joint_selection import JointSelection
from xnet.dynamics.observations import observe
from xnet.dynamics.sensitivities import _outside
from xnet.dynamics.trajectories import from_arrays


def test_many_linked_windows_take_the_same_steps_with_sparse_matrices(predator_prey, monkeypatch):
    """The dense matrices of 10,000 windows filled 20 GB."""
    system, t, X = predator_prey
    observed = observe(from_arrays(t, X + 0.02 * np.random.default_rng(0).normal(size=X.shape), states=system.states))
    selection = JointSelection(observed, IntegralRows(observed))
    model, start = selection.model_of_links(), system.with_constants(system.constants * 1.1)
    dense = model.fit(start, max_steps=3)
    parts = _outside(np.column_stack([dense.residuals, dense.J[:, 1]]), dense.J, np.array([0, 1]))

    monkeypatch.setattr(trajectory_fit, "_MANY", 0)
    sparse = model.fit(start, max_steps=3)

    assert issparse(sparse.J)
    assert sparse.system.constants == pytest.approx(dense.system.constants, rel=1e-7)
    assert sparse.residuals == pytest.approx(dense.residuals, abs=1e-6)
    assert sparse.J.toarray() == pytest.approx(dense.J, rel=1e-5, abs=1e-4)
    assert _outside(np.column_stack([dense.residuals, dense.J[:, 1]]), sparse.J, np.array([0, 1])) == pytest.approx(
        parts, abs=1e-4 * np.abs(parts).max())
