"""The plain functions behind the pages: words, numbers, drawings, charts, widths."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.fake_run import stages
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine.classification.multiclass import Calibration, Classes
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.joint_classes import JointClasses
from xnet.ui.components import charts, formula_view
from xnet.ui.components.formula_view import FIT_STYLE, is_typeset, typeset_width
from xnet.ui.components.front_view import _BESIDE, front_table, rows_in_view
from xnet.ui.components.network_view import drawing
from xnet.ui.results.joint_classes import boundary_figure
from xnet.ui.text import duration, escaped, label_text
from xnet.wording.formula_notation import shortened_text, typeset_text
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import r2

NAMES = ["distance", "mass"]
UI = Path(formula_view.__file__).parents[1]


def net(stage: int) -> dict[str, object]:
    network, _ = stages(2)[stage]
    ids = NodeIds()
    before, _ = stages(2)[max(0, stage - 1)]
    ids.update(before)
    names, changed = ids.update(network)
    return {"network": network.to_json(), "ids": names, "changed": changed, "layout": layout(network),
            "labels": labels(network, NAMES), "text": "the formula"}


def test_every_table_has_a_name_for_screen_readers() -> None:
    calls = [(path.name, node) for path in UI.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr in ("dataframe", "data_editor")]
    assert len(calls) > 15
    assert [(name, call.lineno) for name, call in calls if "alt" not in {k.arg for k in call.keywords}] == []


def test_no_field_has_a_name_with_markup_that_screen_readers_would_read_aloud() -> None:
    fields = ("text_input", "text_area", "number_input", "selectbox", "multiselect", "slider", "select_slider", "radio",
              "checkbox", "toggle", "file_uploader", "segmented_control", "pills", "date_input")
    names = [(f"{path.name}:{node.lineno}", ast.unparse(node.args[0])) for path in UI.rglob("*.py")
             for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
             and isinstance(node.func, ast.Attribute) and node.func.attr in fields and node.args]
    assert len(names) > 40
    assert [place for place, name in names if "escaped" in name or "**" in name] == []


@pytest.mark.parametrize(("value", "said"), [
    (1.0, "1"), (0.9, "0.900"), (0.99996, "0.99996"), (0.99999726, "0.9999973"), (0.8996, "0.899"),
    (-1e-17, "0.000"), (0.9999999999, "> 0.99999999"), (0.9996, "0.9996"),
    (0.0, "0.000"), (-0.5512, "-0.551"), (-4.0, "-4.00"), (None, "–"), (float("nan"), "–"),
])
def test_r2_is_never_rounded_up_to_perfect(value: float | None, said: str) -> None:
    assert r2(value) == said


@pytest.mark.parametrize(("value", "said"), [
    (0, "0 s"), (0.004, "less than 0.1 s"), (0.34, "0.3 s"), (5, "5 s"), (9.99, "9.9 s"), (48.2, "48 s"), (60, "1 min"),
    (125, "2 min 5 s")])
def test_seconds(value: float, said: str) -> None:
    assert duration(value) == said


def test_markdown_from_files_is_shown_as_text() -> None:
    assert escaped("**a** [b](c)\n$x$ :red[y]") == r"\*\*a\*\* \[b\]\(c\) \$x\$ \:red\[y\]"


@pytest.mark.parametrize("text", ["http://a.b", "HTTPS://a.b", "www.a.b", "a+c.d@b.org"])
def test_an_address_in_a_name_is_no_link(text: str) -> None:
    """GitHub's Markdown, as Streamlit reads it, makes links of addresses without brackets, and escapes do not help."""
    link = re.compile(r"(https?://|www(?=\.))[-.\w]+|[-.\w+]+@[-\w]+(\.[-\w]+)+", re.IGNORECASE)
    assert link.search(text)
    assert link.search(escaped(text, links=True).replace("\\", ""))
    for shown in (escaped(text).replace("\\", ""), label_text(text).replace("꞉", ":")):
        assert not link.search(shown)
        assert shown.replace("\N{WORD JOINER}", "") == text


def test_no_line_breaks_before_a_percent_sign() -> None:
    assert escaped("20 % of rows, 3 columns") == "20\N{NO-BREAK SPACE}% of rows, 3 columns"


def test_a_drawing_says_everything_in_words() -> None:
    found = drawing(net(5), target="period", columns=NAMES)
    assert [n["kind"] for n in found["nodes"]].count("input") == 2
    assert {n["label"] for n in found["nodes"] if n["kind"] == "input"} == {"distance"}
    assert len(found["edges"]) == 5
    assert found["lines"][0].startswith("period is neuron 1 (product)")
    assert any("square root" in line and "column distance" in line for line in found["lines"])
    assert "3 neurons on 1 column" in found["summary"]


def test_changed_neurons_are_marked_and_others_keep_their_ids() -> None:
    before, after = drawing(net(2), target="y"), drawing(net(3), target="y")
    marked = [n["id"] for n in after["nodes"] if n["changed"]]
    assert marked
    assert len(marked) < len(after["nodes"])
    assert {n["id"] for n in before["nodes"]} & {n["id"] for n in after["nodes"]}


def test_no_network_yet_is_a_drawing_too() -> None:
    assert drawing(None, target="y")["nodes"] == []


def test_a_shared_neuron_has_one_node_and_two_edges() -> None:
    neurons = [{"activation": "variable", "index": 0}, {"activation": "mul", "children": [0, 0]}]
    square = {"network": {"neurons": neurons, "constants": [], "n_inputs": 1},
              "ids": ["a", "b"], "changed": [], "layout": [[0, 0.5], [1, 0.5]], "labels": ["x", "×"], "text": "x*x"}
    found = drawing(square, target="y")
    assert len(found["nodes"]) == 2
    assert len({e["id"] for e in found["edges"]}) == 2


def test_loss_is_drawn_on_a_logarithmic_axis_even_when_it_is_zero() -> None:
    table = charts.loss_table([[0.1, 1.0, None], [0.5, 0.0, float("nan")]]).to_pandas()
    assert charts.loss_table([]).column_names == ["seconds", "error", "rows"]
    assert list(table["rows"]) == [TRAINING] * 2
    assert table["error"].min() == charts.FLOOR
    assert charts.loss_spec(True)["encoding"]["y"]["scale"]["type"] == "log"


def test_the_loss_chart_names_only_rows_that_there_are() -> None:
    for held_out, rows in ((True, [TRAINING, HELD_OUT]), (False, [TRAINING])):
        found = charts.loss_spec(held_out)["encoding"]
        assert found["color"]["scale"]["domain"] == found["strokeDash"]["scale"]["domain"] == rows


def test_the_front_marks_the_selected_formula() -> None:
    front = [{"complexity": c, "loss": e, "loss_holdout": None, "text": "<b>x</b>"} for c, e in ((1, 0.5), (5, 0.0))]
    figure = charts.front_figure(front, 1)
    assert figure.data[-1].x == (5,)
    assert figure.data[-1].y == (charts.FLOOR,)
    assert "<b>x" not in str(figure.data[0].customdata)


def test_predictions_without_a_value_are_left_out_of_the_fit() -> None:
    points = {TRAINING: (np.array([1.0, 2.0, 3.0]), np.array([1.1, np.nan, np.inf]))}
    figure = charts.parity_figure(points, target="y")
    assert list(figure.data[0].x) == [1.0]


def test_a_fit_without_any_value_is_empty_and_no_error() -> None:
    figure = charts.parity_figure({TRAINING: (np.ones(3), np.full(3, np.nan))}, target="y")
    assert len(figure.data[0].x) == 0


@pytest.mark.parametrize(("latex", "width"), [
    ("y = 2 x", 4.0), (r"\frac{aaaa}{bb}", 4.0), (r"\mathrm{a\_b}", 3.0), (r"x^{10}", 2.4),
    (r"\sin\left(x\right)", 6.0), (r"\frac{1}{\frac{aaaaaaaaaa}{b}}", 7.0),
])
def test_typeset_width(latex: str, width: float) -> None:
    assert typeset_width(latex) == pytest.approx(width)


@pytest.mark.parametrize(("latex", "width"), [
    (r"y = \frac{aaaaaa}{bb} + x", 6.0), (r"y = aa \cdot \left(b + c\right) - d", 5.0), (r"y = x^{-2} + z", 2.4),
])
def test_the_widest_part_of_a_formula_that_wraps(latex: str, width: float) -> None:
    assert formula_view.widest_part(latex) == pytest.approx(width)


def test_long_formulas_are_shown_as_text() -> None:
    assert is_typeset("y = x")
    assert is_typeset("y = " + "x" * 90)
    assert not is_typeset("y = " + "x + " * 100)


def test_a_formula_of_more_letters_is_never_larger_and_each_fits_by_the_style() -> None:
    ems = [float(size) for size in re.findall(r"--fitting: calc\(100cqi / ([\d.]+)\)", FIT_STYLE)]
    assert ems == sorted(ems)
    assert len(ems) * 4 >= 1.7 * formula_view.WIDEST, "the widest formula in the widest container"


def test_a_formula_beside_its_score_has_all_digits_and_a_shortened_one_says_so() -> None:
    text = "0.008870266813945397*x + 12.5 - 1.23456789e-07"
    assert typeset_text(text) == "0.008870266813945397·x + 12.5 - 1.23456789·10⁻⁷"
    assert shortened_text(text) == "0.00887·x + 12.5 - 1.235·10⁻⁷ (numbers shortened to four digits)"
    assert shortened_text("`0.123456 dose`*2") == "0.123456 dose·2"


@pytest.mark.parametrize(("text", "said"), [
    ("y = a*sqrt(d**3/m)", "y = a·√(d³/m)"), ("x**1.5 + x**-2 + x**y", "x^1.5 + x⁻² + x^y"),
    ("2*`a*b`**12*`c``**2`", "2·a*b¹²·c`**2"), ("my_sqrt(x) + sqrt2*x", "my_sqrt(x) + sqrt2·x")])
def test_a_formula_at_a_glance_has_signs_as_on_paper_and_names_as_they_are(text: str, said: str) -> None:
    assert typeset_text(text) == said


def test_every_typeset_formula_finds_a_style_that_makes_it_fit() -> None:
    widest = AppTest.from_function(_widest_formula).run()
    assert not widest.exception
    assert widest.latex


def _widest_formula() -> None:
    from xnet.ui.components.formula_view import show_formula

    latex = "y = " + "x" * 157
    show_formula({"latex": latex, "text": latex}, room=1.7, place="here")


def test_robust_scores_have_their_own_name_in_the_list_of_formulas() -> None:
    row = {"complexity": 1, "n_parameters": 1, "text": "y = 1", "r2_train": 0.1, "r2_holdout": None}
    assert list(front_table([row], 0)["R², held out"]) == ["–"]
    table = front_table([{**row, "robust_r2_train": 0.93, "robust_r2_holdout": 0.9}], 0)
    assert list(table["Robust R², training"]) == ["0.930"]
    assert not any(column.startswith("R²") for column in table)


def test_the_list_of_formulas_has_the_score_of_the_loss_that_was_chosen() -> None:
    row = {"complexity": 1, "n_parameters": 1, "text": "y = 1", "r2_train": 0.1, "r2_holdout": 0.2}
    counts = row | {"explained_deviance_train": 0.3, "explained_deviance_holdout": 0.4}
    assert list(front_table([counts], 0)["Explained deviance, held out"]) == ["0.400"]
    alone = counts | {"r2_holdout": None, "explained_deviance_holdout": None}
    assert list(front_table([alone], 0)["Explained deviance, training"]) == ["0.300"]
    assert not any("deviance" in column for column in front_table([row], 0))
    assert front_table([row], 0).shape[1] <= _BESIDE < front_table([counts], 0).shape[1], "wide tables are below"


def test_the_list_of_formulas_shows_the_suggested_one_without_scrolling() -> None:
    assert rows_in_view(4, 3) == 4
    assert rows_in_view(20, 2) == 10
    assert rows_in_view(20, 12) > 12


@pytest.mark.parametrize(("level", "said"), [("mean", True), ("share", True), ("line", False), ("strong", False)])
def test_a_search_that_found_nothing_says_what_may_help(level: str, said: bool) -> None:
    def script() -> None:
        import streamlit as st

        from xnet.evidence.verdict import Verdict
        from xnet.ui.results.formula_card import verdict_line

        verdict_line(Verdict(st.session_state["level"], "A sentence."))

    at = AppTest.from_function(script, default_timeout=20)
    at.session_state["level"] = level
    assert any("Permutation check" in caption.value for caption in at.run().caption) == said


def test_the_spoken_network_leaves_the_case_of_names_as_it_is() -> None:
    neurons = [{"activation": "variable", "index": 0}, {"activation": "Hill(X)", "children": [0]}]
    record = {"network": {"neurons": neurons, "constants": [], "n_inputs": 1}, "ids": ["a", "b"], "changed": [],
              "layout": [[0, 0.5], [1, 0.5]], "labels": ["pH", "Hill"], "text": "Hill(pH)"}
    assert drawing(record, target="y", columns=["pH"])["lines"][-1] == "Neuron 1 (Hill(X)) takes column pH."


def test_names_are_text_in_the_charts_of_all_classes_and_none_is_lost() -> None:
    """Plotly reads tags, and draws categories of the same text at one place."""
    inputs = ("wall_temperature_of_the_third_small_vessel_inside", "wall_temperature_of_the_third_small_vessel_outside")
    labels_ = ("<b>E</b>", "a_1 *x*", "C")
    networks = tuple(Network((Neuron("variable", (), i),), (), 2) for i in (0, 1, 0))
    rng = np.random.default_rng(0)
    found = Classes(networks, Calibration(1.0, np.zeros(3)), 0.1, 0.2, 1.0, 0.9, 1.1, np.arange(3), *[np.zeros(3)] * 2)
    joint = JointClasses(labels_, inputs, found, rng.normal(size=(12, 2)), np.arange(12) % 3, np.ones(12))
    figure = boundary_figure(joint, *inputs)
    assert [trace.name for trace in figure.data[1:]] == ["‹b>E‹/b>", "a_1 *x*", "C"]
    titles = [figure.layout.xaxis.title.text, figure.layout.yaxis.title.text]
    assert titles == ["wall_temperature_of…small_vessel_inside", "wall_temperature_of…mall_vessel_outside"]
    assert labels(networks[0], inputs) == ["wall_tempe…sel_inside"]
    assert labels(networks[1], inputs) == ["wall_tempe…el_outside"]
