"""What a fitted `XNetClassifier` knows: the formulas of the scores, their constants, and the fronts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xnet.arrays import Array
from xnet.engine import FrontEntry, Network
from xnet.engine.classification.multiclass import Classes, on_held_out_rows
from xnet.engine.classification.softmax import Labelled
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.formulas.text import to_text
from xnet.evidence.constants import ConstantEstimate, constants_table
from xnet.evidence.joint_classes import JointClasses

from .class_rows import class_rows
from .html import front_html

if TYPE_CHECKING:
    import pandas as pd


class FittedClasses:
    """The formulas of the scores of all classes, and the fronts that they come from; a base class of estimators."""

    classes_: Array
    networks_: list[Network]
    names_: tuple[str, ...]
    formulas_: list[str]
    latexes_: list[str]
    _fronts: list[Sequence[FrontEntry]]
    _constants: list[list[ConstantEstimate]]
    _chosen: Classes
    _forbidden: list[int]
    _searched_with: tuple[Array, tuple[str, ...], int] | None
    class_weight: Any
    max_complexity: int
    parameters: bool

    def joint_classes(self, X: Any, y: Any, sample_weight: Any = None) -> JointClasses:
        """The formulas with the rows of `fit`, for mistakes, importance and `xnet.evidence.joint_verdict`.

        Args:
            X, y, sample_weight: those of `fit`; the estimator does not keep the rows.
        """
        check_is_fitted(self)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        _, table, rows, counts = class_rows(np.asarray(X, dtype=np.float64), np.asarray(y), weight, self.class_weight)
        rows = self._without_forbidden(rows)
        found = None
        if self._searched_with is not None:  # prior knowledge would have to be kept too
            index, activations, seed = self._searched_with
            with np.errstate(all="ignore"):
                found = on_held_out_rows(self._fronts, rows, np.isin(np.arange(len(rows.labels)), index), activations,
                               self.parameters, seed, self.max_complexity, table.groups, counts=counts)
        return JointClasses(tuple(map(str, self.classes_)), self.names_, self._chosen, rows.columns.T, rows.labels,
                            rows.weight, counts, found)

    def _without_forbidden(self, rows: Labelled) -> Labelled:
        """The rows with 0 in the inputs that no formula may read, as in the searches."""
        columns = rows.columns.copy()
        columns[self._forbidden] = 0.0
        return replace(rows, columns=columns)

    @property
    def network_(self) -> Network:
        """The network, for two classes.

        Raises:
            AttributeError: there are more than two classes, with one network each in `networks_`.
        """
        check_is_fitted(self)
        if len(self.networks_) > 1:
            raise AttributeError("There is one network per class; see networks_.")
        return self.networks_[0]

    @property
    def expressions_(self) -> list[Any]:
        """The formulas as SymPy expressions, with one symbol per column."""
        check_is_fitted(self)
        return [to_sympy(network, self.names_) for network in self.networks_]

    @property
    def constants_(self) -> pd.DataFrame:
        """The constants of the scores as printed and as fitted, with standard errors and 95 % intervals."""
        import pandas as pd  # slow to import, and only needed here

        check_is_fitted(self)
        labels = [label for label, estimates in zip(self._labels, self._constants, strict=True) for _ in estimates]
        return pd.DataFrame({"class": labels, **constants_table([e for part in self._constants for e in part])})

    @property
    def _labels(self) -> Array:
        """The classes that have a network each."""
        return self.classes_[1:] if len(self.classes_) == 2 else self.classes_

    @property
    def front_(self) -> pd.DataFrame:
        """Accuracy against complexity: the best log-odds of each class at each complexity."""
        import pandas as pd  # slow to import, and only needed here

        check_is_fitted(self)
        return pd.DataFrame([{"class": label, "complexity": e.complexity, "parameters": e.n_parameters,
                              "explained_train": e.explained_train, "explained_holdout": e.explained_holdout,
                              "formula": to_text(e.network, self.names_)}
                             for label, front in zip(self._labels, self._fronts, strict=True) for e in front])

    def _repr_html_inner(self) -> str:
        """The typeset formula of every class and the fronts, for notebooks; scikit-learn's diagram before `fit`."""
        diagram: str = super()._repr_html_inner()  # type: ignore[misc]
        if not hasattr(self, "networks_"):
            return diagram
        named = [(f"{label}: ", latex) for label, latex in zip(self._labels, self.latexes_, strict=True)]
        return front_html(named, self.front_, self.formulas_) + diagram
