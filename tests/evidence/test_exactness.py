"""A formula is called exact only where the rows can tell, and digits are claimed of the rows that have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry
from xnet.engine.front.support import with_support
from xnet.engine.search.stopping import is_exact
from xnet.evidence.comparison import compare
from xnet.evidence.exactness import exactness
from xnet.evidence.verdict import Verdict, verdict
from xnet.evidence.weighted_rows import WeightedRows
from xnet.evidence.wide_target import wide_target_sentence

RNG = np.random.default_rng(4)
GRID = np.round(RNG.uniform(0.0, 1.0, 60), 3)[:, None]
#: A cubic whose zeros lie beside three rows: it is 0 in all other rows.
SPIKES = read_formula(f"1e-14/((x - {float(GRID[3, 0]) + 1e-13!r})*(x - {float(GRID[9, 0]) + 2e-13!r})"
                      f"*(x - {float(GRID[20, 0]) - 1e-13!r}))", ("x",))
VALUES = SPIKES.evaluate(GRID)
RARE = np.where(np.abs(VALUES) < 1e-6, 0.0, VALUES)
DECADES = 10.0 ** RNG.uniform(-2.0, 4.0, (120, 1))
CUBE = read_formula("x**3", ("x",))
MISSED = DECADES[:, 0] ** 3 + 0.01 * DECADES[:, 0]


def judged(text: str, X: np.ndarray, y: np.ndarray, n_train: int, counted: int = 0) -> Verdict:
    network = read_formula(text, tuple(f"x{j}" for j in range(X.shape[1])) if X.shape[1] > 1 else ("x",))
    held_out = (X[n_train:], y[n_train:]) if n_train < len(y) else None
    return verdict(compare(network, (X[:n_train], y[:n_train]), held_out, counted))


def test_three_rows_that_differ_prove_no_formula_of_as_many_constants() -> None:
    assert np.count_nonzero(RARE) == 3
    assert RARE[48:].max() == 0
    found = verdict(compare(SPIKES, (GRID[:48], RARE[:48]), (GRID[48:], RARE[48:]), 3))
    assert found.level == "mean"
    assert "nine digits" not in found.sentence
    assert any("does not vary in the held-out rows" in caution for caution in found.cautions)
    alone = verdict(compare(SPIKES, (GRID, RARE), None, 3))
    assert alone.level != "exact"
    said = "Only 3 of 60 training rows differ from the most frequent value"
    assert any(said in caution for caution in alone.cautions)


def test_the_search_does_not_end_on_such_a_formula() -> None:
    held_out = np.arange(60) >= 48
    rare = Problem.from_arrays(GRID, RARE, holdout=held_out)
    assert not is_exact(replace(with_support(make_entry(SPIKES, rare), rare), loss=0.0), rare)
    law = Problem.from_arrays(GRID, GRID[:, 0] ** 3, holdout=held_out)
    assert is_exact(with_support(make_entry(CUBE, law), law), law)


def test_laws_of_few_rows_and_of_steps_stay_exact() -> None:
    few = np.linspace(1.0, 3.0, 6)[:, None]
    assert judged("2.5*x**2 - 0.75*x + 1.5", few, 2.5 * few[:, 0] ** 2 - 0.75 * few[:, 0] + 1.5, 6, 3).level == "exact"
    planets = np.array([0.387, 0.723, 1.0, 1.524, 5.203, 9.537, 19.19, 30.07])[:, None]
    assert judged("x**1.5", planets, planets[:, 0] ** 1.5, 7, 1).level == "exact"
    steps = judged("step(x - 0.5005)", GRID, (GRID[:, 0] > 0.5005).astype(float), 48, 1)
    assert (steps.level, steps.cautions) == ("exact", ())


def test_digits_of_small_values_are_not_claimed_where_they_are_missed() -> None:
    found = verdict(compare(CUBE, (DECADES[:96], MISSED[:96]), (DECADES[96:], MISSED[96:]), 0))
    assert found.level == "strong"
    wrong = int((np.abs(CUBE.evaluate(DECADES) - MISSED) > 1e-9 * MISSED).sum())
    assert f"in {wrong} of 120 rows the error exceeds 1e-9 of the value" in found.sentence
    assert "nine digits" not in found.sentence
    advice = wide_target_sentence(CUBE, Problem.from_arrays(DECADES, MISSED))
    assert "a tenth of all rows have a relative error above" in advice
    assert "--loss relative" in advice


def test_an_exact_law_over_decades_fits_to_nine_digits() -> None:
    y = DECADES[:, 0] ** 3
    found = verdict(compare(CUBE, (DECADES[:96], y[:96]), (DECADES[96:], y[96:]), 0))
    assert found.sentence == ("It fits every held-out row to nine digits: no error exceeds 1e-9 of the value in its "
                              "row.")
    assert wide_target_sentence(CUBE, Problem.from_arrays(DECADES, y)) == ""


def test_an_exact_law_is_exact_under_every_loss() -> None:
    held_out = np.arange(120) >= 96
    for loss in ("relative", "log", "absolute"):
        problem = Problem.from_arrays(DECADES, DECADES[:, 0] ** 3, loss=loss, holdout=held_out)
        parts = [WeightedRows(rows.columns.T, rows.y) for rows in (problem.train, problem.holdout) if rows is not None]
        assert verdict(compare(CUBE, *parts, 0, problem.train.loss_function)).level == "exact"


def test_values_near_zero_and_decimals_of_a_file_are_rounding() -> None:
    x = RNG.uniform(0.0, 10.0, (80, 1))
    near = exactness(read_formula("sin(x)", ("x",)), WeightedRows(x, np.sin(x[:, 0]) + 3e-11), None, 0.5, 0)
    assert near.proved
    assert not near.by_row
    assert "1e-9 of the target's spread" in near.sentence("row")
    rounded = exactness(CUBE, WeightedRows(DECADES, np.maximum(np.round(DECADES[:, 0] ** 3, 4), 1e-4)), None, 1e22, 0)
    assert rounded.by_spread


def test_one_row_that_differs_shows_nothing() -> None:
    y = np.full(60, 3.7)
    y[30] = 5.0
    spike = read_formula(f"3.7 + 1.3*exp(-1000*(x - {float(GRID[30, 0])!r})**2)", ("x",))
    found = verdict(compare(spike, (GRID, y), None, 3))
    assert found.level == "mean"
    assert found.sentence.startswith("Only 1 of 60 rows differs from 3.7")
