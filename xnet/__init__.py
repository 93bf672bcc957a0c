"""X-Net: find the formula behind a table with a network whose neurons choose their own activations.

Names are imported on first use: the worker and the command line do not pay for importing scikit-learn and pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xnet.version import __version__

if TYPE_CHECKING:
    from xnet.dynamics import XNetDynamics
    from xnet.engine.problem.named_constants import Constant
    from xnet.estimators import XNetClassifier, XNetRegressor
    from xnet.tables.samples import load_sample

__all__ = ["Constant", "XNetClassifier", "XNetDynamics", "XNetRegressor", "__version__", "load_sample"]

_HOMES = {
    "Constant": "xnet.engine.problem.named_constants",
    "XNetClassifier": "xnet.estimators.classifier",
    "XNetDynamics": "xnet.dynamics.estimator",
    "XNetRegressor": "xnet.estimators.regressor",
    "load_sample": "xnet.tables.samples",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'xnet' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
