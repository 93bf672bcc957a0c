"""Each term of a sum as a target of its own."""

from __future__ import annotations

import numpy as np

from tests.engine.helpers import problem_of, rows_of, table
from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import num, shape
from xnet.engine.candidates.sizes import CURVES, LARGE, MEDIUM, SMALL
from xnet.engine.formulas.parser import read_formula
from xnet.engine.moves.term_moves import term_targets
from xnet.engine.search.beam import choose, choose_within, expansion, within
from xnet.engine.search.records import Agenda, Outcome, Trial
from xnet.engine.search.schedule import task_at
from xnet.engine.search.tasks import run_task

NAMES = ("a", "b", "c", "d")


def trial(text: str, loss: float) -> Trial:
    network = read_formula(text, NAMES)
    return Trial(network, loss, shape(to_expression(network)), "by hand")


def outcome(problem: Problem, kind: tuple[str, int], pool: tuple[Trial, ...]) -> Outcome:
    step = next(s for s in range(100) if task_at(s)[:2] == kind)
    with np.errstate(all="ignore"):
        return run_task(Agenda(step, pool, frozenset(), frozenset()), problem)


def test_the_target_of_a_term_is_the_rest_without_it() -> None:
    X, y = table(lambda a, b, c, d: 2 * a * np.exp(-b) + c / d, 4)
    found = term_targets(read_formula("2.2*a*b + c/d", NAMES), rows_of(X, y))
    a, b, c, d = X.T

    np.testing.assert_allclose(found[0].target.values, y - 2.2 * a * b, rtol=1e-12)  # in the place of c/d
    np.testing.assert_allclose(found[1].target.values, y - c / d, rtol=1e-12)
    assert shape(found[1].wrap(num(1.0))) == shape(to_expression(read_formula("1 + c/d", NAMES)))


def test_a_single_input_is_no_target() -> None:
    X, y = table(lambda a, b, c, d: a + b, 4)

    assert term_targets(read_formula("a + b", NAMES), rows_of(X, y)) == []


def test_a_term_with_a_curve_is_found_beside_another_term() -> None:
    problem = problem_of(lambda a, b, c, d: 1.7 * a * np.tanh(2.3 * b / c) / d + b * d, 4)
    found = outcome(problem, ("within", CURVES), (trial("a*b/d + b*d", 0.1),))

    assert min(t.loss for t in found.trials) < 1e-20
    assert len(found.expanded) == 1


def test_two_factors_of_a_term_are_found_at_once() -> None:
    problem = problem_of(lambda a, b, c, d: a * (1 + b) / (c + d) + np.sin(d), 4)
    found = outcome(problem, ("within", MEDIUM), (trial("a*b/c + sin(d)", 0.1),))

    assert min(t.loss for t in found.trials) < 1e-20


def test_the_terms_of_a_network_are_targets_once_for_each_library() -> None:
    pool = (trial("a*b + c*d", 0.1), trial("a*b*c", 1e-3))  # the second has no terms
    agenda = Agenda(0, pool, frozenset(), frozenset())
    asked = Agenda(0, pool, frozenset([within(pool[0].shape, CURVES)]), frozenset())

    assert choose_within(agenda, CURVES) is pool[0]
    assert choose_within(asked, CURVES) is None
    assert choose_within(asked, MEDIUM) is pool[0]


def test_a_network_is_expanded_again_with_a_larger_library_only() -> None:
    pool = (trial("a*b", 0.1),)

    def after(size: int) -> list[bool]:
        agenda = Agenda(0, pool, frozenset([expansion(pool[0].shape, size)]), frozenset())
        return [choose(agenda, s) is not None for s in (SMALL, MEDIUM, LARGE)]

    assert after(SMALL) == [False, True, True]
    assert after(MEDIUM) == [False, False, True]
    assert after(LARGE) == [False, False, False]
