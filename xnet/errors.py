"""Errors that a caller can act on. Each derives from `XNetError` and from `ValueError`."""

from __future__ import annotations


class XNetError(Exception):
    """Base of every error that X-Net raises on purpose."""


class DataError(XNetError, ValueError):
    """The data cannot be used: the message names the place, the expected and the actual value, and a remedy."""


class ActivationError(XNetError, ValueError):
    """An activation, group or preset is unknown, or the chosen library cannot build any network."""


class NetworkError(XNetError, ValueError):
    """A network is not well formed, or does not match the number of inputs."""


class FormulaError(XNetError, ValueError):
    """A formula's text cannot be read; the message names the position."""


class ConstraintError(XNetError, ValueError):
    """The user's prior knowledge contradicts itself, or names a column or activation that does not exist."""


class StateError(XNetError, ValueError):
    """A checkpoint cannot be resumed."""
