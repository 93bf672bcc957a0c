"""The pick among networks that are about as good: row by row, without poles, of plain activations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.engine.helpers import net
from xnet import XNetRegressor
from xnet.engine import FrontEntry, Problem
from xnet.engine.front.entry import make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.selection import FEWEST_TO_TRUST, pick, pick_supported

RNG = np.random.default_rng(0)
HARD = RNG.exponential(0.1, 60)  # the losses of rows that are hard for every network


def entry(complexity: int, loss: float, held_out: np.ndarray, pole: bool = False, activation: str = "square",
          ) -> FrontEntry:
    return FrontEntry(net(1, ("x", 0), (activation, 0)), complexity, 0, loss, float(held_out.mean()),
                      float(held_out.std() / np.sqrt(len(held_out))), pole=pole,
                      holdout_losses=tuple(held_out.tolist()))


def test_what_is_worse_in_nearly_every_row_is_not_as_good() -> None:
    front = (entry(5, 0.11, HARD + 0.01), entry(12, 0.10, HARD))
    assert front[0].loss_holdout is not None
    assert front[0].loss_holdout < front[1].loss_holdout + front[1].holdout_error  # type: ignore[operator]
    assert pick(front, 240).complexity == 12


def test_what_is_better_in_some_rows_and_worse_in_others_is_as_good() -> None:
    front = (entry(5, 0.11, HARD + RNG.normal(0.002, 0.05, 60)), entry(12, 0.10, HARD))
    assert pick(front, 240).complexity == 5


def test_few_held_out_rows_say_nothing_alone() -> None:
    few = HARD[:FEWEST_TO_TRUST - 1]
    front = (entry(5, 0.1, few), entry(12, 0.095, few - 0.02))  # as the held-out rows have it, clearly better
    assert pick(front, 80).complexity == 5
    assert pick((entry(5, 0.2, few), front[1]), 80).complexity == 12
    many = tuple(replace(e, holdout_losses=2 * e.holdout_losses) for e in front if e.holdout_losses)
    assert pick(many, 80).complexity == 12


def test_without_a_pole_is_preferred_among_those_as_good() -> None:
    front = (entry(5, 0.11, HARD, pole=True), entry(8, 0.105, HARD), entry(12, 0.10, HARD))
    assert pick(front, 240).complexity == 8
    assert pick(tuple(replace(e, pole=True) for e in front), 240).complexity == 5
    worse = (entry(5, 0.01, HARD / 100, pole=True), entry(8, 0.105, HARD))
    assert pick(worse, 240).complexity == 5  # a law with a pole is no worse for it


def test_on_the_front_rarer_activations_have_to_be_worth_it() -> None:
    front = insert((), entry(5, 0.10, HARD))
    assert insert(front, entry(5, 0.0995, HARD, activation="tanh")) is front
    assert insert(front, entry(5, 0.0995, HARD)) is not front
    assert insert(front, entry(5, 0.09, HARD, activation="tanh"))[0].loss == 0.09


def test_the_best_supported_may_be_longer_than_what_is_as_good() -> None:
    front = (entry(1, 1.0, 9 * HARD), entry(5, 0.2, HARD), entry(9, 0.1, HARD), entry(30, 0.099, HARD))
    assert pick(front, 300).complexity == 5
    assert pick_supported(front, 300).complexity == 9
    unseen = tuple(replace(e, loss_holdout=None, holdout_losses=None) for e in front)
    assert pick_supported(unseen, 300) is pick(unseen, 300)


def test_a_structure_has_to_explain_more_than_one_of_millions_does_by_chance() -> None:
    few = HARD[:20]
    front = (entry(4, 0.15, few), entry(28, 0.09, 0.9 * few))
    assert pick_supported(front, 80).complexity == 4
    assert pick_supported(tuple(replace(e, loss=e.loss / (1 + 9 * (e.complexity > 4))) for e in front),
                          80).complexity == 28


def test_a_law_is_picked_on_hardly_more_rows_than_it_has_neurons() -> None:
    distance = np.array([0.387, 0.7233, 1.0, 5.2045, 9.5822, 19.2012])
    period = np.array([88.0, 224.7, 365.2, 4331.0, 10747.0, 30589.0])
    model = XNetRegressor(budget_seconds=1e6, budget_steps=3, random_state=0).fit(distance[:, None], period)
    assert model.predict([[30.0475]])[0] == pytest.approx(59800, rel=0.02)
    assert model.n_parameters_ == 1


@pytest.mark.parametrize("chosen", [pick, pick_supported])
def test_a_pole_has_to_buy_a_lot(chosen: Callable[..., FrontEntry]) -> None:
    line = entry(3, 0.1, HARD)
    assert chosen((line, entry(12, 0.05, HARD / 2, pole=True)), 240) is line
    assert chosen((line, law := entry(12, 0.005, HARD / 20, pole=True)), 240) is law
    assert chosen((worse := entry(12, 0.05, HARD / 2, pole=True),), 240) is worse
    few = [replace(e, loss_holdout=None, holdout_losses=None) for e in (line, entry(12, 0.05, HARD, pole=True))]
    assert chosen(tuple(few), 18) is few[0]


def test_an_entry_knows_its_poles_and_the_losses_of_the_single_rows() -> None:
    X = RNG.uniform(1, 3, (60, 1))
    problem = Problem.from_arrays(X, X[:, 0])
    network = net(1, ("x", 0), ("c", 0), ("sub", 0, 1), ("reciprocal", 2), constants=(2.0,))
    with np.errstate(all="ignore"):
        made = make_entry(network, problem)
    assert made.pole
    assert made.holdout_losses is not None
    assert made.loss_holdout == pytest.approx(np.mean(made.holdout_losses))
    assert not make_entry(net(1, ("x", 0)), problem).pole


def test_the_estimator_takes_the_network_that_was_asked_for() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 3, (160, 1))
    y = np.sin(3 * X[:, 0]) + X[:, 0] + rng.normal(0, 0.3, 160)
    simple, supported = (XNetRegressor(budget_seconds=1e6, budget_steps=8, random_state=0, pick=which).fit(X, y)
                         for which in ("simplest", "supported"))
    assert supported.formula_ == "x0 + sin(3*x0)"
    assert simple.formula_ != supported.formula_
    assert {simple.formula_, supported.formula_} <= set(supported.front_["formula"])
    with pytest.raises(ValueError, match="pick is 'best'; expected 'simplest' or 'supported'"):
        XNetRegressor(pick="best").fit(X, y)
