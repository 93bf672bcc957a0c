"""The formulas of all classes applied to new rows: the most probable class, and a probability for each."""

import numpy as np
import pandas as pd
import pytest

from xnet.engine.classification.multiclass import Calibration, Classes
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.joint_classes import JointClasses
from xnet.prediction.class_rows import class_predictor, predict_classes
from xnet.prediction.new_rows import predict
from xnet.prediction.predictor import Predictor
from xnet.tables.limits import TableError

X = np.array([[0.0, 1.0], [5.0, 2.0], [9.0, 3.0]])


def joint() -> JointClasses:
    """Scores x, z and 3 of the classes a, b and c."""
    networks = (Network((Neuron("variable", (), 0),), (), 2), Network((Neuron("variable", (), 1),), (), 2),
                Network((Neuron("constant", (), 0),), (3.0,), 2))
    none = np.zeros(3)
    found = Classes(networks, Calibration(1.0, none), 0.1, 0.2, 1.0, 0.9, 1.1, np.arange(3), none, none)
    return JointClasses(("a", "b", "c"), ("x", "z"), found, X, np.array([2, 0, 0]), np.ones(3))


def classes_of(frame: pd.DataFrame):
    like = Predictor(joint().result.networks[0], ("x", "z"), "kind is a")
    predictor = class_predictor(joint(), "kind", like)
    return predict_classes(joint(), predictor, lambda one: predict(one, frame))


def test_the_most_probable_class_and_the_probability_of_each():
    found = classes_of(pd.DataFrame({"x": [1.0, 8.0], "z": [1.5, 2.0]}))
    assert list(found.frame["kind by the formulas"]) == ["c", "a"]
    scores = np.array([[1.0, 1.5, 3.0], [8.0, 2.0, 3.0]])
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    shares = found.frame[[f"probability of {label}" for label in "abc"]].to_numpy()
    assert shares == pytest.approx(softmax)
    assert found.values == pytest.approx(softmax.max(axis=1))


def test_gaps_have_no_class_values_outside_a_remark_and_names_that_are_taken_a_number():
    found = classes_of(pd.DataFrame({"x": [np.nan, 99.0], "z": [1.5, 2.0], "kind by the formulas": ["?", "?"]}))
    assert list(found.frame["kind by the formulas 2"]) == ["", "a"]
    assert np.isnan(found.values[0])
    assert "x" in found.remarks[1]


def test_every_input_of_some_class_is_needed():
    with pytest.raises(TableError, match="z"):
        classes_of(pd.DataFrame({"x": [1.0]}))
