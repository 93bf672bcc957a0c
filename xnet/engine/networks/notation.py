"""How formulas are written: precedence, brackets, and templates with one place per operand.

A printed operand carries its precedence, so that the enclosing operation can decide whether brackets are needed. The
printers of `xnet.engine.formulas` and the words of `xnet.wording` share these rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Precedence(IntEnum):
    """How tightly a printed formula holds together, from loose to tight."""

    SUM = 1
    NEGATION = 2
    PRODUCT = 3
    POWER = 4
    ATOM = 5


Printed = tuple[str, Precedence]
#: Writes an activation over its printed operands.
Notation = Callable[[Sequence[Printed]], Printed]

PLAIN_BRACKETS = ("(", ")")
LATEX_BRACKETS = (r"\left(", r"\right)")


def bracketed(item: Printed, least: Precedence, brackets: tuple[str, str] = PLAIN_BRACKETS) -> str:
    """The printed text, in brackets where its precedence is below `least`."""
    text, precedence = item
    return text if precedence >= least else f"{brackets[0]}{text}{brackets[1]}"


@dataclass(frozen=True)
class Pattern:
    """A notation given by a format string, such as `{0}/{1}`.

    Attributes:
        template: a format string with the places {0} and, for two operands, {1}.
        operands: for each operand the least precedence that needs no brackets.
        result: the precedence of what is printed. A product that starts with a minus sign counts as a negation:
            -3*x may open a sum, but a + -3*x may not stand.
        brackets: the opening and the closing bracket.
    """

    template: str
    operands: tuple[Precedence, ...]
    result: Precedence
    brackets: tuple[str, str] = PLAIN_BRACKETS

    def __call__(self, operands: Sequence[Printed]) -> Printed:
        """The template filled in with the printed operands."""
        texts = [bracketed(item, least, self.brackets) for item, least in zip(operands, self.operands, strict=True)]
        return self.template.format(*texts), self._precedence(operands[0])

    def _precedence(self, first: Printed) -> Precedence:
        unbracketed_first = self.template.startswith("{0}") and first[1] >= self.operands[0]
        return min(self.result, first[1]) if unbracketed_first and first[1] == Precedence.NEGATION else self.result


def function_call(name: str) -> Pattern:
    """The notation name(x), as in plain text."""
    return Pattern(f"{name}({{0}})", (Precedence.SUM,), Precedence.ATOM)


def latex_call(command: str) -> Pattern:
    r"""The notation \command(x) of LaTeX, with brackets that grow with x."""
    literal = command.replace("{", "{{").replace("}", "}}")
    return Pattern(rf"{literal}\left({{0}}\right)", (Precedence.SUM,), Precedence.ATOM)


def phrase_before(words: str) -> Pattern:
    """Words before their operand, e.g. "the sine of x"."""
    return Pattern(f"{words} {{0}}", (Precedence.ATOM,), Precedence.POWER)


def phrase_after(words: str) -> Pattern:
    """Words behind their operand, e.g. "x squared"."""
    return Pattern(f"{{0}} {words}", (Precedence.ATOM,), Precedence.POWER)
