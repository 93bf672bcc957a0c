"""The gate: which tables get a formula, and which formulas compete where a test shows a dependence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.front.entries import CONSTANT, ROWS, entry
from xnet.engine import FrontEntry, Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.front.score import Preference
from xnet.engine.front.selection import pick
from xnet.engine.front.support import with_support
from xnet.engine.search.plain_entries import plain_entries

RNG = np.random.default_rng(0)


def test_noise_gets_no_formula() -> None:
    lucky = entry(9, 0.93 * CONSTANT.support.losses, 15.0)  # type: ignore[union-attr]

    assert pick((CONSTANT, lucky)) is CONSTANT


def test_a_formula_that_describes_only_the_largest_values_of_a_heavy_tail_is_no_discovery() -> None:
    base = np.concatenate([RNG.chisquare(1, 92), np.full(8, 400.0)])
    tail_only = entry(9, np.concatenate([base[:92], np.full(8, 4.0)]), 15.0)
    law = entry(9, 0.02 * base, 15.0)
    constant = entry(1, base, 0.0, reads_inputs=False)

    assert base.mean() > 10 * tail_only.support.losses.mean()  # type: ignore[union-attr]
    assert pick((constant, tail_only)) is constant
    assert pick((constant, law)) is law


@pytest.mark.parametrize(("error", "found"), [(0.49, False), (0.05, True)])
def test_under_relative_errors_a_formula_has_to_win_by_symmetric_errors_too(error: float, found: bool) -> None:
    """Relative errors of noise larger than the target are decided by a handful of small targets."""
    def with_error(e: FrontEntry, symmetric: float) -> FrontEntry:
        assert e.support is not None
        return replace(e, support=replace(e.support, symmetric=symmetric))

    constant, formula = with_error(CONSTANT, 0.5), with_error(entry(9, ROWS, 15.0), error)

    assert pick((constant, formula)) is (formula if found else constant)


def test_noise_of_few_rows_gets_no_formula_for_a_quantile() -> None:
    rng, found = np.random.default_rng(7), []
    for _ in range(40):
        problem = Problem.from_arrays(rng.random((15, 1)), rng.lognormal(0, 1, 15), loss="quantile:0.9")
        constant = read_formula(f"{np.quantile(problem.all_rows.y, 0.9)}", ("x0",))
        entries = [with_support(make_entry(constant, problem), problem), *plain_entries(problem)]
        found.append(bool(pick(entries).network.variables))

    assert np.mean(found) <= 0.05, "more than a quarter where a gain counts in full"


@pytest.mark.parametrize(("is_least", "scatter", "found"), [(True, 8.0, False), (False, 8.0, True), (True, 1.0, True)])
def test_scatter_beyond_the_known_dispersion_is_noise(is_least: bool, scatter: float, found: bool) -> None:
    def counts(complexity: int, share: float, price: float, p: int, reads_inputs: bool = True) -> FrontEntry:
        e = entry(complexity, share * ROWS / ROWS.mean(), price, p, reads_inputs=reads_inputs)
        assert e.support is not None
        return replace(e, support=replace(e.support, dispersion=1.0, is_least_dispersion=is_least))

    constant, formula = counts(1, scatter, 0.0, 1, reads_inputs=False), counts(9, scatter - 0.8, 12.0, 4)

    assert pick((constant, formula)) is (formula if found else constant)


def test_a_linear_dependence_opens_the_gate_for_plain_models_only() -> None:
    base = CONSTANT.support.losses  # type: ignore[union-attr]
    line = entry(30, 0.93 * base, 20.0, p=3, plain=PlainKind.LINEAR)
    lucky = entry(9, 0.93 * base, 15.0)
    front = [CONSTANT, lucky, line]
    assert pick(front) is CONSTANT
    linear = [replace(e, support=replace(e.support, linear_p_value=1e-4)) for e in front]  # type: ignore[type-var]

    assert pick(linear) is linear[2]


@pytest.mark.parametrize(("share", "n_heavy", "competes"), [
    (0.45, 0, True), (0.5, 0, False), (0.8, 0, False), (0.9, 2, False)])
def test_beside_a_linear_dependence_a_network_has_to_be_clearly_better_than_every_linear_model(
        share: float, n_heavy: int, competes: bool) -> None:
    base = np.resize(np.random.default_rng(1).chisquare(1, 20), 40)
    heavy = np.r_[np.full(n_heavy, 60.0), np.zeros(40 - n_heavy)]
    front = [replace(e, support=replace(e.support, linear_p_value=1e-4)) for e in (  # type: ignore[type-var]
        entry(1, base + heavy, 0.0, reads_inputs=False), entry(5, 0.9 * base + heavy, 2.0, p=2, plain=PlainKind.LINEAR),
        entry(7, share * base, 7.0, p=2))]  # 40 ln(0.9 / 0.45) = 28, dearer by 12

    assert (pick(front) is front[2]) == competes, "two heavy rows alone are no evidence, and neither are 5 units"


def test_a_curve_through_nine_rows_beats_a_line_that_leaves_ten_times_its_loss() -> None:
    dose = np.array([0.0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
    effect = 1000 / (1 + dose / 0.25) + np.array([20.0, -90.0, 90.0, -60.0, 20.0, -80.0, 60.0, 0.0, 40.0])
    problem = Problem.from_arrays(dose[:, None], effect)
    hyperbola = with_support(make_entry(read_formula("250/(x0 + 0.25)", ("x0",)), problem), problem)
    entries = [hyperbola, *plain_entries(problem)]

    assert pick(entries) is hyperbola
    unrelated = [replace(e, support=replace(e.support, linear_p_value=0.5, curve_p_value=0.5)) for e in entries]  # type: ignore[type-var]
    assert not pick(unrelated).network.variables, "alone it does not pay the higher price"


@pytest.mark.parametrize(("text", "n", "p_value", "found"), [
    ("a", 15, 0.05, False), ("2*a + 1", 15, 0.05, False), ("a", 15, 0.008, True), ("a", 7, 0.05, True),
    ("a**2", 15, 0.05, True), ("a", 15, 1.0, True)])  # too few rows for the test, no line, no test
def test_a_line_does_not_open_the_gate_against_the_test_of_a_line(text: str, n: int, p_value: float,
                                                                  found: bool) -> None:
    base = np.resize(np.random.default_rng(1).chisquare(1, n), n)
    constant, lucky = (replace(e, support=replace(e.support, linear_p_value=p_value))  # type: ignore[type-var]
                       for e in (entry(1, base, 0.0, reads_inputs=False), entry(2, 0.4 * base, 1.4, p=0)))
    lucky = replace(lucky, network=read_formula(text, ("a",)))

    assert pick((constant, lucky)) is (lucky if found else constant)
    assert pick((lucky, replace(lucky, complexity=3))) is lucky, "also where nothing else competes"


@pytest.mark.parametrize(("p_value", "found"), [(0.001, True), (0.02, False)])
def test_a_smooth_curve_in_few_rows_opens_the_gate_for_all_networks(p_value: float, found: bool) -> None:
    base = np.resize(np.random.default_rng(1).chisquare(1, 14), 14)
    constant, hump = (replace(e, support=replace(e.support, curve_p_value=p_value))  # type: ignore[type-var]
                      for e in (entry(1, base, 0.0, reads_inputs=False), entry(10, 0.03 * base, 20.0, p=3)))

    assert pick((constant, hump)) is (hump if found else constant), "14 ln(0.03) = -49 does not pay twice 40"
    assert pick((constant, entry(10, 0.3 * base, 20.0, p=3))) is constant, "the score decides among them"
    line = replace(entry(5, 0.6 * base, 2.1, p=2, plain=PlainKind.LINEAR), network=read_formula("2*a + 1", ("a",)))
    shown = [replace(e, support=replace(e.support, curve_p_value=p_value, linear_p_value=0.05))  # type: ignore[type-var]
             for e in (constant, line)]
    assert pick(shown) is shown[0], "a curve is no reason for a line"


def test_a_hump_of_fourteen_rows_gets_its_formula() -> None:
    day = np.arange(1.0, 15.0)
    in_bed = np.array([3.0, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4])  # of 763 boys, BMJ 1978, 1, 587
    problem = Problem.from_arrays(day[:, None], in_bed)
    hump = read_formula("5200000*exp(-0.757*x0 - 31.6/x0)", ("x0",))
    entries = [with_support(make_entry(hump, problem), problem), *plain_entries(problem)]

    assert pick(entries).network == hump
    mixed = Problem.from_arrays(day[:, None], in_bed[np.random.default_rng(2).permutation(14)])
    assert not pick(plain_entries(mixed)).network.variables


def test_without_a_law_the_choice_of_inputs_costs_a_linear_model_what_a_search_costs() -> None:
    base = CONSTANT.support.losses  # type: ignore[union-attr]
    few = entry(9, 0.5 * base, 5.0, p=3, plain=PlainKind.LINEAR)
    few = replace(few, support=replace(few.support, choice=3.5))  # type: ignore[type-var]
    every = entry(29, 0.51 * base, 6.0, p=8, plain=PlainKind.LINEAR)  # 200 ln(0.51 / 0.5) = 4

    def front(size: float, p_value: float) -> list[FrontEntry]:
        return [replace(e, support=replace(e.support, losses=size * e.support.losses,  # type: ignore[union-attr, type-var]
                                           linear_p_value=p_value)) for e in (CONSTANT, few, every)]

    assert pick(front(1.0, 1e-4)).complexity == 29
    assert pick(front(0.1, 1e-4)).complexity == 9, "most of the variance is explained: this may be a law of two inputs"
    assert pick(front(1.0, 0.5)).complexity == 9, "no linear dependence is shown"


def test_without_a_law_log_linear_models_cost_what_linear_ones_cost() -> None:
    base = CONSTANT.support.losses  # type: ignore[union-attr]
    linear, log_linear = (replace(e, support=replace(e.support, linear_p_value=1e-6))  # type: ignore[type-var]
                          for e in (entry(13, 0.5 * base, 4.0, p=4, plain=PlainKind.LINEAR),
                                    entry(14, 0.45 * base, 9.0, p=4, plain=PlainKind.LOG_LINEAR)))
    constant = replace(CONSTANT, support=replace(CONSTANT.support, linear_p_value=1e-6))  # type: ignore[type-var]
    assert pick([constant, linear, log_linear]) is log_linear, "200 ln(0.5 / 0.45) = 21 units"


@pytest.mark.parametrize(("left", "is_steady", "share", "wins"), [
    (1.0, False, 0.7, False), (1.0, True, 0.7, True), (1.0, False, 0.5, True), (0.1, False, 0.7, True)])
def test_without_a_law_a_formula_that_grows_without_limit_has_to_be_far_better_than_a_line(
        left: float, is_steady: bool, share: float, wins: bool) -> None:
    """A product of powers with large exponents left 0.6 of a line's error in the table, and 1,000 times on new rows."""
    base = 0.9 * left * CONSTANT.support.losses  # type: ignore[union-attr]
    line, curve = (replace(e, support=replace(e.support, linear_p_value=1e-6, is_steady=is_steady))  # type: ignore[type-var]
                   for e in (entry(13, base, 4.0, p=4, plain=PlainKind.LINEAR), entry(9, share * base, 9.0, p=2)))
    constant = replace(CONSTANT, support=replace(CONSTANT.support, linear_p_value=1e-6))  # type: ignore[type-var]
    assert pick([constant, line, curve]) is (curve if wins else line), "with 0.1 of the variance left it may be a law"


@pytest.mark.parametrize(("left", "preference", "takes_all"), [
    (1.0, Preference.BALANCED, True), (1.0, Preference.ACCURATE, True), (1.0, Preference.SIMPLEST, False),
    (0.1, Preference.BALANCED, False)])
def test_without_a_law_one_row_of_high_leverage_does_not_take_inputs_out_of_a_line(
        left: float, preference: Preference, takes_all: bool) -> None:
    """Leave-one-out losses of all inputs are higher by one row; by generalised cross-validation they are lower."""
    base = 0.5 * left * CONSTANT.support.losses  # type: ignore[union-attr]
    by_one_row = 0.8 * base
    by_one_row[0] += 0.5 * base.sum()
    few, every = (replace(e, network=read_formula(text, ("a", "b", "c")), support=replace(  # type: ignore[type-var]
        e.support, linear_p_value=1e-6, loss=loss))
        for e, text, loss in ((entry(5, base, 3.0, p=2, plain=PlainKind.LINEAR), "2*a + 1", float(base.mean())),
                              (entry(13, by_one_row, 4.0, p=4, plain=PlainKind.LINEAR), "2*a + 1.1*b + 1.2*c + 1",
                               0.75 * float(base.mean()))))
    constant = replace(CONSTANT, support=replace(CONSTANT.support, linear_p_value=1e-6))  # type: ignore[type-var]
    assert pick([constant, few, every], preference) is (every if takes_all else few)


@pytest.mark.parametrize(("share", "price", "is_steady", "p_value", "competes"), [
    (0.5, 30.0, True, 1e-4, True), (0.5, 30.0, False, 1e-4, False), (0.5, 30.0, True, 0.5, False),
    (0.55, 20.0, True, 1e-4, False)])
def test_in_a_table_without_a_law_a_steady_network_pays_less_the_more_rows_there_are(
        share: float, price: float, is_steady: bool, p_value: float, competes: bool) -> None:
    base = CONSTANT.support.losses  # type: ignore[union-attr]
    line, network = entry(5, 0.6 * base, 2.0, p=2, plain=PlainKind.LINEAR), entry(40, share * base, price)
    front = [replace(e, support=replace(e.support, linear_p_value=p_value, is_steady=is_steady))  # type: ignore[type-var]
             for e in (CONSTANT, line, network)]

    assert (pick(front) is front[2]) == competes, "200 ln(0.6 / 0.5) = 36 units; 30 nats cost 60, or 19"
    law = [replace(e, support=replace(e.support, losses=0.1 * e.support.losses))  # type: ignore[type-var, union-attr]
           for e in front]
    assert pick(law) is law[1], "most of the variance is explained: the structure may be a law"
