"""Applies the formulas of all classes of a column to new rows: a probability for each class, and the most probable one.

The scores of the classes are formulas as any other; their softmax gives the probabilities (see
`xnet.evidence.joint_classes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.classification.softmax import log_probabilities, scores_of
from xnet.engine.networks.network import Network, Neuron
from xnet.evidence.joint_classes import JointClasses

from .new_columns import with_new_columns
from .new_rows import Predicted
from .predictor import Predictor


def class_predictor(joint: JointClasses, column: str, like: Predictor) -> Predictor:
    """A predictor that reads every input of the formulas of the classes; its value is their sum, which nobody sees.

    Args:
        joint: the formulas of the classes.
        column: the column that holds the classes.
        like: a predictor of one of the searches, with its columns and recipes.
    """
    low, high = joint.X.min(axis=0), joint.X.max(axis=0)
    return replace(like, network=_reading(joint.used, len(joint.inputs)), names=joint.inputs, target=column, low=low,
                   high=high, typical_error=None)


def _reading(used: list[int], n_inputs: int) -> Network:
    """A network that reads these inputs; with none it is 0."""
    neurons = [Neuron("variable", (), i) for i in used] or [Neuron("number", (), 0)]
    for k in range(1, len(used)):
        neurons.append(Neuron("add", (len(neurons) - 1 if k > 1 else 0, k)))
    return Network(tuple(neurons), (), n_inputs)


def predict_classes(joint: JointClasses, predictor: Predictor, apply: Callable[[Predictor], Predicted]) -> Predicted:
    """The classes of new rows.

    Args:
        joint: the formulas of the classes.
        predictor: made by `class_predictor`.
        apply: evaluates a predictor in the rows, as `predict` and `predict_table` do.

    Returns:
        The rows with the most probable class and the probability of every class as new columns. `values` (n,) holds
        the probability of the most probable class; NaN where an input is missing.

    Raises:
        TableError: a column that the formulas use is missing or not numeric.
    """
    read = apply(predictor)
    values = np.stack([apply(replace(predictor, network=network)).values for network in joint.result.networks], axis=1)
    p = np.exp(log_probabilities(scores_of(values)))
    p[~np.isfinite(read.values)] = np.nan
    value, remarks = read.new_columns[0], read.new_columns[-1]
    frame = read.frame.drop(columns=[value, remarks])
    columns: list[tuple[str, Array | list[str]]] = [
        (f"{predictor.target} by the formulas", [_label(joint.labels, row) for row in p]),
        *((f"probability of {label}", p[:, k]) for k, label in enumerate(joint.labels)), (remarks, list(read.remarks))]
    frame, new = with_new_columns(frame, columns)
    return Predicted(frame, p.max(axis=1), read.remarks, read.report, new)


def _label(labels: tuple[str, ...], p: Array) -> str:
    return labels[int(p.argmax())] if np.isfinite(p).all() else ""
