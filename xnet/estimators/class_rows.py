"""The rows of a table of classes as a classifier uses them: in the order of its search, with all weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from xnet.arrays import Array
from xnet.engine.classification.softmax import Labelled

from .sample_weights import CanonicalTable, canonical_table


class ClassRows(NamedTuple):
    """Rows of classes.

    Attributes:
        classes: (K,) the labels, sorted.
        table: the rows in the order of the search, with the positions of the classes as target.
        rows: the same rows for the joint fit.
        counts: (n,) the weights of the rows without those of the classes, with mean 1; None without class weights.
    """

    classes: Array
    table: CanonicalTable
    rows: Labelled
    counts: Array | None


def class_rows(X: Array, y: Array, weight: Array | None, class_weight: Any) -> ClassRows:
    """The rows of a call of `fit`; the same arguments give the same rows in the same order.

    Args:
        X, y: (n, d) inputs and (n,) labels.
        weight: (n,) weights of the rows; None for equal ones.
        class_weight: as for `XNetClassifier`.

    Raises:
        ValueError: fewer than two classes, or the class weights cannot be used.
        DataError: the weights cannot be used.
    """
    given = np.ones(len(y)) if weight is None else weight
    there = given > 0
    classes, codes = np.unique(y[there], return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y has {len(classes)} class in the rows whose weight is not 0; a classifier needs at least "
                         "2 classes.")
    weighted = weights_with_classes(given[there], y[there], class_weight)
    plain = weight is None and class_weight is None
    table = canonical_table(X[there], codes.astype(np.float64), None if plain else weighted)
    rows = Labelled(np.ascontiguousarray(table.X.T), table.y.astype(np.intp), len(classes),
                    np.ones(len(table.y)) if table.weight is None else table.weight / table.weight.mean())
    counts = None if class_weight is None else _counts(rows, given[there], weighted, codes)
    return ClassRows(classes, table, rows, counts)


def weights_with_classes(weight: Array, y: Array, class_weight: Any) -> Array:
    """Weights of rows times those of their classes, which then have mean 1: they are no numbers of rows.

    Raises:
        ValueError: the class weights are not a mapping, "balanced" or None, or not positive.
    """
    if class_weight is None:
        return weight
    if isinstance(class_weight, Mapping):
        number = int | float | np.integer | np.floating
        wrong = next(((label, w) for label, w in class_weight.items()
                      if not (isinstance(w, number) and np.isfinite(w) and w > 0)), None)
        if wrong is not None:
            raise ValueError(f"The class weight of {wrong[0]!r} is {wrong[1]!r}; expected a positive number.")
    elif class_weight != "balanced":
        raise ValueError(f"class_weight is {class_weight!r}; expected 'balanced', a dict of labels, or None.")
    both = weight * (_balanced(weight, y) if class_weight == "balanced" else compute_sample_weight(class_weight, y))
    return np.asarray(both / both[both > 0].mean(), dtype=np.float64)


def _balanced(weight: Array, y: Array) -> Array:
    """(n,) factors that give all classes the same sum of weights: a weight of 2 is a row twice here, too."""
    classes, codes = np.unique(y, return_inverse=True)
    of_class = np.bincount(codes, weight)
    factor: Array = weight.sum() / (len(classes) * np.where(of_class > 0, of_class, np.inf))
    return factor[codes]


def _counts(rows: Labelled, weight: Array, weighted: Array, codes: Array) -> Array:
    """(n,) the weights of the rows without those of the classes.

    Args:
        rows: the rows of the table.
        weight, weighted: (m,) the weights that were given, without and with those of the classes.
        codes: (m,) the classes of these.
    """
    of_class = np.ones(rows.n_classes)
    of_class[codes] = weighted / weight
    found: Array = rows.weight / of_class[rows.labels]
    return found / found.mean()
