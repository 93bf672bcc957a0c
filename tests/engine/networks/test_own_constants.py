"""Own constants: values by the group of the row, printers, JSON, and algebra as inputs."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from xnet.drawings.graphml import network_graphml
from xnet.drawings.layout import labels
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants, own_letter, taken_letters
from xnet.engine.networks.own_inputs import as_constants, as_inputs, from_inputs
from xnet.errors import NetworkError
from xnet.exports.languages import to_excel, to_javascript, to_sympy_code
from xnet.wording.formula_words import formula_in_words

OWN = OwnConstants(1, ((1.5, 2.0), (3.0, -4.0)), ("gas A", 'b"'))
NETWORK = Network((Neuron("own", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1)), Neuron("own", (), 1),
                   Neuron("add", (2, 3))), (), 2, own=OWN)
NAMES = ("x", "gas")


def test_a_row_has_the_constants_of_its_group_and_no_value_without_a_group() -> None:
    values = NETWORK.evaluate(np.array([[2.0, 0], [2.0, 1], [2.0, 2], [2.0, 0.5], [2.0, np.nan]]))
    assert values[:2] == pytest.approx([6.0, 0.0])
    assert np.isnan(values[2:]).all()
    assert NETWORK.n_parameters == 4
    assert NETWORK.complexity == 7
    assert NETWORK.variables == (0, 1)


def test_printed_forms_name_the_letter_and_the_column() -> None:
    assert to_text(NETWORK, NAMES) == "a[gas]*x + b[gas]"
    assert to_text(NETWORK, ("x", "my gas")) == "a[`my gas`]*x + b[`my gas`]"
    assert to_latex(NETWORK, NAMES) == r"a_{\mathrm{gas}} \cdot x + b_{\mathrm{gas}}"
    assert str(to_sympy(NETWORK, NAMES)) == "a[gas]*x + b[gas]"
    assert "a[gas]" in formula_in_words(NETWORK, NAMES, "y")
    assert labels(NETWORK, NAMES) == ["a", "x", "×", "b", "+"]
    assert "gas A" in network_graphml(NETWORK, NAMES, target="y")
    assert [own_letter(j) for j in (0, 21, 22, 23)] == ["a", "z", "a2", "b2"]


def test_no_constant_of_groups_gets_a_letter_that_is_taken() -> None:
    own = replace(OWN, taken=taken_letters(("a", "c", "mass", "f")))
    network = replace(NETWORK, own=own)
    assert own.taken == ("a", "c", "f")
    assert to_text(network, NAMES) == "b[gas]*x + d[gas]"
    assert to_latex(network, NAMES) == r"b_{\mathrm{gas}} \cdot x + d_{\mathrm{gas}}"
    assert labels(network, NAMES) == ["b", "x", "×", "d", "+"]
    assert to_text(from_inputs(as_inputs(network), own), NAMES) == "b[gas]*x + d[gas]"
    assert Network.from_json(json.loads(json.dumps(network.to_json()))) == network


def test_code_in_other_languages_holds_the_table_of_groups() -> None:
    code: dict[str, dict[str, tuple[float, ...]]] = {}
    exec(to_sympy_code(NETWORK, NAMES, "y"), code)  # noqa: S102 - our own output
    assert code["own_constants"] == {"gas A": (1.5, 3.0), 'b"': (2.0, -4.0)}
    cell = to_excel(NETWORK, NAMES, "y")
    assert "=((C2*A2)+D2)" in cell
    assert '"gas A": 1.5, 3.0' in cell
    if shutil.which("node"):
        calls = ("predict(2, 'gas A')", "predict(2, 0)", "predict(2, 1)", "predict(2, 2)", "predict(2, 'gas C')")
        script = to_javascript(NETWORK, NAMES, "y") + f"console.log([{', '.join(calls)}].join(' '))"
        assert subprocess.check_output(["node", "-e", script], text=True).split() == ["6", "6", "0", "NaN", "NaN"]


@pytest.mark.slow
def test_json_and_torch_keep_own_constants() -> None:
    again = Network.from_json(json.loads(json.dumps(NETWORK.to_json())))
    assert again == NETWORK
    X = np.array([[2.0, 0], [2.0, 1]])
    assert again.to_torch()(__import__("torch").tensor(X)).detach().numpy() == pytest.approx(again.evaluate(X))
    with pytest.raises(NetworkError, match="does not describe a network"):
        Network.from_json({**NETWORK.to_json(), "own": {"column": 1, "values": [[1.0]], "labels": ["a", "b"]}})
    with pytest.raises(NetworkError, match="index 1"):
        Network(NETWORK.neurons, (), 2, own=OwnConstants(1, ((1.0, 2.0),), ("a", "b")))


def test_own_constants_are_inputs_or_constants_for_algebra() -> None:
    inputs = as_inputs(NETWORK)
    X = np.array([[2.0, 0, 1.5, 3.0], [2.0, 1, 2.0, -4.0]])
    assert inputs.evaluate(X) == pytest.approx(NETWORK.evaluate(X[:, :2]))
    assert from_inputs(inputs, OWN) == NETWORK
    assert as_constants(NETWORK).constants == (1.5, 3.0)
    short = Network((Neuron("variable", (), 3),), (), 4)
    assert from_inputs(short, OWN).own == OwnConstants(1, ((3.0, -4.0),), OWN.labels)
