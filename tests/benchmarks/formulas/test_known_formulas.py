"""Known formulas are read and sampled."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.folders import ROOT
from benchmarks.formulas.known_formulas import load


def test_formulas_are_loaded_by_family_and_by_name():
    assert [f.name for f in load()] == ["Line", "Wave", "Cube"]
    assert [f.name for f in load("Harder", "Line")] == ["Line", "Cube"]
    with pytest.raises(SystemExit, match="No formula or family is named Nguyen"):
        load("Nguyen")


def test_the_unseen_formulas_can_be_sampled():
    unseen = load(file=ROOT / "benchmarks" / "unseen.csv")
    assert len({f.name for f in unseen}) == len(unseen) > 60
    for formula in unseen:
        X, y = formula.sample(50, 0)
        assert np.isfinite(X).all()
        assert np.isfinite(y).all()
        assert y.std() > 0
