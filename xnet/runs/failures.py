"""Errors that end a search, as sentences for the user."""

from __future__ import annotations

import logging

from xnet.errors import XNetError

from .store import reason_of

log = logging.getLogger(__name__)


def failure_sentence(error: Exception) -> str:
    """The sentence for the user; called where the error is handled, because the log gets its details."""
    if isinstance(error, XNetError):  # its message is written for the user
        log.warning("The run failed: %s", error)
        return str(error)
    if isinstance(error, OSError):
        log.exception("A file cannot be written")
        return (f"The files of the search cannot be written ({reason_of(error)}); the best formula so far is kept. "
                "Free some space, then continue the search.")
    if isinstance(error, MemoryError):
        log.exception("Out of memory")
        return "The search ran out of memory; use fewer rows, inputs or activations."
    log.exception("The search failed")
    return "An unexpected error ended the search; the best formula so far is kept. See the log of the run."
