"""The F-test of a model of least squares against a shorter one that is a part of it."""

from __future__ import annotations


def f_test_p_value(whole: float, left: float, more: int, freedom: float) -> float:
    """The p-value of further constants: how often useless ones would lower the squares as far.

    Args:
        whole, left: the sums (or the means) of squared errors of the shorter and of the longer model.
        more: the number of constants that the longer model has more, at least 1.
        freedom: the number of rows less all constants of the longer model, at least 1.
    """
    from scipy.special import fdtrc  # imported here: the start-up of the worker does not pay for it

    return float(fdtrc(more, freedom, max((whole - left) / more / max(left / freedom, 1e-300), 0.0)))
