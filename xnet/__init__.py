"""X-Net: find the formula behind a table with a network whose neurons choose their own activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .classifier import XNetClassifier
    from .estimators import XNetRegressor

__all__ = ["XNetClassifier", "XNetRegressor", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # The worker and the command line must not pay for importing scikit-learn.
    if name == "XNetRegressor":
        from .estimators import XNetRegressor

        return XNetRegressor
    if name == "XNetClassifier":
        from .classifier import XNetClassifier

        return XNetClassifier
    raise AttributeError(f"module 'xnet' has no attribute {name!r}")
