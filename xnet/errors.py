"""Errors that a caller can do something about; every one derives from `XNetError`."""

from __future__ import annotations


class XNetError(Exception):
    """Base of every error that X-Net raises on purpose."""


class DataError(XNetError, ValueError):
    """The data cannot be used as given: the message says where, what was expected, what came and what to do."""


class ActivationError(XNetError, ValueError):
    """An activation, group or preset is unknown, or the chosen library cannot build any network."""


class NetworkError(XNetError, ValueError):
    """A network is not well formed, or does not fit the data it is given."""


class FormulaError(XNetError, ValueError):
    """A formula's text cannot be read; the message names the position."""


class ConstraintError(XNetError, ValueError):
    """A user's prior knowledge names what is not there, or contradicts itself."""


class StateError(XNetError, ValueError):
    """A saved search cannot be taken up again."""
