"""A formula with groups as text: the values that its letters have in every group stand beside it."""

from __future__ import annotations

from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.exports.records import named_lines


def test_a_formula_with_groups_names_the_values_of_every_group() -> None:
    own = OwnConstants(1, ((0.0116, 0.0138), (2.0, 3.5)), ("female", "male"))
    network = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)), Neuron("own", (), 1),
                       Neuron("add", (2, 3))), (), 2, own=own)
    names = ["w", "sex group"]
    assert "a[`sex group`]" in to_text(network, names, "y")
    row = {"network": network.to_json(), "text": "", "latex": ""}
    assert named_lines(row, names, "% ") == (
        '% a[`sex group`] is 0.0116 for "female", 0.0138 for "male".\n'
        '% b[`sex group`] is 2 for "female", 3.5 for "male".\n')
