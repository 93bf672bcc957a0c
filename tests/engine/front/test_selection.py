"""The suggestion: leave-one-out errors with a price on the structure, without poles, and nothing on noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.front.entries import CONSTANT, ROWS, entry
from tests.engine.helpers import net
from xnet import XNetRegressor
from xnet.engine import Budget, FrontEntry, Preference, Problem, advance, start
from xnet.engine.front.entry import make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.front.selection import outlier_rows, pick
from xnet.engine.front.support import with_support
from xnet.engine.search.plain_entries import plain_entries

RNG = np.random.default_rng(0)
SURFACE = PlainKind.SURFACE


def test_a_longer_formula_has_to_pay_for_its_structure() -> None:
    short, long = entry(5, ROWS, 6.0), entry(30, 0.97 * ROWS, 60.0)  # 200 ln 0.97 = -6

    assert pick((CONSTANT, short, long)) is short
    assert pick((CONSTANT, short, entry(30, 0.5 * ROWS, 60.0))).complexity == 30


@pytest.mark.parametrize(("lower", "shorter"), [(0.5, True), (2.0, False)])
def test_a_longer_formula_needs_more_than_half_a_nat_of_evidence(lower: float, shorter: bool) -> None:
    short, long = entry(5, ROWS, 6.0), entry(7, np.exp(-(4.0 + lower) / 200) * ROWS, 8.0)  # dearer by 4

    assert pick((CONSTANT, short, long)) is (short if shorter else long)
    plain = entry(7, np.exp(-(4.0 + lower) / 200) * ROWS, 8.0, plain=PlainKind.POWER_LAW)
    assert pick((CONSTANT, short, plain)) is plain  # all inputs of a plain model predict better than some


def rounded_target(networks: list[FrontEntry], loss: float) -> list[FrontEntry]:
    """Entries of a table whose target's last decimal leaves `loss`."""
    return [replace(e, support=replace(e.support, rounding=loss)) for e in networks if e.support is not None]


def test_where_a_formula_is_exact_up_to_rounding_a_shorter_one_that_is_not_loses() -> None:
    rounding, losses = 1e-6, ROWS / ROWS.mean()
    short, law = entry(11, 5e-6 * losses, 12.0, p=1), entry(13, 1e-6 * losses, 16.0, p=2)
    long = entry(30, 5e-7 * losses, 50.0)
    assert pick([CONSTANT, short, law, long]) is short, "losses below 1e-5 are equal"
    assert pick(rounded_target([CONSTANT, short, law, long], rounding)).complexity == 13
    assert pick(rounded_target([CONSTANT, short, law, long], 1e-7)).complexity == 11, "none is exact up to rounding"
    fitted = entry(13, 1e-6 * losses, 16.0, p=51)
    assert pick(rounded_target([CONSTANT, short, fitted], rounding)).complexity == 11, "a constant for four rows"


@pytest.mark.parametrize("seed", range(3))
def test_whole_numbers_of_a_linear_law_get_its_constants(seed: int) -> None:
    """The basal metabolic rate by Mifflin and others (1990), in whole kilocalories."""
    rng = np.random.default_rng(seed)
    X = rng.uniform((50, 150, 18), (110, 200, 80), (60, 3)).round()
    y = np.round(10 * X[:, 0] + 6.25 * X[:, 1] - 5 * X[:, 2] + 5)
    problem = Problem.from_arrays(X, y, seed=1)
    state, _ = advance(start(problem), problem, Budget(steps=3))
    network = pick(state.islands[0].competing).network
    np.testing.assert_allclose(network.evaluate(X), y, atol=0.75)
    assert sorted(map(abs, network.constants)) == pytest.approx([5.0, 5.0, 6.25, 10.0], abs=0.5)


def test_preferences_price_the_structure_differently() -> None:
    short, middle, long = entry(5, ROWS, 6.0), entry(12, 0.85 * ROWS, 18.0), entry(30, 0.78 * ROWS, 30.0, p=6)
    front = (CONSTANT, short, middle, long)

    assert pick(front, Preference.SIMPLEST) is short
    assert pick(front, Preference.BALANCED) is middle
    assert pick(front, Preference.ACCURATE) is long


def test_a_constant_competes_although_an_input_alone_is_as_short() -> None:
    X = RNG.random((40, 2))
    problem = Problem.from_arrays(X, 0.5 + 0.05 * RNG.standard_normal(40))
    entries = plain_entries(problem)

    assert entries[0].plain is None
    assert not entries[0].network.variables
    assert float(entries[0].network.evaluate(X)[0]) == pytest.approx(0.5, abs=0.03)
    assert not pick(entries).network.variables


def test_the_constant_of_a_front_has_an_r2_of_zero_on_the_training_rows() -> None:
    y = 12.55 + 1.7 * RNG.normal(size=40)
    problem = Problem.from_arrays(RNG.normal(size=(40, 2)), y)
    constant = plain_entries(problem)[0]

    assert constant.explained_train == pytest.approx(0.0, abs=1e-8), "rounded to 13 it was -0.01"


def test_the_simplest_suggestion_is_never_longer_and_the_most_accurate_never_worse() -> None:
    power = entry(4, 0.88 * ROWS, 8.0, p=2, plain=PlainKind.POWER_LAW)
    line = entry(5, ROWS, 0.2, p=1, plain=PlainKind.LINEAR)
    assert pick([CONSTANT, power, line]) is power
    assert pick([CONSTANT, power, line], Preference.SIMPLEST) is power, "the line has the lower score, but is longer"

    many = entry(17, ROWS, 12.0, p=4, plain=PlainKind.LINEAR)
    short = entry(7, 1.01 * ROWS, 0.2, p=2)
    assert pick([CONSTANT, many, short]) is many
    assert pick([CONSTANT, many, short], Preference.ACCURATE) is many, "the lower score of short hides a higher loss"


def test_a_linear_model_of_all_inputs_competes_in_a_short_table() -> None:
    X = RNG.normal(size=(26, 7))
    problem = Problem.from_arrays(X, X @ np.arange(1.0, 8.0) + RNG.normal(scale=4.0, size=26))
    lines = [e for e in plain_entries(problem) if e.plain is PlainKind.LINEAR]

    assert len(lines[-1].network.variables) == 7
    assert lines[-1].complexity > problem.max_complexity, "the limit of few rows is one of the search"


def test_an_undefined_formula_is_picked_only_if_no_other_comes_near() -> None:
    clear, pole = entry(5, ROWS, 6.0), entry(8, 0.3 * ROWS, 10.0, is_defined=False)

    assert pick((CONSTANT, clear, pole)) is clear
    law = replace(pole, support=replace(pole.support, losses=0.01 * ROWS))  # type: ignore[type-var]
    assert pick((CONSTANT, clear, law)) is law


def test_on_the_front_an_undefined_formula_does_not_displace_a_defined_one() -> None:
    clear = entry(8, ROWS, 10.0)

    assert len(insert((clear,), entry(5, 0.5 * ROWS, 6.0, is_defined=False))) == 2
    assert insert((clear,), entry(5, 0.5 * ROWS, 6.0))[0].complexity == 5


def test_a_gross_outlier_does_not_decide_and_heavy_tails_are_no_outliers() -> None:
    rows = np.square(RNG.normal(size=200))
    wild = rows.copy()
    wild[7] = 5000.0
    law, chaser = entry(5, wild, 6.0), entry(9, 1.3 * rows, 12.0)

    assert list(outlier_rows([law.support, chaser.support])[0]) == [7]  # type: ignore[list-item]
    assert pick((entry(1, 10 * wild, 0.0, reads_inputs=False), law, chaser)) is law
    heavy = np.square(RNG.standard_t(0.6, 200))
    assert len(outlier_rows([entry(5, heavy, 6.0).support])[0]) == 0  # type: ignore[list-item]


def test_large_rows_of_a_skewed_table_are_no_outliers_where_no_formula_explains_the_small_ones() -> None:
    """The share of time spent on a hobby: most people none, some much. The mean depends on age, the median does not."""
    spent = np.where(RNG.uniform(size=2000) < 0.02, 900.0, 1.0) * np.square(RNG.normal(size=2000))
    constant = entry(1, spent, 0.0, reads_inputs=False)
    mean, median = entry(9, np.where(spent > 30, 0.9, 1.01) * spent, 8.0), entry(5, 0.98 * spent.clip(0, 30) + (
        spent - 30).clip(0), 6.0)
    assert len(outlier_rows([mean.support, median.support])[0]) > 9  # type: ignore[list-item]

    assert pick((constant, mean, median)) is mean


def test_below_the_practical_loss_the_shorter_formula_is_taken_unless_one_is_exact() -> None:
    law, fitted = entry(5, np.full(16, 1e-7), 5.3), entry(6, np.full(16, 8e-8), 5.3, p=2)
    start = entry(1, np.full(16, 1.1), 0.0, reads_inputs=False)

    assert pick((start, law, fitted)) is law
    exact = entry(9, np.full(16, 1e-20), 20.0)
    assert pick((start, law, exact)) is exact


def test_below_the_practical_loss_a_law_is_taken_before_a_longer_power_law_with_fitted_exponents() -> None:
    law, power_law = entry(7, 3e-5 * ROWS, 14.0), entry(10, 2e-6 * ROWS, 7.0, p=2, plain=PlainKind.POWER_LAW)

    assert pick((CONSTANT, law, power_law)) is law
    assert pick((CONSTANT, entry(12, 3e-5 * ROWS, 14.0), power_law)) is power_law
    assert pick((CONSTANT, entry(7, 3e-3 * ROWS, 14.0), power_law)) is power_law


def test_a_law_is_picked_on_hardly_more_rows_than_it_has_neurons() -> None:
    distance = np.array([0.387, 0.7233, 1.0, 5.2045, 9.5822, 19.2012])
    period = np.array([88.0, 224.7, 365.2, 4331.0, 10747.0, 30589.0])
    model = XNetRegressor(budget_seconds=1e6, budget_steps=3, random_state=0).fit(distance[:, None], period)

    assert model.predict([[30.0475]])[0] == pytest.approx(59800, rel=0.02)
    assert model.n_parameters_ == 1


def test_support_is_the_leave_one_out_loss_of_all_rows() -> None:
    """Against refits without each row in turn, by NumPy."""
    X = RNG.uniform(1, 3, (40, 1))
    y = 2.0 * X[:, 0] + 1.0 + RNG.normal(0, 0.2, 40)
    problem = Problem.from_arrays(X, y)
    line = net(1, ("x", 0), ("c", 0), ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(2.0, 1.0))
    made = with_support(make_entry(line, problem), problem)
    rows = problem.all_rows
    expected = []
    for i in range(len(rows.y)):
        keep = np.arange(len(rows.y)) != i
        slope, offset = np.polyfit(rows.columns[0][keep], rows.y[keep], 1)
        expected.append((slope * rows.columns[0][i] + offset - rows.y[i]) ** 2 / rows.scale)

    assert made.support is not None
    np.testing.assert_allclose(made.support.losses, expected, rtol=1e-5)
    assert made.support.n_determined == 2


def test_an_entry_says_whether_it_is_defined_between_the_rows() -> None:
    X = RNG.uniform(1, 3, (60, 1))
    problem = Problem.from_arrays(X, X[:, 0])
    network = net(1, ("x", 0), ("c", 0), ("sub", 0, 1), ("reciprocal", 2), constants=(2.0,))
    with np.errstate(all="ignore"):
        assert not make_entry(network, problem).is_defined
    assert make_entry(net(1, ("x", 0)), problem).is_defined


def test_on_the_front_rarer_activations_have_to_be_worth_it() -> None:
    front = insert((), entry(5, ROWS, 6.0))

    assert insert(front, entry(5, 0.9995 * ROWS, 6.0, activation="tanh")) is front
    assert insert(front, entry(5, 0.9995 * ROWS, 6.0)) is not front
    assert insert(front, entry(5, 0.9 * ROWS, 6.0, activation="tanh"))[0] is not front[0]


def test_any_formula_of_the_front_can_be_used() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 3, (80, 1))
    y = np.sin(3 * X[:, 0]) + X[:, 0]
    model = XNetRegressor(budget_seconds=1e6, budget_steps=4, random_state=0).fit(X, y)
    before, last = model.formula_, len(model.front_) - 1
    other = model.select(index=last)

    assert other.formula_ == model.front_["formula"][last]
    np.testing.assert_array_equal(other.predict(X), other.network_.evaluate(X))
    assert model.select(complexity=1).complexity_ == 1
    assert model.formula_ == before, "the model itself stays"
    for wrong in ({}, {"index": 0, "complexity": 3}, {"index": last + 1}, {"complexity": 0}):
        with pytest.raises(ValueError, match=r"select takes|index is|complexity is"):
            model.select(**wrong)


@pytest.mark.slow
def test_the_estimator_takes_the_preference() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 3, (160, 1))
    y = np.sin(3 * X[:, 0]) + X[:, 0] + rng.normal(0, 0.3, 160)
    models = {which: XNetRegressor(budget_seconds=1e6, budget_steps=12, random_state=0, pick=which).fit(X, y)
              for which in ("simplest", "balanced", "accurate")}

    assert models["balanced"].formula_ == "x0 + sin(3*x0)"
    assert all(m.formula_ in set(m.front_["formula"]) for m in models.values())
    assert models["simplest"].complexity_ <= models["balanced"].complexity_ <= models["accurate"].complexity_
    with pytest.raises(ValueError, match="pick is 'best'; expected 'simplest', 'balanced' or 'accurate'"):
        XNetRegressor(pick="best").fit(X, y)


@pytest.mark.parametrize(("complexity", "p", "errors", "price", "expected"), [
    (9, 2, 1.0, 22.8, None), (22, 2, 1.0, 22.8, SURFACE), (9, 6, 1.0, 22.8, SURFACE), (9, 2, 1.15, 22.8, SURFACE),
    (9, 2, 1.0, 40.0, SURFACE)], ids=["law", "longer", "as many numbers", "larger errors", "rare structure"])
def test_a_shorter_law_with_fewer_numbers_and_errors_takes_the_place_of_a_surface(
        complexity: int, p: int, errors: float, price: float, expected: PlainKind | None) -> None:
    """Five lengths and four angles of a pendulum got a surface with six numbers and larger errors than the law."""
    losses = 0.1 * np.random.default_rng(1).uniform(0, 0.2, 200)
    surface, law = entry(21, 1.1 * losses, 13.4, 6, plain=SURFACE), entry(complexity, errors * losses, price, p)
    assert pick([CONSTANT, surface, law]).plain is expected


def test_a_law_in_place_of_a_surface_may_describe_a_few_large_rows() -> None:
    """With the largest rows weighing as much as in a heavy-tailed table, the simplest suggestion had no candidate."""
    surface, law = entry(21, 0.11 * ROWS, 13.4, 6, plain=SURFACE), entry(9, 0.1 * ROWS, 22.8, 2)
    assert [pick([surface, law], preference) for preference in Preference] == [law] * 3


def test_of_several_formulas_of_one_complexity_the_chosen_one_is_selected_else_that_of_the_lowest_loss() -> None:
    X = np.random.default_rng(5).uniform(1.0, 3.0, (40, 1))
    model = XNetRegressor(budget_steps=3).fit(X, 2.0 * X[:, 0] ** 2 + 1.0)
    *others, before, last = model._entries
    twin = replace(before, complexity=last.complexity)
    model._entries = (*others, twin, last)
    assert model.select(complexity=last.complexity).network_ == last.network
    model._take(twin, refit=False)
    assert model.select(complexity=last.complexity).network_ == twin.network
