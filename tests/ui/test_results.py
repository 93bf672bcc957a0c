"""The Results page: the chosen formula, its card and its tabs, in their states."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import Replay, play
from xnet.atomic_files import write_json
from xnet.engine.networks.network import Network
from xnet.evidence.baselines import fit_baselines
from xnet.exports.export import Export
from xnet.prediction.user_formula import Scored
from xnet.runs import Run, create_run
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import RowGroup, select
from xnet.ui.library.user_formula import rows_sentence
from xnet.ui.results import baselines_tab, importance_tab
from xnet.ui.results.fit_tab import fit_figure, largest_residuals, residual_figure
from xnet.ui.results.response_tab import failure_sentences, response_figure
from xnet.ui.results.series_results import progress_of, redraw_when_moved
from xnet.ui.session import state
from xnet.wording.row_words import HELD_OUT, TRAINING

Open = Callable[..., AppTest]
Make = Callable[..., Run]


@pytest.fixture
def replay(make_run: Make) -> Replay:
    return play(make_run(), state="finished", stop_reason="budget")


def test_a_recommended_formula_can_be_chosen(app: Open, replay: Replay) -> None:
    snapshot = replay.step("finished", "budget")
    snapshot["front"][0]["picked_as"] = ["simplest"]  # now a second formula is recommended
    write_json(replay.run.folder / "snapshot.json", snapshot)
    at = app("pages/results.py", run=replay.run.id)
    cards = [b for b in at.button if str(b.key).startswith("recommended_")]
    assert sum(b.disabled for b in cards) == 1, "the one that is shown"
    other = next(b for b in cards if not b.disabled)
    other.click().run()
    assert not at.exception
    assert at.button(key=other.key).disabled
    assert at.session_state[state.SELECTED_FORMULA][0] == replay.run.id


def test_a_column_that_no_formula_may_use_is_shown_with_its_values_and_kept_from_other_models() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"distance": rng.uniform(1, 30, 40), "mass": rng.uniform(1, 2, 40)})
    table["period"] = table["distance"] + 5 * table["mass"]
    run = play(create_run(table, target="period", inputs=["distance", "mass"], source="a table",
                          prior={"forbidden_inputs": ["mass"]}), state="finished", stop_reason="budget").run
    row = run.snapshot()["front"][0]
    chosen = select(run, row, Network.from_json(row["network"]))
    assert sorted(chosen.X[:, 1]) == sorted(table["mass"])
    assert set(largest_residuals(chosen)["mass"]) <= set(table["mass"])
    train, held = (chosen.rows_for_models(name) for name in (TRAINING, HELD_OUT))
    assert train is not None
    assert held is not None
    line = fit_baselines(train, held)[1]
    alone = LinearRegression().fit(train.X[:, :1], train.y)
    assert (line.name, line.parameters) == ("Straight line", 2)
    assert line.r2_holdout == pytest.approx(alone.score(held.X[:, :1], held.y))


def test_captions_name_the_sample_of_a_large_table(app: Open, replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    at = app("pages/results.py", run=replay.run.id)
    at.button(key="compare").click().run()
    assert "shuffled among all rows" in texts(at)
    assert "drawn at random" not in texts(at)
    monkeypatch.setattr(importance_tab, "MOST_ROWS", 10)
    monkeypatch.setattr(baselines_tab, "MOST_ROWS", 10)
    at.run()
    assert "shuffled among 10 rows drawn at random" in texts(at)
    assert "neural network were fitted to about 10 training rows drawn at random" in texts(at)


def test_the_given_formula_stands_above_the_card(app: Open, replay: Replay) -> None:
    snapshot = replay.step("finished", "budget")
    snapshot["given"] = {**snapshot["front"][0], "given": "a*exp(b*x) + <i>c", "constants": {"a": 3.5, "b": -1.7},
                         "constraints_met": False}
    write_json(replay.run.folder / "snapshot.json", snapshot)
    at = app("pages/results.py", run=replay.run.id)
    assert not at.exception
    said = next(str(c.value) for c in at.caption if "The given formula" in str(c.value)).replace("\\", "")
    assert "with a = 3.5, b = -1.7: R² " in said
    assert "does not satisfy the constraints" in said


def test_the_front_table_and_the_selected_formula_agree(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    key = f"{state.FRONT_TABLE}_{replay.run.id}_{len(replay.front())}"
    first = at.session_state[key]["selection"]["rows"]
    row = replay.front()[0]
    at.session_state[state.SELECTED_FORMULA] = (replay.run.id, row["text"])
    at.run()
    assert list(at.session_state[key]["selection"]["rows"]) == [0] != list(first)
    assert any(row["text"].split(" = ")[1] in str(c.value) for c in at.code)


def test_fewer_digits_are_scored_anew(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    slider = next(s for s in at.select_slider if str(s.key).startswith(state.DIGITS))
    before = [m.value for m in at.metric if m.label.startswith("Typical error")]
    slider.set_value(1).run()
    assert not at.exception
    after = [m.value for m in at.metric if m.label.startswith("Typical error")]
    assert len(after) == 2
    assert after != before


def test_the_page_says_it_in_words(app: Open, replay: Replay) -> None:
    said = texts(app("pages/results.py", run=replay.run.id))
    assert "In words: period is" in said
    assert "four digits" not in said, "all digits are said"
    assert re.search(r"does not use mass, and still explains [\d.]+ % of the variation in the held-out rows", said)
    assert "linear formula of both inputs" in said


def test_the_sliders_cover_what_predict_calls_seen(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    slider = next(s for s in at.slider if str(s.key).startswith(state.WHAT_IF))
    assert "the range of all rows, including held-out rows" in texts(at)
    said = texts(app("pages/predict.py", run=replay.run.id))
    assert f"range in all rows: {slider.min:.5g} to {slider.max:.5g}" in said


def test_a_what_if_slider_moves_the_value(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    before = next(m.value for m in at.metric if m.label == "period")
    slider = next(s for s in at.slider if str(s.key).startswith(state.WHAT_IF))
    slider.set_value(slider.max).run()
    assert not at.exception
    assert float(next(m.value for m in at.metric if m.label == "period")) > float(before)


def test_other_models_are_fitted_when_asked_for(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    assert not any("Model" in frame.value for frame in at.dataframe)
    at.button(key="compare").click().run()
    assert not at.exception
    table = next(frame.value for frame in at.dataframe if "Model" in frame.value)
    assert list(table["Model"])[:3] == ["This formula", "Mean", "Linear formula of both inputs"]


def test_every_point_knows_its_row(replay: Replay) -> None:
    row = replay.front()[-1]
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    data = replay.run.data().to_numpy()
    numbers = np.concatenate([g.names.numbers for g in chosen.groups.values()])
    assert sorted(numbers) == list(range(1, 41))
    np.testing.assert_array_equal(data[numbers - 1, :2], chosen.X)
    assert fit_figure(chosen).data[0].customdata[0][0].startswith(f"row {numbers[0]}<br>distance: ")
    worst = largest_residuals(chosen)
    assert abs(worst["Difference"].iloc[0]) == np.abs(chosen.y - chosen.network.evaluate(chosen.X)).max()
    np.testing.assert_array_equal(residual_figure(chosen, 1).data[0].x, chosen.groups["training rows"].X[:, 1])


def test_long_tables_are_drawn_in_part(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MAX_POINTS", 5)
    row = replay.front()[-1]
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    group = chosen.groups[TRAINING]
    assert len(group.y) == 32
    points = fit_figure(chosen).data[0]
    assert list(points.x) == [group.y[k] for k in chosen.drawn_positions(TRAINING)]
    assert len(points.customdata) == len(points.x) == len(residual_figure(chosen, 0).data[0].x) == 5


def test_beyond_the_data_is_shaded_and_gaps_are_said(replay: Replay) -> None:
    row = replay.front()[-1]  # a square root of the distance
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    base = np.median(chosen.X, axis=0)
    assert len(response_figure(chosen, base, 0, beyond=1.0).layout.shapes) == 2
    colours = [[trace.name for trace in figure.data][:2] for figure in (response_figure(chosen, base, 0),
                                                                        fit_figure(chosen))]
    assert colours[0] == colours[1] == ["training rows", "held-out rows"], "plotly gives them the theme's colours"
    assert failure_sentences(chosen, base, 0) == [], "a distance is not looked at below zero"
    shifted = replace(chosen, groups={n: RowGroup(g.X - 5, g.y, g.names) for n, g in chosen.groups.items()})
    said = failure_sentences(shifted, np.median(shifted.X, axis=0), 0)[0]
    assert said.startswith("The formula has no value from -")


def test_an_input_that_is_never_negative_ends_at_zero(app: Open, replay: Replay) -> None:
    row = replay.front()[-1]
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    figure = response_figure(chosen, np.median(chosen.X, axis=0), 0, beyond=1.0)
    assert min(figure.data[-1].x) == figure.layout.xaxis.range[0] == 0
    assert "distance is never below zero in your data" in texts(app("pages/results.py", run=replay.run.id))
    from_zero = replace(chosen, groups={n: RowGroup(g.X - chosen.X.min(axis=0), g.y, g.names)
                                        for n, g in chosen.groups.items()})
    assert len(response_figure(from_zero, np.median(from_zero.X, axis=0), 0, beyond=1.0).layout.shapes) == 1
    shifted = replace(chosen, groups={n: RowGroup(g.X - 5, g.y, g.names) for n, g in chosen.groups.items()})
    assert min(response_figure(shifted, np.median(shifted.X, axis=0), 0, beyond=1.0).data[-1].x) < -20



def test_usual_settings_come_first_and_the_others_one_click_away(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    keys = [button.proto.id.split("-get_")[-1] for button in at.get("download_button")]
    assert sorted(keys) == sorted([*Export.from_run(replay.run).makers(), "run.zip"]), "every file, once"
    folded = [button.proto.id.split("-get_")[-1] for part in at.expander for button in part.get("download_button")]
    assert [key for key in keys if key not in folded] == [
        "formula.txt", "formula.tex", "formula_excel.txt", "report.html", "run.zip"]


@pytest.mark.parametrize(("unit", "short", "sentence"), [
    ("ppm (parts per million by volume)", " ppm", " In ppm"), ("day", " day", ""), ("", "", ""),
    ("(parts per million)", "", " In"), ("kg m^-2 s^-1 per year", "", " In kg")])
def test_a_long_unit_is_short_beside_a_number_and_whole_in_its_tooltip(
        app: Open, replay: Replay, unit: str, short: str, sentence: str) -> None:
    write_json(replay.run.folder / "config.json", replay.run.config | {"units": {"period": unit}})
    row = replay.front()[-1]
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    assert chosen.short_unit("period") == short
    assert chosen.unit_sentence("period").startswith(sentence)
    if unit.startswith("ppm"):
        at = app("pages/results.py", run=replay.run.id)
        errors = [m for m in at.metric if m.label.startswith("Typical error")]
        assert len(errors) == 2
        assert all(m.value.endswith(" ppm") for m in errors)
        assert all("parts per million by volume" in m.proto.help for m in errors)
    if unit.startswith("kg"):
        at = app("pages/results.py", run=replay.run.id)
        assert all("kg" not in m.value for m in at.metric), "no number is cut off behind its unit"
        assert any("Typical errors are in kg" in caption.value for caption in at.caption)


def test_log_axes_are_remembered_and_only_offered_where_values_are_positive(app: Open, replay: Replay) -> None:
    at = app("pages/results.py", run=replay.run.id)
    toggle = at.toggle(key="log_fit")
    assert not toggle.disabled
    toggle.set_value(True).run()
    figure = json.loads(next(c for c in at.get("plotly_chart") if "parity" in c.proto.id).proto.spec)
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["yaxis"]["type"] == "log"
    at.switch_page("pages/library.py").run()
    at.switch_page("pages/results.py").run()
    assert at.toggle(key="log_fit").value

    row = replay.front()[-1]
    chosen = select(replay.run, row, Network.from_json(row["network"]))
    curve = response_figure(chosen, np.median(chosen.X, axis=0), 0)
    assert sum(len(trace.x) for trace in curve.data[:-1]) == len(chosen.y), "the rows stand under the curve"


def test_the_page_draws_itself_again_when_the_search_ends(make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = play(make_run())
    again: list[bool] = []
    monkeypatch.setattr("streamlit.rerun", lambda: again.append(True))
    drawn = progress_of([replay.run])
    redraw_when_moved([replay.run], drawn)
    assert not again
    replay.step("finished", "budget")
    redraw_when_moved([replay.run], drawn)
    assert again


def test_beside_a_typical_error_of_counts_it_stands_that_they_scatter_by_the_root(app: Open, replay: Replay) -> None:
    said = "one number for all rows, although counts scatter"
    config = replay.run.config | {"loss": "poisson"}
    write_json(replay.run.folder / "config.json", config)
    at = app("pages/results.py", run=replay.run.id)
    assert any(said in caption.value for caption in at.caption)
    files = Export.from_run(replay.run).texts()
    assert said in files["report.html"]()
    assert said in files["formula.ipynb"]()
    row = replay.front()[-1]
    scores = select(replay.run, row, Network.from_json(row["network"])).scores()
    scored = Scored(Network.from_json(row["network"]), 1, "", "", (), scores[TRAINING], None)
    assert said in rows_sentence(scored, config)
