"""What a fitted `XNetRegressor` knows about groups: own constants, scores, and groups never seen."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import validate_data

from xnet.arrays import Array
from xnet.engine import FrontEntry, Groups, Network, Problem, codes_of
from xnet.engine.fitting.rows import Rows
from xnet.engine.problem.restrictions import fixed_constants, own_limits
from xnet.errors import DataError
from xnet.evidence.constants import estimation_rows
from xnet.evidence.group_constants import group_constants, own_table, r2_by_group, with_new_group

from .frames import names_of, without_column
from .grouped_rows import groups_of, known_codes, without_group_column
from .input_checks import check_numeric
from .sample_weights import CanonicalTable

if TYPE_CHECKING:
    import pandas as pd


class GroupedFront:
    """Own constants of groups; a base class of estimators."""

    network_: Network
    names_: tuple[str, ...]
    own_constants: str | int
    holdout_fraction: float
    _rows: Rows
    _searched: Problem
    _chosen: FrontEntry
    _groups: Groups | None
    _group_column: str
    _calibrated: tuple[tuple[Array, Array], ...] = ()
    _check_one: Callable[[], None]

    @property
    def parameters_(self) -> pd.DataFrame:
        """The constants with letters, as printed and as fitted to all rows, with errors; with groups also the group.

        The group of a constant that all groups share is "".
        """
        import pandas as pd  # slow to import, and only needed here

        self._check_one()
        if self.network_.own is None:
            found: pd.DataFrame = super().parameters_  # type: ignore[misc]
            return found
        described = self.network_, self._searched, self._chosen.parts
        fixed = fixed_constants(*described)
        rows = group_constants(self.network_, self._rows_of_groups(), fixed, own_limits(*described))
        kinds = ["fixed" if i in fixed else "at a bound" if "method" in r else
                 "not determined" if r["error"] is None else "fitted" for i, r in enumerate(rows)]
        return pd.DataFrame([{"name": r["name"], "group": r["group"], "value": r["value"], "fitted": r["fitted"],
                              "standard_error": r["error"], "low95": r["low"], "high95": r["high"], "kind": kind}
                             for r, kind in zip(rows, kinds, strict=True)])

    @property
    def group_constants_(self) -> pd.DataFrame:
        """The own constants: one row a group, one column a constant (a, b, ...)."""
        self._check_one()
        return own_table(self.network_)

    @property
    def r2_by_group_(self) -> dict[str, float | None]:
        """R² in the rows of every group, training and held-out ones."""
        self._check_one()
        return {} if self.network_.own is None else r2_by_group(self.network_, self._rows_of_groups())

    def calibrate(self, X: Any, y: Any, group: str) -> Self:
        """A fitted copy of the model that knows one more group.

        The form and the constants of all groups are held; the own constants of the new group are fitted. `parameters_`
        then has the new group too: its rows count in the errors of all constants, each with the mean weight of a row.

        Args:
            X: (n, d) inputs of the rows of the group, without the column of groups.
            y: (n,) target.
            group: the name of the new group.

        Raises:
            DataError: the formula has no own constants, the group is known, or its rows are too few.
        """
        self._check_one()
        own = self.network_.own
        if own is None or self._groups is None:
            raise DataError("The formula has no constants of groups, so there is nothing to calibrate. Use predict.")
        X = self._checked(X)
        network = with_new_group(self.network_, np.column_stack([X, np.zeros(len(X))]), np.asarray(y), str(group),
                                 self._rows.loss_function)
        assert network.own is not None
        other = copy.copy(self)
        other.network_, other._groups = network, replace(self._groups, labels=network.own.labels)
        new = np.column_stack([X, np.full(len(X), own.n_groups)])
        other._calibrated = (*self._known_calibrations(), (new, np.asarray(y, dtype=np.float64)))
        return other

    def _known_calibrations(self) -> tuple[tuple[Array, Array], ...]:
        """Inputs and target of the groups that were added to the formula; another formula does not know them."""
        own = self.network_.own
        return () if own is None else tuple((X, y) for X, y in self._calibrated if X[0, own.column] < own.n_groups)

    def _rows_of_groups(self) -> Rows:
        """All rows of the groups that the formula knows, those of calibrated groups too, under its loss."""
        rows = estimation_rows(self._searched, of_second_look=self._chosen.is_robust)
        known = self._known_calibrations()
        if not known:
            return rows
        columns = np.concatenate([rows.columns, *(X.T for X, _ in known)], axis=1)
        y = np.concatenate([rows.y, *(y for _, y in known)])
        weight = None if rows.weight is None else np.append(rows.weight, np.ones(len(y) - len(rows.y)))
        return replace(rows, columns=columns, y=y, weight=weight)

    def _grouped(self, X: Array, names: tuple[str, ...], labels: Any) -> tuple[Array, tuple[str, ...]]:
        """The inputs of `fit` with the numbers of the groups as the last one, and the names of all."""
        self._calibrated = ()
        self._groups = groups_of(labels, len(names), self.own_constants)
        if self._groups is None:
            return X, names
        return np.column_stack([X, codes_of(labels)[0]]), (*names, self._group_column)

    def _held_out(self, table: CanonicalTable, seed: int) -> Array | None:
        """Whether a row is held out (n,) where equal rows stay together; None where rows are drawn independently."""
        holdout = table.holdout(self.holdout_fraction, seed)
        return holdout if self._groups is None else self._groups.released(table.X, holdout)

    def _checked(self, X: Any) -> Array:
        if self._group_column and self._group_column in (names_of(X) or ()):
            X = without_column(X, self._group_column)
        check_numeric(X)
        return np.asarray(validate_data(self, X, reset=False, dtype=np.float64))

    def _with_groups(self, X: Any, groups: Any) -> Array:
        """The inputs of the network: X, and the numbers of the groups behind it where the model has groups.

        Raises:
            DataError: the groups are missing, or one of them is not known.
        """
        if self._groups is None:
            if groups is not None and not self._group_column:
                raise DataError("This model was fitted without groups. Leave groups out, or fit it with groups.")
            return self._checked(X)
        if groups is None and self._group_column in (names_of(X) or ()):
            groups = self._group_column
        if groups is None:
            raise DataError(f"The formula has constants of every {self._group_column}. Give groups=, one label a row.")
        X, labels, _ = without_group_column(X, groups)
        known = self._groups.labels if self.network_.own is None else self.network_.own.labels
        return np.column_stack([self._checked(X), known_codes(labels, known, self._group_column)])
