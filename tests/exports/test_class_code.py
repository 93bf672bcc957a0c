"""The formulas of all classes as a Python file: its probabilities are those of the formulas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xnet.engine.classification.softmax import log_probabilities, scores
from xnet.engine.formulas.parser import read_formula
from xnet.exports.class_code import classes_python

INPUTS = ("petal length", "w")
X = np.random.default_rng(0).uniform(0.5, 3, (30, 2))


@pytest.mark.parametrize("texts", [["2*w - 3", "`petal length`**2", "log(w)"], ["w - 1"]])
def test_the_file_gives_the_probabilities(texts: list[str]) -> None:
    networks = tuple(read_formula(text, INPUTS) for text in texts)
    labels = ["a \"quoted\"", "b", "c"] if len(texts) > 1 else ["no", "yes"]
    scope: dict[str, Any] = {}
    exec(classes_python(networks, INPUTS, labels), scope)  # noqa: S102 - the text is X-Net's own

    used = sorted({i for network in networks for i in network.variables})
    p = scope["probabilities"](*(X[:, i] for i in used))
    expected = np.exp(log_probabilities(scores(networks, np.ascontiguousarray(X.T))))
    np.testing.assert_allclose(p, expected, rtol=1e-12)
    assert scope["predict"](*(X[:, i] for i in used)).tolist() == [labels[k] for k in expected.argmax(axis=1)]


def test_the_file_classifies_the_rows_of_a_csv_file(tmp_path: Path) -> None:
    networks = tuple(read_formula(text, ("size", "w")) for text in ("2*w - 3", "size", "0.5"))
    config = {"changes": {"version": 1, "list": [{"kind": "rename_column", "old": "size [cm]", "new": "size"}]}}
    source = classes_python(networks, ("size", "w"), ["a", "b", "c"], target="kind", config=config)
    (tmp_path / "classes.py").write_text(source, encoding="utf-8")
    (tmp_path / "rows.csv").write_text("size [cm];w\n0,25;3,5\n2;1\n;1\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "classes.py", "rows.csv"], cwd=tmp_path, capture_output=True, text=True)

    assert done.stdout.splitlines()[0] == "kind,probability of a,probability of b,probability of c"
    rows = [line.split(",") for line in done.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == ["a", "b", ""]
    f = np.array([[4.0, 0.25, 0.5], [-1.0, 2.0, 0.5]])
    expected = np.exp(f) / np.exp(f).sum(axis=1, keepdims=True)
    np.testing.assert_allclose([[float(cell) for cell in row[1:]] for row in rows[:2]], expected, rtol=1e-12)
    assert done.stderr == "Rows without a prediction: 1 of 3. The first one has 'size': '', 'w': '1'.\n"
