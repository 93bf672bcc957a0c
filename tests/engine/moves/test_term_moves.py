"""Each term of a sum as a target of its own."""

from __future__ import annotations

import numpy as np

from tests.engine.helpers import problem_of, rows_of, table
from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import num
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.formulas.parser import read_formula
from xnet.engine.moves.term_moves import term_targets
from xnet.engine.search.beam import next_for_terms, next_to_expand
from xnet.engine.search.records import Expansion, Outcome, StepContext, Trial
from xnet.engine.search.schedule import TaskKind, scheduled_task
from xnet.engine.search.tasks import run_task

NAMES = ("a", "b", "c", "d")


def trial(text: str, loss: float) -> Trial:
    network = read_formula(text, NAMES)
    return Trial(network, loss, shape(to_expression(network)), "by hand")


def outcome(problem: Problem, task: tuple[TaskKind, LibrarySize], beam: tuple[Trial, ...]) -> Outcome:
    step = next(s for s in range(100) if scheduled_task(s)[:2] == task)
    with np.errstate(all="ignore"):
        return run_task(StepContext(step, beam), problem)


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
    found = outcome(problem, (TaskKind.TERMS, LibrarySize.CURVES), (trial("a*b/d + b*d", 0.1),))

    assert min(t.loss for t in found.trials) < 1e-20
    assert len(found.expansions) == 1


def test_two_factors_of_a_term_are_found_at_once() -> None:
    problem = problem_of(lambda a, b, c, d: a * (1 + b) / (c + d) + np.sin(d), 4)
    found = outcome(problem, (TaskKind.TERMS, LibrarySize.MEDIUM), (trial("a*b/c + sin(d)", 0.1),))

    assert min(t.loss for t in found.trials) < 1e-20


def test_the_terms_of_a_network_are_targets_once_for_each_library() -> None:
    beam = (trial("a*b + c*d", 0.1), trial("a*b*c", 1e-3))  # the second has no terms
    fresh = StepContext(0, beam)
    expanded = StepContext(0, beam, frozenset([Expansion(TaskKind.TERMS, LibrarySize.CURVES, beam[0].shape)]))

    assert next_for_terms(fresh, LibrarySize.CURVES) is beam[0]
    assert next_for_terms(expanded, LibrarySize.CURVES) is None
    assert next_for_terms(expanded, LibrarySize.MEDIUM) is beam[0]


def test_a_network_is_expanded_again_with_a_larger_library_only() -> None:
    beam = (trial("a*b", 0.1),)

    def after(size: LibrarySize) -> list[bool]:
        context = StepContext(0, beam, frozenset([Expansion(TaskKind.EXPAND, size, beam[0].shape)]))
        return [next_to_expand(context, s) is not None
                for s in (LibrarySize.SMALL, LibrarySize.MEDIUM, LibrarySize.LARGE)]

    assert after(LibrarySize.SMALL) == [False, True, True]
    assert after(LibrarySize.MEDIUM) == [False, False, True]
    assert after(LibrarySize.LARGE) == [False, False, False]
