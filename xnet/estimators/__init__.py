"""The scikit-learn estimators: `XNetRegressor` and `XNetClassifier`."""

from .classifier import XNetClassifier
from .regressor import XNetRegressor

__all__ = ["XNetClassifier", "XNetRegressor"]
