"""Several targets at once: a search for each column of Y, on one candidate library."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from xnet.engine import Problem, StopReason
from xnet.name_lists import quoted_names

from .frames import names_of
from .sample_weights import COUNTS_WARNING

if TYPE_CHECKING:
    import pandas as pd

#: Attributes of a fit that belong to the inputs.
_OF_INPUTS = ("n_features_in_", "feature_names_in_")


class _OfOneTarget:
    """What a fit to one target sets on the model; after a fit to several, reading it says where it is.

    An attribute of the instance stands before this one of its class.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, model: Any, owner: type) -> Any:
        if model is None:
            return self
        if "estimators_" in vars(model):
            listed = " (all: model.formulas_)" if self.name == "formula_" else ""
            raise AttributeError(f"After a fit to several targets {self.name} belongs to the model of each target: "
                                 f"model.estimators_[0].{self.name}{listed}.")
        raise AttributeError(f"{type(model).__name__!r} object has no attribute {self.name!r}")


class SeveralTargets:
    """What a regressor knows after a fit to several targets; a base class of estimators.

    Attributes:
        estimators_: the fitted model of every target; absent after a fit to one target.
    """

    estimators_: list[Any]
    _library: Problem | None = None
    _target_name = "y"
    if not TYPE_CHECKING:  # the estimators declare their types
        formula_, latex_, network_, complexity_, n_parameters_, stop_reason_, history_ = (
            _OfOneTarget() for _ in range(7))

    @property
    def formulas_(self) -> list[str]:
        """The formulas of all targets as text; after a fit to one target its formula alone."""
        check_is_fitted(self)
        return [model.formula_ for model in self.models_]

    @property
    def models_(self) -> Sequence[Any]:
        """The fitted model of every target; after a fit to one target the model itself."""
        check_is_fitted(self)
        return getattr(self, "estimators_", [self])

    @property
    def fronts_(self) -> pd.DataFrame:
        """The fronts of all targets in one table, with a column `target`."""
        import pandas as pd  # slow to import, and only needed here

        tables = [model.front_.assign(target=model.target_name_) for model in self.models_]
        whole = pd.concat(tables, ignore_index=True)
        return whole[["target", *(name for name in whole if name != "target")]]

    def _fit_several(self, X: Any, targets: Sequence[Any], sample_weight: Any, sample_error: Any) -> Self:
        """Fit a model for each target."""
        self.estimators_ = fit_targets(self, X, targets, sample_weight, sample_error)
        for name in _OF_INPUTS:
            if hasattr(self.estimators_[0], name):
                setattr(self, name, getattr(self.estimators_[0], name))
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.target_tags.multi_output = True
        return tags

    def _forget(self, *, several: bool) -> None:
        """Remove the results of the last fit where it or the next one is to several targets."""
        if several or hasattr(self, "estimators_"):
            for name in [n for n in vars(self) if n.endswith("_") and not n.startswith("_") and n not in _OF_INPUTS]:
                delattr(self, name)


def targets_of(y: Any) -> list[Any] | None:
    """The columns of several targets, Series where y is a DataFrame; None for one target.

    Raises:
        ValueError: y has more than two dimensions, no column, or two columns of one name.
    """
    if getattr(y, "ndim", None) is None and isinstance(y, list | tuple) and y and isinstance(y[0], list | tuple):
        y = np.asarray(y)
    names = names_of(y)
    ndim = getattr(y, "ndim", 1 if names is None else 2)
    if ndim > 2:
        raise ValueError(f"y has shape {y.shape}; expected (n,) for one target or (n, k) for several.")
    if ndim < 2 or y.shape[1] == 1:
        return None
    if y.shape[1] == 0:
        raise ValueError("y has no column; give one column for each target.")
    if names is not None:
        names = [str(name) for name in names]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"y has two columns called {twice!r}; rename or drop one of them.")
        if not hasattr(y, "iloc"):  # Polars and Arrow
            import pandas as pd

            return [pd.Series(np.asarray(y[name]), name=name) for name in names]
        return [y.iloc[:, j].rename(name) for j, name in enumerate(names)]
    return [y[:, j] for j in range(y.shape[1])]


def fit_targets(model: Any, X: Any, targets: Sequence[Any], sample_weight: Any,
                sample_error: Any) -> list[Any]:
    """A fitted copy of the model for each target; all use the candidate library of the first.

    Ctrl-C ends all searches: targets that were not searched yet get a constant, with a `ConvergenceWarning`.

    Raises:
        ValueError: known standard errors have another number of columns than the targets; as `fit` otherwise.
    """
    errors = np.asarray(sample_error, dtype=np.float64) if sample_error is not None else None
    if errors is not None and errors.ndim == 2 and errors.shape[1] != len(targets):
        raise ValueError(f"sample_error has {errors.shape[1]} columns for {len(targets)} targets; give one column for "
                         "each, or one for all.")
    for j, target in enumerate(targets):  # before the first search
        _check_target(target, str(getattr(target, "name", None) or f"number {j}"))
    fitted: list[Any] = []
    stopped = False
    for j, target in enumerate(targets):
        one = clone(model)
        if stopped:  # Ctrl-C ends all searches
            one.budget_steps = 0
        one._library, one._target_name = (fitted[0]._library if fitted else None), f"y{j}"
        error = None if errors is None else errors[:, j] if errors.ndim == 2 else errors
        with warnings.catch_warnings():
            if fitted:  # the weights are the same for every target, so one warning is enough
                warnings.filterwarnings("ignore", COUNTS_WARNING)
            fitted.append(one.fit(X, target, sample_weight, error))
        if stopped:
            one.budget_steps, one.stop_reason_ = model.budget_steps, StopReason.STOPPED
        stopped = one.stop_reason_ is StopReason.STOPPED
    not_searched = [one.target_name_ for one in fitted if stopped and one.n_steps_ == 0]
    if not_searched:
        warnings.warn(f"The search was interrupted before it came to {quoted_names(not_searched)}, so the formula "
                      "there is a constant. Fit again to search longer.", ConvergenceWarning, stacklevel=4)
    for one in fitted:
        one._library = None
    return fitted


def _check_target(target: Any, name: str) -> None:
    """Refuse a target that is not numeric or has gaps.

    Raises:
        ValueError: the message names the target.
    """
    try:
        values = np.asarray(target, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"Target {name!r} holds values that are not numbers; drop it, or encode it as "
                         "numbers.") from None
    if not np.isfinite(values).all():
        raise ValueError(f"Target {name!r} has {int((~np.isfinite(values)).sum())} missing or infinite values; drop "
                         "such rows, or fit this target alone.")
