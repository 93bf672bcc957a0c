"""Measured numbers with their goals, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.output import text_table


@dataclass(frozen=True)
class Figure:
    """A measured number.

    Attributes:
        name: what was measured.
        value: the number.
        low, high: the goal, both ends included; None for an open end.
        count: how many cases are behind the number.
        percent: whether the number is a share, printed in per cent.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    count: int
    percent: bool = True

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    @property
    def goal(self) -> str:
        """The goal as text."""
        low, high = (None if end is None else self._text(end) for end in (self.low, self.high))
        return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""

    def line(self) -> tuple[str, str, str, str, str]:
        """The figure as a line of the table."""
        return self.name, self._text(self.value), self.goal, str(self.count), "" if self.met else "missed"

    def _text(self, value: float) -> str:
        return f"{100 * value:.1f} %" if self.percent else f"{value:.4g}"


def figures_table(figures: Iterable[Figure]) -> str:
    """The table of figures."""
    return text_table(("figure", "value", "goal", "count", ""), [figure.line() for figure in figures])
