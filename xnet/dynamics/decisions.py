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
        earlier: the same of a search that is continued.
        until: the number of questions that were asked in it; the clock and the person are asked from then on.
    """

    def __init__(self, given: Collection[int] | None = None, earlier: Collection[int] = (), until: int = 0) -> None:
        self._given = None if given is None else frozenset(given)
        self._earlier, self._until = frozenset(earlier), until
        self.asked = 0
        self.yes: list[int] = []

    def ends(self, answer: Callable[[], bool]) -> bool:
        """The answer to the next question: that of `answer`, or the one that is repeated."""
        known = self._earlier if self.repeats else self._given
        ends = bool(answer()) if known is None else self.asked in known
        if ends:
            self.yes.append(self.asked)
        self.asked += 1
        return ends

    @property
    def asks(self) -> bool:
        """Whether the latest answer came from the clock or a person, not from an earlier search."""
        return self._given is None and self.asked > self._until

    def ends_after_all(self) -> None:
        """The part that the latest answer let go on was ended before it was complete, and left nothing."""
        self.yes.append(self.asked - 1)

    @property
    def repeats(self) -> bool:
        """Whether the next answer is one of an earlier search that is continued."""
        return self.asked < self._until

    def pass_over(self, asked: int) -> None:
        """Take over the earlier answers to all questions before the number `asked`."""
        self.yes += sorted(number for number in self._earlier if self.asked <= number < asked)
        self.asked = asked

    def forget_later(self) -> None:
        """Ask the clock and the person from now on: the earlier search took another way from here."""
        self._until = self.asked
        self._earlier = frozenset(number for number in self._earlier if number < self.asked)

    def taken(self) -> tuple[int, tuple[int, ...]]:
        """The number of questions that have an answer, and the numbers of those whose answer is yes."""
        later = sorted(number for number in self._earlier if number >= self.asked)
        return max(self.asked, self._until), (*self.yes, *later)
