"""The tab Groups: panels, and constants over groups with their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.evidence.group_constants import group_constants
from xnet.tables.row_names import RowNames
from xnet.ui.components.selected_formula import RowGroup, SelectedFormula
from xnet.ui.results.fit_tab import largest_residuals
from xnet.ui.results.formula_card import _of_groups
from xnet.ui.results.groups_tab import constants_figure, panels_figure
from xnet.ui.results.response_tab import response_figure
from xnet.wording.row_words import TRAINING

OWN = OwnConstants(1, ((2.0, 5.0),), ("oak", "<b>fir"))
NETWORK = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1))), (), 2, own=OWN)


def made() -> SelectedFormula:
    """y = a[tree] x with a little noise, on 6 rows of two trees."""
    X = np.array([[1.0, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1]])
    y = NETWORK.evaluate(X) + 0.1 * np.array([1, -1, 1, -1, 1, -1])
    return SelectedFormula("run", "y", ("x", "tree"), {}, {"complexity": 3}, NETWORK,
                           {TRAINING: RowGroup(X, y, RowNames.counted(6))}, group_title="species")


@pytest.fixture
def chosen() -> SelectedFormula:
    return made()


def test_every_group_has_a_panel_with_its_rows(chosen: SelectedFormula) -> None:
    figure = panels_figure(chosen, OWN)
    assert [note.text for note in figure.layout.annotations] == ["oak", "‹b>fir"]
    assert [len(trace.x) for trace in figure.data] == [3, 3]
    assert figure.data[1].y.tolist() == [5.0, 10.0, 15.0]
    assert (figure.layout.xaxis.title.text, figure.layout.xaxis2.title.text) == ("actual", "actual")
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == ("by the formula", None)
    many = replace(OWN, values=(tuple(range(6)),), labels=tuple("abcdef"))
    titles = [axis.title.text for axis in panels_figure(chosen, many).select_xaxes()]
    assert titles[:6] == [None, None, "actual", "actual", "actual", "actual"], "below the lowest panel of every column"


def test_rows_are_shown_with_the_name_of_their_group(chosen: SelectedFormula) -> None:
    worst = largest_residuals(chosen)
    assert set(worst["species"]) == {"oak", "<b>fir"}
    assert "tree" not in worst
    assert [text.rpartition("<br>")[2] for text, _ in chosen.hover(TRAINING)] == ["species: oak"] * 3 + [
        "species: ‹b>fir"] * 3


def test_the_card_lists_the_constants_of_few_groups() -> None:
    assert _of_groups(NETWORK, ("x", "tree")) == ['a[tree] is 2 for "oak", 5 for "<b>fir".']
    many = OwnConstants(1, (tuple(float(k) for k in range(9)),), tuple("abcdefghi"))
    assert _of_groups(replace(NETWORK, own=many), ("x", "tree")) == [
        "The tab Groups lists the constants of all 9 groups."]
    assert _of_groups(Network((Neuron("variable", (), 0),), (), 1), ("x",)) == []


def test_constants_stand_over_groups_with_their_intervals(chosen: SelectedFormula) -> None:
    rows = Rows(np.ascontiguousarray(chosen.X.T), chosen.y, float(np.var(chosen.y)))
    (trace,) = constants_figure(chosen, group_constants(NETWORK, rows), OWN).data
    x, y = chosen.X[:3, 0], chosen.y.reshape(2, 3)
    assert list(trace.y) == pytest.approx((y @ x / (x @ x)).tolist()), "fitted to all rows, not as printed"
    assert list(trace.x) == ["oak", "‹b>fir"]
    assert all(0 < reach < 0.2 for reach in trace.error_y.array)


def test_constants_over_groups_keep_the_bounds_of_a_person(chosen: SelectedFormula) -> None:
    rows = Rows(np.ascontiguousarray(chosen.X.T), chosen.y, float(np.var(chosen.y)))
    network = replace(NETWORK, own=replace(OWN, values=((2.0, 4.5),)))
    bounded = group_constants(network, rows, limits=Bounds(np.full((1, 2), 1.9), np.full((1, 2), 4.5)))
    (trace,) = constants_figure(chosen, bounded, OWN).data
    assert max(trace.y) == 4.5
    assert min(y - below for y, below in zip(trace.y, trace.error_y.arrayminus, strict=True)) >= 1.9


def test_what_if_and_extrapolation_ask_for_the_group_and_find_no_gap_between_groups() -> None:
    page = AppTest.from_function(_response_tabs, default_timeout=20)
    page.run()
    assert not page.exception
    assert [box.label for box in page.selectbox] == ["species", "species", "Along"]
    assert page.selectbox[0].options == ["oak", "<b>fir"]
    assert [slider.label for slider in page.slider] == ["x"]
    assert page.metric[0].value == "4"
    assert not page.warning
    page.selectbox[0].set_value(1).run()
    assert page.metric[0].value == "10"


def test_the_rows_stay_visible_beside_a_pole_beyond_the_data() -> None:
    """y = a[tree]/x on 1 to 3: beyond the data the curve goes to infinity at 0, a thousand times the rows."""
    over = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("div", (0, 1))), (), 2, own=OWN)
    rows = made()
    groups = {name: RowGroup(g.X, over.evaluate(g.X), g.names) for name, g in rows.groups.items()}
    figure = response_figure(replace(rows, network=over, groups=groups), np.array([2.0, 0.0]), 0, beyond=1.0)
    low, high = figure.layout.yaxis.range
    assert -0.5 < low < 0.5
    assert 5.0 < high < 20.0
    assert max(figure.data[-1].y[1:]) > 100
    assert response_figure(rows, np.array([2.0, 0.0]), 0, beyond=1.0).layout.yaxis.range is None


def test_r2_of_a_group_is_called_weighted_where_rows_have_weights() -> None:
    page = AppTest.from_function(_groups_tab, default_timeout=60).run()
    assert not page.exception
    assert list(page.dataframe[0].value)[-1] == "Weighted R²"
    assert page.caption[0].value.startswith("Weighted R² of each group")


def _groups_tab() -> None:
    from dataclasses import replace

    import numpy as np

    from tests.ui.test_groups_tab import made
    from xnet.engine.fitting.rows import Rows
    from xnet.evidence.group_constants import group_constants
    from xnet.evidence.group_estimates import GroupEstimates
    from xnet.ui.results.groups_tab import groups_tab

    chosen, weight = made(), np.array([1.0, 2, 3, 1, 2, 3])
    rows = Rows(np.ascontiguousarray(chosen.X.T), chosen.y, 1.0, weight)
    groups = {name: replace(group, weight=weight) for name, group in chosen.groups.items()}
    groups_tab(replace(chosen, groups=groups), GroupEstimates(group_constants(chosen.network, rows), "common"))


def _response_tabs() -> None:
    from tests.ui.test_groups_tab import made
    from xnet.ui.results.response_tab import extrapolation_tab, what_if_tab

    what_if_tab(made())
    extrapolation_tab(made())
