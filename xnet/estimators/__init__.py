"""The scikit-learn estimators: `XNetRegressor` and `XNetClassifier`.

    regressor     a formula for a number
    classifier    a formula for the score of every class
    history       the improvements of a search, as both report them
    input_checks  tables with columns that are not numeric are refused, with the name of the column
"""

from .classifier import XNetClassifier
from .regressor import XNetRegressor

__all__ = ["XNetClassifier", "XNetRegressor"]
