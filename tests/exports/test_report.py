"""The report: its formulas have the scores that stand beside them, and it says all that the command line says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.exports.test_export import make_run
from tests.runs.fakes import use_fake
from xnet.exports.export import Export
from xnet.exports.report import report_html
from xnet.runs import execute


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """The files of a run whose formula has a number of many digits."""
    use_fake(monkeypatch, steps=5)
    run = make_run(tmp_path)
    execute(run, commands=lambda: None)
    found = Export.from_run(run)
    row = {**found.row, "text": "y = a**2 - 31.033518*b + 494.59931"}
    return replace(found, row=row, snapshot={**found.snapshot, "front": [row, {**row, "plain": "linear"}]})


def report(export: Export, groups: list[dict[str, Any]] | None = None, **scores: float | None) -> str:
    row = {**export.row, **scores}
    return report_html(export.config, export.snapshot, row, export.verdict, [], export.constants, None, groups or [])


def test_formulas_have_all_digits_of_the_numbers_that_were_scored(export: Export) -> None:
    assert report(export).count(">y = a² - 31.033518·b + 494.59931<") == 3, "the heading and the list"
    plots = export.texts()["plots.html"]()
    assert "y = a² - 31.033518·b + 494.59931" in plots


def test_the_list_says_what_it_holds_and_on_which_rows_its_scores_are(export: Export) -> None:
    made = report(export)
    assert "<p>The best formulas of growing complexity and the plain models.</p>" in made
    assert "<th>R², training rows</th><th>R², held-out rows</th>" in made
    without = {**export.snapshot, "rows_holdout": 0}
    assert "held-out rows</th><th>Formula" not in report_html(export.config, without, export.row, export.verdict, [])


def test_the_report_says_how_far_values_are_off_as_the_page_does(export: Export) -> None:
    error = export.typical_error
    assert error is not None
    made = export.texts()["report.html"]()
    assert f'<th scope="row">Typical error</th><td>{error.rmse:.3g} m (root mean square error in ' in made


@pytest.mark.parametrize(("scores", "shown"), [
    ({"chi2_per_row_train": 1.0372, "chi2_per_row_holdout": 0.98}, "χ² per row on the {} rows</th><td>{}"),
    ({"explained_deviance_train": 0.6966, "explained_deviance_holdout": 0.6505},
     "Explained deviance on the {} rows</th><td>{}"),
    ({"median_relative_error_train": 0.0123, "median_relative_error_holdout": None},
     "Median relative error on the {} rows</th><td>{}")])
def test_the_report_has_the_score_in_the_words_of_the_loss(export: Export, scores: dict[str, float | None],
                                                           shown: str) -> None:
    made, texts = report(export, **scores), {1.0372: "1.04", 0.98: "0.98", 0.6966: "0.697", 0.6505: "0.650",
                                             0.0123: "1.2 %", None: "–"}
    for where, value in zip(("training", "held-out"), scores.values(), strict=True):
        assert shown.format(where, texts[value]) in made


def test_known_errors_give_a_weighted_r2(export: Export) -> None:
    assert "<th scope=\"row\">Weighted R² on the training rows</th>" in report(export, chi2_per_row_train=1.0,
                                                                               chi2_per_row_holdout=1.0)


def test_numbers_of_the_second_look_are_fitted_by_its_loss(export: Export) -> None:
    constant = {"value": 2.0, "fitted": 2.01, "error": 0.02, "low": 1.97, "high": 2.05, "method": "quadratic"}

    def made(snapshot: dict[str, Any]) -> str:
        return report_html(export.config, snapshot, export.row, export.verdict, [], [constant])

    assert "by Huber" not in made(dict(export.snapshot))
    second = made({**export.snapshot, "second_look": export.row})
    assert "<h2>Fitted numbers, by Huber's scale</h2>" in second
    assert "and the formula under Huber" in second


def test_constants_of_groups_have_intervals(export: Export) -> None:
    made = report(export, [
        {"name": "c1", "group": "", "value": 3.5, "fitted": 3.49, "error": 0.1, "low": 3.3, "high": 3.7},
        {"name": "a", "group": "<A>", "value": 2.01, "fitted": 1.9887, "error": 0.0337, "low": 1.921, "high": 2.057}])
    assert "<th scope=\"row\">all groups</th><td></td><td>3.5</td>" in made
    assert ("<th scope=\"row\">&lt;A&gt;</th><td>a</td><td>2.01</td><td>1.989 ± 0.034</td><td>1.921 to 2.057</td>"
            in made)


def test_the_report_names_the_noise_of_groups(export: Export) -> None:
    record = {"name": "a", "group": "A", "value": 2.01, "fitted": 1.9887, "error": 0.0337, "low": 1.921, "high": 2.057}
    made = report_html(export.config, export.snapshot, export.row, export.verdict, [], export.constants, None, [record],
                       "own")
    assert "valid if the formula is right and the errors are independent and of equal size within each group." in made
    assert "of equal size." not in made


def test_a_printed_constant_of_a_group_outside_its_interval_is_explained(export: Export) -> None:
    record = {"name": "a", "group": "A", "value": 2.5, "fitted": 1.9887, "error": 0.0337, "low": 1.921, "high": 2.057}
    assert "The printed 5/2 lies outside its interval" in report(export, [record]).replace("2.5 lies", "5/2 lies")
    assert "outside its interval" not in report(export, [{**record, "value": 2.0}])
