"""Formulas in other languages, networks as GraphML and the report: each computes what the network computes."""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, ClassVar

import dukpy
import networkx as nx
import numpy as np
import pytest
import sympy as sp

from tests.exports.test_export import EVIL, make_run
from xnet.drawings.graphml import network_graphml
from xnet.engine import Network, Neuron, Problem, SearchState, start
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.exports.export import export_files
from xnet.exports.languages import to_excel, to_javascript, to_sympy_code
from xnet.runs.recording import Recorder
from xnet.tables.row_names import LINE, RowNames

A, B, C = Neuron("variable", (), 0), Neuron("variable", (), 1), Neuron("constant", (), 0)
ROWS = np.array([[0.5, 0.25], [0.9, -0.75], [0.125, 0.3], [0.7, 2.0], [1.5, 0.5], [2.5, 0.75]])
#: Each activation once, and what precedence could spoil.
NETWORKS = {
    **{name: Network((A, Neuron(name, (0,))) if activation.arity == 1 else (A, B, Neuron(name, (0, 1))), (), 2)
       for name, activation in ACTIVATIONS.items()},
    "minus a squared": Network((A, Neuron("square", (0,)), Neuron("neg", (1,))), (), 2),
    "square of minus a": Network((A, Neuron("neg", (0,)), Neuron("square", (1,))), (), 2),
    "difference of a difference": Network((A, B, C, Neuron("sub", (1, 2)), Neuron("sub", (0, 3))), (-1e-7,), 2),
    "quotient of a quotient": Network((A, B, C, Neuron("div", (1, 2)), Neuron("div", (0, 3))), (math.pi,), 2),
    "power of a negative number": Network((A, C, Neuron("number", (), -3), Neuron("pow", (1, 2)),
                                           Neuron("mul", (0, 3))), (-2.5,), 2),
    "a fraction": Network((C, Neuron("number", (), 7), A, Neuron("div", (0, 1)), Neuron("mul", (2, 3))), (1 / 3,), 2),
    "a number": Network((Neuron("number", (), 3),), (), 2),
}


class Cell:
    """A spreadsheet's cell by Excel's rules: signs bind before powers, powers go from left to right."""

    CALLS: ClassVar[dict[str, Callable[..., float]]] = {
        "POWER": math.pow, "SQRT": math.sqrt, "EXP": math.exp, "LN": math.log, "SIN": math.sin, "COS": math.cos,
        "TAN": math.tan, "TANH": math.tanh, "ASIN": math.asin, "ACOS": math.acos, "ATAN": math.atan, "ABS": abs,
        "SIGN": lambda a: float(np.sign(a)), "COSH": math.cosh, "SINH": math.sinh, "ACOSH": math.acosh,
        "ASINH": math.asinh, "ATANH": math.atanh, "MAX": max, "MIN": min, "INT": math.floor, "ERF": math.erf,
        "MOD": lambda a, b: a - b * math.floor(a / b), "IF": lambda condition, yes, no: yes if condition else no}
    TOKEN = re.compile(r"\d+\.?\d*(?:E[+-]?\d+)?|[A-Z]+\d+|[A-Z]+|[-+*/^(),<]")

    def __init__(self, formula: str, cells: dict[str, float]) -> None:
        assert formula.startswith("=")
        self.tokens, self.cells = self.TOKEN.findall(formula[1:]), cells
        assert "".join(self.tokens) == formula[1:], "only tokens of Excel"

    def value(self) -> float:
        result = self.sum()
        assert not self.tokens
        return result

    def sum(self) -> float:
        result = self.product()
        while self.tokens and self.tokens[0] in "+-":
            result = result + self.product() if self.tokens.pop(0) == "+" else result - self.product()
        return result

    def product(self) -> float:
        result = self.power()
        while self.tokens and self.tokens[0] in "*/":
            result = result * self.power() if self.tokens.pop(0) == "*" else result / self.power()
        return result

    def power(self) -> float:
        result = self.signed()
        while self.tokens and self.tokens[0] == "^":
            self.tokens.pop(0)
            result = result ** self.signed()
        return result

    def signed(self) -> float:
        token = self.tokens.pop(0)
        if token == "-":
            return -self.signed()
        if token == "(":
            result = self.sum()
            assert self.tokens.pop(0) == ")"
            return result
        if token in self.CALLS:
            return self.CALLS[token](*self.arguments())
        return self.cells[token] if token[0].isalpha() else float(token)

    def arguments(self) -> list[float]:
        assert self.tokens.pop(0) == "("
        found = [self.sum()]
        while (token := self.tokens.pop(0)) in (",", "<"):
            found.append(found.pop() < self.sum() if token == "<" else self.sum())
        assert token == ")"
        return found


def inside(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The rows where the network has a value, and the values."""
    values = network.evaluate(ROWS)
    assert np.isfinite(values).sum() >= 2
    return ROWS[np.isfinite(values)], values[np.isfinite(values)]


def test_the_evaluator_binds_signs_as_excel_does() -> None:
    assert Cell("=-A2^2", {"A2": 3}).value() == 9
    assert Cell("=0-2^3^2*2", {}).value() == -128


@pytest.mark.parametrize("name", NETWORKS)
def test_a_cell_gives_the_prediction(name: str) -> None:
    rows, values = inside(NETWORKS[name])
    formula = to_excel(NETWORKS[name], ["length", "b c"], "y").splitlines()[-1]

    assert [Cell(formula, {"A2": a, "B2": b}).value() for a, b in rows] == pytest.approx(values, rel=1e-13)


@pytest.mark.parametrize("name", NETWORKS)
def test_sympy_code_gives_the_prediction(name: str) -> None:
    rows, values = inside(NETWORKS[name])
    space: dict[str, Any] = {}
    exec(to_sympy_code(NETWORKS[name], ["length", "b c"], "y"), space)  # noqa: S102 - our own text
    symbols = sp.Symbol("length"), sp.Symbol("b c")

    assert isinstance(space["formula"], sp.Basic)
    found = [float(space["formula"].subs(dict(zip(symbols, row, strict=True))).evalf(17)) for row in rows]
    assert found == pytest.approx(values, rel=1e-13)


@pytest.mark.parametrize("k", range(len(NETWORKS)))
def test_javascript_gives_the_predictions_whatever_the_names(k: int) -> None:
    network = list(NETWORKS.values())[k]
    rows, values = inside(network)
    source = to_javascript(network, [EVIL[k % len(EVIL)], "let"], "\n*/ throw 1")
    # Duktape, which is inside of the package: an engine of JavaScript on every machine that runs the tests.
    found = dukpy.evaljs([source, "dukpy.rows.map(function (row) { return predict.apply(null, row); })"],
                         rows=rows[:, list(network.variables)].tolist())

    assert found == pytest.approx(values, rel=1e-13)


def test_a_missing_value_has_no_step_in_javascript() -> None:
    source = to_javascript(Network((A, Neuron("step", (0,))), (), 1), ["x"], "y")
    assert dukpy.evaljs([source, "[-2, -0, 0.5].map(predict)"]) == [0, 1, 1]
    assert dukpy.evaljs([source, "isNaN(predict(NaN))"])


@pytest.mark.parametrize("exponent", [1 / 3, -0.2])
def test_a_root_of_a_negative_number_has_no_value_in_a_cell(exponent: float) -> None:
    """Spreadsheets give -2 for POWER(-8,1/3), where the formula has no value."""
    network = Network((A, C, Neuron("pow", (0, 1))), (exponent,), 1)
    formula = to_excel(network, ["x"], "y").splitlines()[-1]
    assert formula == f"=POWER(SQRT(A2),(2*{f'({exponent!r})' if exponent < 0 else repr(exponent)}))"
    assert Cell(formula, {"A2": 8.0}).value() == pytest.approx(8.0 ** exponent, rel=1e-15)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here; the test above runs the same text")
def test_node_can_require_the_javascript_file(tmp_path: Path) -> None:
    source = to_javascript(NETWORKS["difference of a difference"], ["größe\\", "let"], "y")
    (tmp_path / "formula.js").write_text(source, encoding="utf-8")
    done = subprocess.run(["node", "-p", "require('./formula.js').predict(3, 2)"], cwd=tmp_path, capture_output=True,
                          text=True, check=True, timeout=60)

    assert float(done.stdout) == 3 - (2 - -1e-7)


@pytest.mark.parametrize("name", EVIL)
def test_names_are_data_in_sympy_and_cells(name: str) -> None:
    network = Network((A, B, Neuron("sub", (0, 1))), (), 2)
    space: dict[str, Any] = {}
    exec(to_sympy_code(network, [name, "formula"], name), space)  # noqa: S102 - our own text

    assert space["formula"] == sp.Symbol(name) - sp.Symbol("formula")
    assert to_excel(network, [name, "b\n=1+1"], name).splitlines()[-1] == "=(A2-B2)"


@pytest.mark.parametrize("name", NETWORKS)
def test_graphml_holds_the_whole_network(name: str) -> None:
    network = NETWORKS[name]
    graph = nx.read_graphml(io.BytesIO(network_graphml(network, ["<a>&\x00", "b"], target="y").encode()))
    constants: list[float] = []
    neurons = []
    for i in range(len(graph)):
        node = graph.nodes[str(i)]
        edges = sorted((data["operand"], int(child)) for child, _, data in graph.in_edges(str(i), data=True))
        index = int(node.get("index", 0))
        if node["activation"] == "constant":
            index = len(constants)
            constants.append(node["value"])
        elif node["activation"] == "number":
            index = int(node["value"])
        neurons.append(Neuron(node["activation"], tuple(child for _, child in edges), index))

    assert Network(tuple(neurons), tuple(constants), 2) == network


class Tags(HTMLParser):
    """Which elements a page has, and which attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_report_says_everything_and_runs_nothing(tmp_path: Path) -> None:
    evil = '</pre><script>alert(1)</script><img src=x onerror="alert(1)">'
    run = make_run(tmp_path, (evil, "b"), "power")
    problem: Problem = run.problem()
    state: SearchState = start(problem)
    recorder = Recorder(run, problem)
    recorder.record(state, ())
    recorder.write_snapshot(state, seconds=1, seconds_total=60, run_state="stopped", stop_reason="stopped",
                            message="Stopped <early>.")
    report = export_files(run)["report.html"]
    page = Tags()
    page.feed(report)

    assert not page.tags & {"script", "img", "link", "iframe"}
    assert not {name for name in page.attributes if name.startswith("on")} | page.attributes & {"src", "href"}
    assert "Stopped &lt;early&gt;." in report
    assert set(re.findall(r"https?://[^\s\"<]*|url\(|@import", report)) == {"http://www.w3.org/2000/svg"}
    assert {"svg", "table", "pre"} <= page.tags
    for words in ("R² on the held-out rows", "a table", "Share held out", "Processes", "Squared error", "Steps done",
                  "numpy", "BLAS"):
        assert words in report
    assert run.id not in report, "anyone who has the id can control the search"


def test_the_cell_formula_names_the_columns_of_the_persons_table_with_both_decimal_signs() -> None:
    network = Network((B, Neuron("constant", (), 0), Neuron("pow", (0, 1))), (0.5,), 2)
    lines = to_excel(network, ["a", "b"], "y", columns=["", "b", "", "a", "y"]).splitlines()

    assert lines[-1] == "=POWER(B2,0.5)"
    assert "=POWER(B2;0,5)" in lines
    assert 'B2 is "b"' in lines
    lower = to_excel(network, ["a", "b"], "y", columns=["", "b", "", "a", "y"], row=5).splitlines()
    assert lower[-1] == "=POWER(B5,0.5)"
    assert lower[0].startswith('"y" as a formula for a cell in row 5; paste it there and copy it down.')
    assert RowNames(LINE, np.array([7, 5, 9])).first_in_sheet == 5
    assert RowNames.counted(3).first_in_sheet == 2
