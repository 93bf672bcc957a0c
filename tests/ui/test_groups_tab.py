"""The tab Groups: panels, and constants over groups with their intervals."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.tables.row_names import RowNames
from xnet.ui.components import charts
from xnet.ui.components.selected_formula import RowGroup, SelectedFormula
from xnet.ui.results.groups_tab import constants_figure, panels_figure

OWN = OwnConstants(1, ((2.0, 5.0),), ("oak", "<b>fir"))
NETWORK = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1))), (), 2, own=OWN)


@pytest.fixture
def chosen() -> SelectedFormula:
    """y = a[tree] x with a little noise, on 6 rows of two trees."""
    X = np.array([[1.0, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1]])
    y = NETWORK.evaluate(X) + 0.1 * np.array([1, -1, 1, -1, 1, -1])
    return SelectedFormula("run", "y", ("x", "tree"), {}, {}, NETWORK,
                           {charts.TRAIN: RowGroup(X, y, RowNames.counted(6))})


def test_every_group_has_a_panel_with_its_rows(chosen: SelectedFormula) -> None:
    figure = panels_figure(chosen, OWN)
    assert [note.text for note in figure.layout.annotations] == ["oak", "‹b>fir"]
    assert [len(trace.x) for trace in figure.data] == [3, 3]
    assert figure.data[1].y.tolist() == [5.0, 10.0, 15.0]


def test_constants_stand_over_groups_with_their_intervals(chosen: SelectedFormula) -> None:
    rows = Rows(np.ascontiguousarray(chosen.X.T), chosen.y, float(np.var(chosen.y)))
    (trace,) = constants_figure(chosen, rows, OWN).data
    assert list(trace.y) == [2.0, 5.0]
    assert list(trace.x) == ["oak", "‹b>fir"]
    assert all(0 < reach < 0.2 for reach in trace.error_y.array)
