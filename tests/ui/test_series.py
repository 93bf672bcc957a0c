"""Searches that are started together: all classes of a column, and several columns, each on one page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.data_page import paste
from xnet.atomic_files import write_json
from xnet.evidence.formula_verdict import formula_verdict
from xnet.runs import Run, execute, list_runs
from xnet.runs.series import members, series_of
from xnet.ui.components import series_bar
from xnet.ui.page_list import DISCOVER
from xnet.ui.results.series_results import ONE
from xnet.ui.session import series_choice, state, table_choice

Open = Callable[..., AppTest]
DATA, SETUP, RESULTS = "pages/data.py", "pages/setup.py", "pages/results.py"


def searched(run: Run, session: str = "", counts: bool = True) -> None:
    """A real search of two steps in place of a worker."""
    write_json(run.folder / "config.json", run.config | {"steps": 2})
    execute(run, commands=lambda: None)


@pytest.mark.parametrize(("sample", "target", "together"), [
    ("iris", "species", True), ("palmer_penguins", "species", True), ("breast_cancer_wdbc", "diagnosis", False)])
def test_samples_of_classes_open_on_their_class_question(app: Open, sample: str, target: str, together: bool) -> None:
    at = app(DATA, sample=sample)

    assert not at.exception
    assert at.selectbox(key=state.TARGET).value == target
    toggles = [toggle.value for toggle in at.toggle if toggle.key == series_choice.all_classes_key(target)]
    assert toggles == [True] * together, "two classes have one formula"


@pytest.mark.slow
def test_all_classes_are_searched_and_shown_on_one_page(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xnet.runs.launch", searched)
    at = app(DATA, sample="iris").switch_page(SETUP).run()
    at.button(key="discover").click().run()
    assert not at.exception
    runs = members(list_runs()[0])
    assert [(series_of(run.config) or {})["label"] for run in runs] == ["setosa", "versicolor", "virginica"]
    assert {run.config["seconds"] for run in runs} == {10.0}, "the classes share 30 s"
    assert {run.config["loss"] for run in runs} == {"logistic"}

    at.switch_page(RESULTS).run()
    assert not at.exception
    said = texts(at)
    assert "The probability of a class is exp(score) divided by" in said
    assert re.search(r"3 searches of .* together", said)
    assert "All rows have chosen the form of the formulas" in said, "the verdict, with its caution"
    assert "the most common class alone" in said
    assert len(at.latex) >= 3
    confusion = next(frame.value for frame in at.dataframe if "Right" in frame.value)
    assert confusion.iloc[:, :3].to_numpy().sum() == 150
    at.selectbox(key=f"{state.BOUNDARY_INPUTS}_1").set_value(at.selectbox(key=f"{state.BOUNDARY_INPUTS}_0").value).run()
    assert "Choose two different inputs." in texts(at)
    at.segmented_control(key=state.SERIES_VIEW).set_value(ONE).run()
    assert not at.exception
    assert "Formulas for" in texts(at)

    at.switch_page("pages/predict.py").run()
    assert not at.exception
    assert next(m.value for m in at.metric if m.label == "species") == "versicolor", "at the medians"
    shares = next(frame.value for frame in at.dataframe if "Probability" in frame.value)
    assert shares["Probability"].sum() == pytest.approx(1.0)
    at.segmented_control(key=state.PREDICT_CLASSES).set_value("One class").run()
    assert not at.exception
    assert any(m.label.startswith("Probability that species is") for m in at.metric)


THREE = "x,z,kind\n" + "".join(f"{k % 13},{k * 7 % 11},{'abc'[k % 3]}\n" for k in range(60))


def test_classes_of_an_own_table_are_searched_together_and_again_after_a_reload(app: Open) -> None:
    at = paste(app(DATA), THREE)
    key = series_choice.all_classes_key("kind")
    assert at.toggle(key=key).value
    assert "The 3 searches share 30 s" in texts(at)
    at.button(key="discover").click().run()
    assert not at.exception
    runs = members(list_runs()[0])
    assert [run.config["target"] for run in runs] == ["kind is a", "kind is b", "kind is c"]

    new = app(RESULTS, run=runs[1].id).button(key="again").click().run()
    new.switch_page(SETUP).run()
    assert not new.exception
    assert "Explain all classes of **kind** (a, b, c) from x, z: 3 searches." in texts(new)
    new.switch_page(DATA).run()
    new.toggle(key=key).set_value(False).run()
    assert new.selectbox(key=table_choice.class_key("kind")).value == "b"
    new.button(key="discover").click().run()
    one = next(run for run in list_runs() if series_of(run.config) is None)
    assert one.config["target"] == "kind is b"
    again = app(RESULTS, run=one.id).button(key="again").click().run()
    assert "Explain the probability of **kind is b**" in texts(again.switch_page(SETUP).run())


def test_whole_numbers_that_are_read_as_classes_are_searched_together(app: Open) -> None:
    at = paste(app(DATA), THREE.replace("a\n", "1\n").replace("b\n", "2\n").replace("c\n", "3\n"))
    at.selectbox(key=state.TARGET).set_value("kind").run()
    assert not at.toggle
    at.segmented_control(key=table_choice.as_class_key("kind")).set_value(True).run()
    assert at.toggle(key=series_choice.all_classes_key("kind")).value


def test_several_columns_are_explained_from_the_same_inputs(app: Open) -> None:
    at = app(DATA, sample="earth_satellites")
    at.multiselect(key=state.MORE_TARGETS).set_value(["apogee_km"]).run()
    assert "apogee_km" not in at.session_state[state.INPUTS]
    assert "Each of the 2 searches takes up to 30 s" in texts(at)
    at.switch_page(SETUP).run()
    at.button(key="discover").click().run()
    assert not at.exception
    runs = members(list_runs()[0])
    assert [run.config["target"] for run in runs][1:] == ["apogee_km"]
    assert runs[0].config["inputs"] == runs[1].config["inputs"]

    at.switch_page(RESULTS).run()
    assert not at.exception
    table = next(frame.value for frame in at.dataframe if "Formula" in frame.value)
    assert list(table["Column"]) == [run.config["target"] for run in runs]
    assert re.search(r"2 searches of [\d.a-z ]+ together", texts(at))
    for run in runs:  # the verdict on each, scores in few digits, names without marks
        snapshot = run.snapshot()
        assert snapshot is not None
        verdict = formula_verdict(snapshot["best"], snapshot, run.problem())
        assert verdict.sentence in texts(at).replace("\\", "")
    assert all(len(text) < 16 for text in table["R² training rows"])
    assert not any("`" in text or "*" in text for text in table["Formula"])
    assert not re.search(r"\b1 fitted numbers", texts(at))
    for run, badge in zip(runs, ("Searching]", "Finished]"), strict=True):  # the first one that has not ended
        run.write_status("finished", "")
        assert badge in texts(at.run())


def test_the_bar_of_searches_looks_again_while_one_of_them_waits(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = app(DATA, sample="earth_satellites")
    at.multiselect(key=state.MORE_TARGETS).set_value(["apogee_km"]).run()
    at.switch_page(SETUP).run()
    at.button(key="discover").click().run()
    first, second = members(list_runs()[0])
    waits: list[float | None] = []

    def fragment(run_every: float | None) -> Callable[[Callable[..., None]], Callable[..., None]]:
        waits.append(run_every)
        return lambda draw: draw

    monkeypatch.setattr(series_bar.st, "fragment", fragment)
    monkeypatch.setattr(series_bar, "_links", lambda *_: None)
    for states in (("finished", "queued"), ("finished", "finished")):
        for run, name in zip((first, second), states, strict=True):
            run.write_status(name, "")
        series_bar.series_bar(first, DISCOVER)
    assert waits == [series_bar.REFRESH_S, None]
