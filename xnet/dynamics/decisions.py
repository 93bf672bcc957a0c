"""The points at which a search was ended by the clock or by a person, kept so that the search can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Collection


class Decisions:
    """Numbers the questions "does this part end now?" and keeps the numbers of those that were answered yes.

    The searches and simulations between two questions read no clock. With the same answers, a search is therefore
    repeated bit for bit.

    Args:
        given: the numbers of the questions that an earlier search answered yes; its answers are repeated. None asks the
            clock and the person.
    """

    def __init__(self, given: Collection[int] | None = None) -> None:
        self._given = None if given is None else frozenset(given)
        self._asked = 0
        self.yes: list[int] = []

    def ends(self, answer: Callable[[], bool]) -> bool:
        """The answer to the next question: that of `answer`, or the one that is repeated."""
        ends = bool(answer()) if self._given is None else self._asked in self._given
        if ends:
            self.yes.append(self._asked)
        self._asked += 1
        return ends
