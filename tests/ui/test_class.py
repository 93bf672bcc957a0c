"""A class as what is explained, in the app: chosen on the Data page, searched, and shown as a probability."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from xnet.engine.networks.network import Network
from xnet.runs import Run, create_run, execute, list_runs
from xnet.runs.catalogue import readable_front
from xnet.tables.class_target import with_class_column
from xnet.tables.samples import load_sample
from xnet.tables.table import Table
from xnet.ui.components.selected_formula import select
from xnet.ui.library.compare import fronts_figure
from xnet.ui.results.class_tabs import counts, mistakes, probability_figure
from xnet.ui.session import series_choice, state, table_choice
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import log_loss_text, percent

Open = Callable[..., AppTest]
DATA, SETUP, RESULTS, PREDICT = "pages/data.py", "pages/setup.py", "pages/results.py", "pages/predict.py"


def discovered(at: AppTest) -> dict[str, Any]:
    """The config of the run that a click on “Discover” made."""
    at.button(key="discover").click().run()
    assert not at.exception
    return list_runs()[0].config


def uploaded(app: Open, text: str) -> AppTest:
    at = app(DATA)
    at.file_uploader[0].upload("own.csv", text.encode())
    return at.run()


def test_a_species_is_separated_from_the_others(app: Open) -> None:
    at = app(DATA, sample="iris")
    at.selectbox(key=state.TARGET).set_value("species").run()
    assert not at.exception
    assert at.session_state[state.INPUTS] == ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"]
    at.toggle(key=series_choice.all_classes_key("species")).set_value(False).run()
    at.selectbox(key=table_choice.class_key("species")).set_value("virginica").run()
    assert "the probability that species is virginica" in texts(at).replace("\\", "")
    config = discovered(at)
    assert (config["target"], config["loss"]) == ("species is virginica", "logistic")
    assert config["name"] == "species is virginica from Fisher's irises: species from petals and sepals"
    assert config["derived"]["species is virginica"]["column"] == "species"


def test_inputs_that_somebody_chose_stay(app: Open) -> None:
    at = app(DATA, sample="iris")
    at.multiselect(key=state.INPUTS).set_value(["petal_length_cm"]).run()
    at.selectbox(key=state.TARGET).set_value("species").run()
    assert at.session_state[state.INPUTS] == ["petal_length_cm"]


def test_the_pages_about_the_table_show_a_class(app: Open) -> None:
    at = app(DATA, sample="iris")
    at.selectbox(key=state.TARGET).set_value("species").run()
    for tab in ("Columns", "Gaps, text and dates", "Held-out rows", "Pictures"):
        at.session_state[state.DATA_TABS] = tab
        at.run()
        assert not at.exception, tab
    at.toggle(key=series_choice.all_classes_key("species")).set_value(False).run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert "Explain the probability of **species is setosa**" in texts(at)
    assert at.selectbox(key=state.LOSS).disabled
    at.number_input(key=state.LOWEST).set_value(0.0).run()
    assert "A probability always lies between 0 and 1" in at.error[0].value
    assert at.button(key="discover").disabled


@pytest.mark.parametrize(("as_class", "loss"), [(None, "logistic"), (False, "squared_error")])
def test_two_numbers_are_a_class_unless_somebody_says_no(app: Open, as_class: bool | None, loss: str) -> None:
    at = uploaded(app, "x,sick\n" + "".join(f"{k * 7 % 30},{int(k * 7 % 30 > 12)}\n" for k in range(30)))
    assert at.selectbox(key=table_choice.class_key("sick")).value == "1"
    if as_class is not None:
        at.segmented_control(key=table_choice.as_class_key("sick")).set_value(as_class).run()
        assert not [s for s in at.selectbox if s.key == table_choice.class_key("sick")]
    config = discovered(at)
    assert (config["target"], config["loss"], config["derived"]) == ("sick", loss, {})


def test_yes_and_no_can_be_explained(app: Open) -> None:
    at = uploaded(app, "x,z,ill\n" + "".join(f"{k},{k * 7 % 11},{'yes' if k > 12 else 'no'}\n" for k in range(30)))
    at.selectbox(key=state.TARGET).set_value("ill").run()
    assert discovered(at)["target"] == "ill is yes"


def test_columns_without_classes_are_not_offered_as_target(app: Open) -> None:
    at = uploaded(app, "x,z,name,flat\n" + "".join(f"{k},{k * 7 % 11},id {k},same\n" for k in range(30)))
    assert at.selectbox(key=state.TARGET).options == ["x", "z"]


def test_a_class_of_too_few_rows_is_refused_in_a_sentence(app: Open) -> None:
    at = uploaded(app, "x,z,ill\n" + "".join(f"{k},{k * 7 % 11},{'yes' if k > 26 else 'no'}\n" for k in range(30)))
    at.selectbox(key=state.TARGET).set_value("ill").run()
    at.button(key="discover").click().run()
    assert not at.exception
    assert "Only 3 of the rows belong to the class" in at.error[0].value
    assert list_runs() == []


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A short search for versicolor, carried out."""
    iris = load_sample("iris")
    table, target = with_class_column(Table(frame=iris.frame, name=iris.name), "species", "versicolor")
    run = create_run(table.frame, target=target, inputs=["petal_length_cm", "petal_width_cm"], source=iris.title,
                     loss="logistic", steps=4, derived={name: r.to_config() for name, r in table.derived.items()},
                     root=tmp_path_factory.mktemp("runs"))
    execute(run, commands=lambda: None)
    return run


@pytest.fixture
def run(searched: Run, own_runs: Path) -> Run:
    """A copy of the search among the runs of this test, which may change it."""
    return Run(shutil.copytree(searched.folder, own_runs / searched.id))


def test_results_are_those_of_a_probability(app: Open, run: Run) -> None:
    at = app(RESULTS, run=run.id)
    assert not at.exception
    assert [t.label for t in at.tabs[:6]] == ["Fit", "Mistakes", "Importance", "What if", "Extrapolation", "Baselines"]
    labels = [m.label for m in at.metric]
    assert {"Right, training rows", "Log loss, held-out rows"} <= set(labels)
    assert not [label for label in labels if "R²" in label or "error" in label]
    assert "Probability that species is versicolor" in labels
    assert "the more common class alone 66.7 %" in texts(at).replace("\\", "")
    at.button(key="compare").click().run()
    assert not at.exception
    table = next(d.value for d in at.dataframe if "Model" in d.value.columns)
    assert list(table["Model"][:3]) == ["This formula", "Most common class", "Logistic regression (penalised)"]


@pytest.mark.slow
def test_a_rounded_probability_is_scored_as_shown(app: Open, run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    row = max(snapshot["front"], key=lambda r: r["n_parameters"])
    at = app(RESULTS, run=run.id)
    at.session_state[state.SELECTED_FORMULA] = (run.id, row["text"])
    at.run()
    for slider in at.select_slider:
        slider.set_value(1).run()
    assert not at.exception


def test_search_again_asks_the_same_class(app: Open, run: Run) -> None:
    at = app(RESULTS, run=run.id)
    at.button(key="again").click().run()
    assert not at.exception
    assert "Explain the probability of **species is versicolor**" in texts(at)
    config = discovered(at)
    assert (config["target"], config["loss"]) == ("species is versicolor", "logistic")
    assert config["derived"] == run.config["derived"]


def test_search_again_finds_the_column_of_its_table(app: Open, run: Run) -> None:
    at = app(DATA, sample="iris")
    at.switch_page(RESULTS)
    at.query_params["run"] = run.id
    at.run()
    at.button(key="again").click().run()
    assert not at.exception
    assert at.session_state[state.TARGET] == "species"
    assert at.session_state[table_choice.class_key("species")] == "versicolor"


def test_predict_says_how_often_it_is_right(app: Open, run: Run) -> None:
    at = app(PREDICT, run=run.id)
    assert not at.exception
    assert at.metric[0].label == "Probability that species is versicolor"
    assert 0 <= float(at.metric[0].value) <= 1
    assert "above 0.5 it means yes" in texts(at)
    assert "Typical error" not in texts(at)


def test_the_live_page_shows_it(app: Open, run: Run) -> None:
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert "Right, held-out rows" in [m.label for m in at.metric]


def test_the_library_says_how_many_rows_are_right(app: Open, run: Run) -> None:
    again = create_run(run.table(), target=run.config["target"], inputs=run.config["inputs"], source="irises",
                       loss="logistic", steps=2, derived=run.config["derived"])
    execute(again, commands=lambda: None)
    at = app("pages/library.py")
    at.session_state[state.LIBRARY_RUN] = run.id
    at.run()
    at.multiselect(key=state.LIBRARY_COMPARED).set_value([again.id]).run()
    assert not at.exception
    assert all(cell.endswith("% right") for cell in (*at.dataframe[0].value["Held-out rows"],
                                                     *at.dataframe[0].value["Training rows"]))
    assert "% right on held-out rows, log loss 0." in texts(at)
    table = next(frame.value for frame in at.dataframe if "Search" in frame.value)
    assert {"Right, training rows", "Log loss, held-out rows"} <= set(table.columns)
    assert not [name for name in table.columns if "R²" in name]
    fronts = {side: readable_front(r) for side, r in (("A", run), ("B", again))}
    assert fronts_figure(fronts).layout.yaxis.title.text == "log loss"
    mixed = {"A": fronts["A"], "B": [{k: v for k, v in row.items() if "log_loss" not in k} for row in fronts["B"]]}
    assert fronts_figure(mixed).layout.yaxis.title.text == "share left unexplained"


@pytest.mark.parametrize(("formula", "outside"), [("petal_width_cm - 1", True),
                                                  ("1/(1 + exp(-(2 - petal_width_cm)))", False)])
def test_a_typed_formula_is_scored_as_a_probability(app: Open, run: Run, formula: str, outside: bool) -> None:
    at = app("pages/library.py")
    next(t for t in at.text_input if str(t.key).startswith(state.USER_FORMULA)).set_value(formula).run()
    assert not at.exception
    both = ["Your formula", "Best of the search"]
    table = next(d.value for d in at.dataframe if list(d.value.get("Formula", [])) == both)
    assert not [column for column in table if "R²" in column or "error" in column]
    best = run.best()
    assert best is not None
    assert table["Right, training rows"][1] == percent(best["accuracy_train"])
    assert table["Log loss, held-out rows"][1] == log_loss_text(best["log_loss_holdout"])
    assert table["Right, training rows"][0].endswith(" %")
    assert ["not a probability" in w.value for w in at.warning] == [True] * outside


def test_tables_and_figure_of_a_class(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    row = snapshot["best"]
    chosen = select(run, row, Network.from_json(row["network"]))
    table = counts(chosen)
    assert table[["By the formula: no", "By the formula: yes"]].to_numpy().sum() == 150
    worst = mistakes(chosen)
    own = np.where(worst["Actual"] == "yes (1)", worst["Probability of yes"], 1 - worst["Probability of yes"])
    assert (np.diff(own) >= 0).all()
    figure = probability_figure(chosen)
    assert len(figure.data) == len(chosen.groups)
    drawn = np.concatenate([np.round(np.asarray(trace.x)) for trace in figure.data])
    np.testing.assert_array_equal(drawn, np.concatenate([chosen.groups[g].y for g in (TRAINING, HELD_OUT)]))
