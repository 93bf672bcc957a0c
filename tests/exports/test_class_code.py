"""The formulas of all classes as a Python file: its probabilities are those of the formulas."""

from __future__ import annotations

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
