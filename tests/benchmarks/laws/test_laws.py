"""Laws composed at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.formulas.known_formulas import load
from benchmarks.laws.command import main
from benchmarks.laws.composition import laws
from benchmarks.laws.sums import sums


def test_laws_composed_at_random_are_the_same_for_the_same_seed(tmp_path: Path):
    rows = list(laws(32, 3))
    assert rows == list(laws(32, 3))
    assert {r["formula"] for r in rows}.isdisjoint(r["formula"] for r in laws(32, 4) if len(r["formula"]) > 20)
    main(["--count", "20", "--seed", "3", "--csv", str(tmp_path / "laws.csv")])
    for formula in load(file=tmp_path / "laws.csv"):
        assert 2 <= len(formula.variables) <= 9
        assert np.isfinite(formula.sample(200, 0)[1]).all()
        assert (formula.low < formula.high).all()


def test_sums_composed_at_random_are_the_same_for_the_same_seed(tmp_path: Path):
    rows = list(sums(32, 3))
    assert rows == list(sums(32, 3))
    assert {r["formula"] for r in rows}.isdisjoint(r["formula"] for r in sums(32, 4))
    main(["--kind", "sums", "--count", "20", "--seed", "3", "--csv", str(tmp_path / "sums.csv")])
    read = load(file=tmp_path / "sums.csv")
    assert len(read) == 20
    for formula in read:
        assert np.isfinite(formula.sample(200, 0)[1]).all()
        assert np.ptp(formula.sample(200, 0)[1]) > 0
