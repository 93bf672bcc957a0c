"""What is said before a search: of activations, sizes, classes, and of settings that a run would refuse."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from xnet.config.advice import (
    class_note,
    complexity_note,
    counts_note,
    decades_note,
    estimate,
    holdout_note,
    library_notes,
)
from xnet.config.dry_run import dry_run
from xnet.config.prior import Prior
from xnet.config.settings import Settings
from xnet.drawings.curves import curves_svg, describe_curves
from xnet.engine import Budget, Problem, XNetError, advance, start
from xnet.engine.fitting.residual_noise import _FEWEST_ROWS
from xnet.engine.networks.activations import ACTIVATIONS, GROUPS, resolve_activations
from xnet.engine.search.noise_ending import MOST_INPUTS

EVERYTHING = resolve_activations("everything")
RNG = np.random.default_rng(0)
FINE = RNG.uniform(0.1, 0.9, 40)
NOISE = RNG.normal(size=40)


def said(columns: dict[str, np.ndarray], y: np.ndarray = NOISE, activations: tuple[str, ...] = EVERYTHING) -> str:
    return "\n".join(f"{note.group}: {note.text}" for note in library_notes(columns, y, activations))


@pytest.mark.parametrize(("y", "said"), [([1.0, 2000.0], "3.3 powers of ten"), ([1.0, 900.0], ""), ([-1.0, 2000.0], ""),
                                     ([0.0, 2000.0], ""), ([], ""), ([1, 5000], "3.7 powers of ten")])
def test_relative_errors_are_proposed_for_a_target_over_decades(y: list[float], said: str) -> None:
    note = decades_note(np.array(y))
    assert said in note
    assert bool(note) == bool(said)


def test_counts_are_named_and_other_numbers_are_not() -> None:
    cases = RNG.poisson(8.0, 60)
    assert "Counts (Poisson)" in counts_note(cases)
    assert counts_note(cases + 0.5) == ""
    assert counts_note(cases + 1900) == "", "years"
    assert counts_note(np.tile([0.0, 1.0], 20)) == "", "classes"
    assert counts_note(np.zeros(0)) == ""


def test_columns_on_which_every_activation_works_get_no_advice() -> None:
    assert said({"fine": FINE}) == ""


@pytest.mark.parametrize(("column", "group", "name", "words"), [
    (np.r_[0.0, 0.0, FINE], "arithmetic", "div", "zero: x (2 of 42 rows)"),
    (np.r_[-0.5, FINE], "powers", "sqrt", "below zero: x (1 of 41 rows)"),
    (np.r_[0.0, FINE], "growth", "log", "log has no value at zero and below: x (1 of 41 rows)"),
    (-FINE, "growth", "log", "x (every row)"),
    (1e4 * FINE, "growth", "exp", "exp of such large numbers has no value: x ("),
    (np.tile([0.1, 0.5, 0.7], 14), "waves", "sin", "at most 5 different values a wave fits anything: x"),
    (4 * FINE, "inverse_trigonometric", "arcsin", "from −1 to 1"),
])
def test_advice_names_column_and_rows_without_a_value(column: np.ndarray, group: str, name: str, words: str) -> None:
    y = RNG.normal(size=len(column))
    text = said({"x": column, "fine": FINE[:1].repeat(len(column)) if name != "arcsin" else column}, y)
    line = next(line for line in text.splitlines() if line.startswith(group) and words in line)
    without = tuple(n for n in EVERYTHING if n not in (name, "reciprocal", "pow", "cos"))
    assert line not in said({"x": column}, y, without), "nothing is said of what is not chosen"


def test_a_wave_on_less_than_one_period_is_doubted() -> None:
    x = np.linspace(1, 5, 40)
    assert "only rises or falls along x" in said({"x": x}, x**1.5)
    assert "only rises or falls along x" in said({"x": x}, 1 / x)
    assert "rises or falls" not in said({"x": x}, np.sin(2 * x))


def test_many_columns_are_not_all_listed() -> None:
    text = said({f"c{i}": FINE - 0.5 for i in range(7)})
    assert "c2" in text
    assert "and 4 more" in text
    assert "c3" not in text


def test_the_advice_on_logarithms_agrees_with_the_engine() -> None:
    x = np.linspace(-4, 4, 60)
    problem = Problem.from_arrays(x[:, None], 3 * np.log(x + 5) + 1)
    state, _ = advance(start(problem), problem, Budget(steps=12))
    assert state.best.loss < 1e-12, "log is tried with a number added"
    assert all(np.isfinite(entry.network.evaluate(x[:, None])).all() for entry in state.front)


def test_the_estimate_says_when_the_time_is_short() -> None:
    assert "200 rows × 2 columns: typical laws" in estimate(200, 2, 30)
    assert "short for that" not in estimate(200, 2, 30)
    assert "short for that" in estimate(200, 40, 30)
    assert "fitted on 1,200 rows" in estimate(5000, 2, 30)
    assert f"at least {_FEWEST_ROWS} training rows and at most {MOST_INPUTS} inputs" in estimate(200, 2, 30)
    assert "1 column:" in estimate(50, 1, 30)


@pytest.mark.parametrize(("rows", "percent", "words"), [
    (100, 20, "20 % of the rows held out"), (None, 20, "20 % of the rows held out"), (100, 0, "no rows held out"),
    (19, 20, "no rows held out (fewer than 20)")])
def test_rows_held_out(rows: int | None, percent: int, words: str) -> None:
    assert holdout_note(rows, percent) == words


def test_targets_that_look_like_classes() -> None:
    assert "only 2 different values" in class_note("sick", np.tile([0.0, 1.0], 20))
    assert "choose that on the Data page" in class_note("iris species", np.tile([1.0, 2.0, 3.0], 20))
    assert class_note("mass", FINE) == ""
    assert class_note("half", np.tile([0.5, 1.5], 20)) == ""
    assert class_note("few rows", np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == ""


@pytest.mark.parametrize("group", GROUPS)
def test_pictures_of_curves_stay_in_their_frame(group: str) -> None:
    names = GROUPS[group].names
    root = ET.fromstring(curves_svg(names, names[:1]))  # noqa: S314 - our own text
    width, height = map(float, root.get("viewBox", "").split()[2:])
    pictures = [node for node in root if node.tag.endswith("g")]
    assert len(pictures) == len(names)
    assert [p.get("opacity") is None for p in pictures] == [True] + [False] * (len(names) - 1)
    for picture in pictures:
        bold = [path.get("d", "") for path in picture.iter() if path.get("stroke-width") == "2.2"]
        numbers = np.array(bold[0].replace("M", " ").replace("L", " ").split(), dtype=float).reshape(-1, 2)
        assert len(numbers) > 20
        assert (numbers >= 0).all()
        assert (numbers <= min(width, height)).all()
    assert all(ACTIVATIONS[name].description in describe_curves(names, names) for name in names)


def rows() -> pd.DataFrame:
    a, b = np.random.default_rng(1).uniform(1, 2, (2, 50))
    return pd.DataFrame({"a": a, "wing span": b, "y": a**2 / b})


def test_an_initial_formula_is_shown_typeset_with_the_column_names() -> None:
    chosen = Settings(prior=Prior(initial_formula="k*a**2/`wing span` + c"))

    assert dry_run(Settings(), rows()) is None
    shown = dry_run(chosen, rows())
    assert shown == {"text": "y = c + k*a**2/`wing span`",
                     "latex": r"y = c + \frac{k \, a^2}{\mathrm{wing\ span}}"}


def test_a_template_is_described_as_it_was_understood() -> None:
    chosen = Settings(prior=Prior(template="k*a + f(`wing span`)"))
    assert dry_run(chosen, rows()) == {"template": "f of wing span; k is fitted"}


@pytest.mark.parametrize("prior", [Prior(template="d*a + e*f(`wing span`)"), Prior(initial_formula="d*a + e")])
def test_eulers_number_beside_letters_is_noted(prior: Prior) -> None:
    shown = dry_run(Settings(prior=prior), rows())
    assert shown is not None
    assert "e is Euler's number 2.71828 and is not fitted" in shown["note"]


def test_a_column_that_is_constant_in_the_first_rows_only_is_no_constant() -> None:
    table = pd.concat([rows()] * 10, ignore_index=True)
    table.loc[:399, "a"] = 1.0
    assert dry_run(Settings(prior=Prior(template="f(a)")), table) == {"template": "f of a"}


@pytest.mark.parametrize(("chosen", "words"), [
    (Settings(prior=Prior(template="f(a, a)")), "names a column twice"),
    (Settings(prior=Prior(template="f(a)", initial_formula="k*a")), "together with an initial formula"),
    (Settings(prior=Prior(initial_formula="k*zed")), "neither a column nor a constant"),
    (Settings(prior=Prior(initial_formula="arctan(a)")), "activation library lacks"),
    (Settings(parameters=False, prior=Prior(initial_formula="k*a")), "parameters are switched off"),
    (Settings(max_complexity=3, prior=Prior(initial_formula="k*a**2 + c")), "the search allows"),
    (Settings(prior=Prior(forbidden=("a",), initial_formula="k*a")), "breaks a constraint"),
    (Settings(prior=Prior(low=2.0, high=1.0)), "low below high"),
    (Settings(activations=("sin", "cos")), "no way to join"),
])
def test_the_dry_run_refuses_what_a_run_would_refuse(chosen: Settings, words: str) -> None:
    with pytest.raises(XNetError, match=words):
        dry_run(chosen, rows())


def test_settings_for_other_columns_are_no_problem() -> None:
    assert dry_run(replace(Settings(), prior=Prior(required=("no such",))), rows()) is None


@pytest.mark.parametrize(("rows", "percent", "words"), [
    (None, 20, "complexity up to 30"), (40, 20, "complexity up to 30"), (39, 20, "complexity up to 29 (few rows)"),
    (19, 20, "complexity up to 17 (few rows)"), (9, 0, "complexity up to 8 (few rows)")])
def test_few_rows_allow_a_lower_complexity_which_is_said(rows: int | None, percent: int, words: str) -> None:
    """Setup said 30 where a search of a dozen rows allowed 10."""
    assert complexity_note(rows, percent, 30) == words
    if rows is not None:
        problem = Problem.from_arrays(np.linspace(1, 2, rows)[:, None], np.linspace(1, 2, rows), max_complexity=30,
                                     holdout_fraction=percent / 100)
        assert f"up to {problem.max_complexity}" in words
