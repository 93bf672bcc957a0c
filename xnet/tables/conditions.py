"""Conditions on the rows of a table, such as `temperature > 100 and group = "a"`.

The grammar (nothing else is read, and nothing is evaluated as code):

    condition   = all { "or" all }
    all         = single { "and" single }
    single      = "not" single | "(" condition ")" | operand "is" ["not"] "missing" | operand { sign operand }
    sign        = < <= > >= = == != ≤ ≥ ≠
    operand     = a column, a number, "a text" or 'a text', or the word line (row) for the row's place in the file

The names of columns are matched with the table, the longest first, so that they may contain spaces and signs. Any name
can be written in `backticks`, with each backtick of the name doubled, as in formulas; a column called "not", or one
whose name begins with a bracket, must be. `1 < mass < 5` means both. A gap fulfils no comparison.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.name_lists import quoted_names

from .changes import LONGEST_CONDITION, ChangeError
from .column_conversion import days_first
from .column_recipes import parse_dates
from .numbers import has_no_label, is_date
from .table import Table

#: The deepest nesting of brackets and "not".
_DEEPEST = 40
_SIGNS: dict[str, Callable[[Array, Array], Array]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}
_SAME_SIGNS = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}
_SIGN = re.compile(r"<=|>=|==|!=|<>|[<>=≤≥≠]")
_NUMBER = re.compile(r"[-+−]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?(?![\w.]|[-/:]\d)")  # 2021-05-01 is a date
_QUOTED = re.compile(r'"([^"]*)"|\'([^\']*)\'|[“„]([^“”]*)[“”]')
_BACKTICKS = re.compile(r"`((?:[^`]|``)*)`")
_BARE = re.compile(r"[^\s<>=≤≥≠()!]+")
#: Pages show names with these signs, so that no line breaks before % and no address is a link; names have none.
_AS_TYPED = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{WORD JOINER}": ""})
_COMMA = re.compile(r"[-+−]?\d+,\d")


@dataclass(frozen=True)
class _Operand:
    """A column or the place of the row (a name, n values) or a constant (no name), as written in `text`."""

    text: str
    column: str | None = None
    number: float | None = None
    is_place: bool = False


@dataclass(frozen=True)
class Selected:
    """The rows that fulfil a condition.

    Attributes:
        mask: (n,) whether a row fulfils it.
        columns: the columns that the condition names, in this order.
    """

    mask: Array
    columns: tuple[str, ...]


def select_rows(condition: str, table: Table) -> Selected:
    """The rows of a table that fulfil a condition.

    Raises:
        ChangeError: the condition cannot be read, names an unknown column, or compares text with numbers.
    """
    if len(condition) > LONGEST_CONDITION:
        raise ChangeError(f"The condition has {len(condition):,} characters; at most {LONGEST_CONDITION:,} are read. "
                          "Write several conditions.")
    reader = _Reader(condition.translate(_AS_TYPED), table)
    mask = reader.condition(0)
    if reader.rest():
        raise reader.error(f"expected “and” or “or”, or the end, at {reader.rest()[:30]!r}")
    return Selected(mask, tuple(dict.fromkeys(reader.columns)))


class _Reader:
    """Reads a condition from left to right and computes (n,) truth values on the way."""

    def __init__(self, text: str, table: Table) -> None:
        self.text, self.table, self.position = text, table, 0
        self.columns: list[str] = []
        self.names = sorted(map(str, table.frame.columns), key=len, reverse=True)

    def error(self, what: str) -> ChangeError:
        """The error with the condition in its sentence."""
        end = "" if what.endswith("?") else "."
        return ChangeError(f"The condition {self.text.strip()[:200]!r} cannot be read: {what}{end} Write it like "
                           f"{self._example()}.")

    def _example(self) -> str:
        column = next(iter(self.table.numeric_columns), "mass")
        return f"{column if column.isidentifier() else '`' + column.replace('`', '``') + '`'} > 100"

    def rest(self) -> str:
        """The text that is not read yet."""
        return self.text[self.position:].strip()

    def _skip(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of a pattern at the position, which moves behind it."""
        self._skip()
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def _word(self, word: str) -> bool:
        return self._take(re.compile(rf"{word}(?!\w)", re.IGNORECASE)) is not None

    def condition(self, depth: int) -> Array:
        """Read up to the end or a closing bracket."""
        mask = self._all(depth)
        while self._word("or"):
            mask = mask | self._all(depth)
        return mask

    def _all(self, depth: int) -> Array:
        mask = self._single(depth)
        while self._word("and"):
            mask = mask & self._single(depth)
        return mask

    def _single(self, depth: int) -> Array:
        if depth > _DEEPEST:
            raise self.error(f"it is nested more than {_DEEPEST} times")
        if self._word("not"):
            return ~self._single(depth + 1)
        if self._take(re.compile(r"\(")):
            mask = self.condition(depth + 1)
            if not self._take(re.compile(r"\)")):
                raise self.error("a bracket is not closed")
            return mask
        return self._comparison()

    def _comparison(self) -> Array:
        left = self._operand(first=True)
        if self._word("is"):
            return self._missing(left)
        mask: Array | None = None
        while (sign := self._take(_SIGN)) is not None:
            right = self._operand()
            one = self._compare(left, _SAME_SIGNS.get(sign.group(), sign.group()), right)
            mask, left = one if mask is None else mask & one, right
        if mask is None:
            raise self.error(f"expected a comparison, such as > 100, after {left.text!r}"
                             + (f", not {self.rest()[:30]!r}" if self.rest() else ""))
        return mask

    def _missing(self, left: _Operand) -> Array:
        negated = self._word("not")
        if not self._word("missing") or left.column is None:
            raise self.error("“is” stands only in COLUMN is missing and COLUMN is not missing")
        cells = self.table.frame[left.column]
        gaps = np.isnan(cells.to_numpy(dtype=float)) if self._is_numeric(left) else np.array(
            [has_no_label(str(cell)) for cell in cells])
        return ~gaps if negated else gaps

    def _column(self) -> str | None:
        """The column whose name stands here, the longest one; None if there is none."""
        if quoted := self._take(_BACKTICKS):
            name = quoted[1].replace("``", "`")
            if name not in self.names:
                raise self._unknown(name)
            return name
        self._skip()
        for name in self.names:
            end = self.position + len(name)
            whole = not name[-1:].isalnum() or not (self.text[end:end + 1].isalnum() or self.text[end:end + 1] == "_")
            if name and whole and self.text.startswith(name, self.position):
                self.position = end
                return name
        return None

    def _operand(self, first: bool = False) -> _Operand:
        """The operand that stands here; a single word on the right of a sign is text."""
        self._skip()
        start = self.position
        if not first and _COMMA.match(self.text, start):
            raise self.error("numbers have a decimal point: write 1.5, not 1,5")
        if first or self._take(_NUMBER) is None:
            column = self._column()
            if column is not None:
                self.columns.append(column)
                return _Operand(column, column)
        self.position = start
        if number := self._take(_NUMBER):
            return _Operand(number.group(), number=float(number.group().replace("−", "-")))
        if self._take(re.compile(rf"{self.table.row_names.word}(?!\w)", re.IGNORECASE)):
            return _Operand(self.table.row_names.word, is_place=True)
        if quoted := self._take(_QUOTED):
            return _Operand(next(part for part in quoted.groups() if part is not None))
        bare = self._take(_BARE)
        if bare is None:
            raise self.error(f"expected a {'column' if first else 'number, a text or a column'} at "
                             f"{self.rest()[:30]!r}" if self.rest() else
                             f"a {'column' if first else 'number, a text or a column'} is missing at its end")
        if first:
            raise self._unknown(bare.group())
        return _Operand(bare.group())

    def _unknown(self, name: str) -> ChangeError:
        lower = {n.lower(): n for n in reversed(self.names)}
        near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
        hint = f"did you mean {lower[near[0]]!r}?" if near else (
            f"its columns are {quoted_names(map(str, self.table.frame.columns))}")
        return self.error(f"the table has no column {name[:60]!r}; {hint}")

    def _is_numeric(self, operand: _Operand) -> bool:
        return operand.is_place or operand.number is not None or operand.column in self.table.numeric_columns

    def _compare(self, left: _Operand, sign: str, right: _Operand) -> Array:
        if all(one.column is None and not one.is_place for one in (left, right)):
            raise self.error(f"{left.text!r} and {right.text!r} are no columns; a comparison needs one")
        pair = (left, right)
        text = next((one for one in pair if one.column is not None and not self._is_numeric(one)), None)
        if text is None:
            for one, other in (pair, pair[::-1]):
                if not self._is_numeric(one):
                    raise self.error(f"{other.text!r} holds numbers, and {one.text!r} is none")
            values = [self._numbers(one) for one in pair]
            there = ~(np.isnan(values[0]) | np.isnan(values[1]))
            return _SIGNS[sign](*values) & there
        if self.table.kinds.get(text.column or "") == "dates" and all(
                one.column or is_date(one.text) for one in pair):
            return self._compare_dates(pair, sign)
        if any(one.is_place or (one.column in self.table.numeric_columns) for one in pair):
            raise self.error(f"{text.text!r} holds text, which cannot be compared with numbers")
        if sign not in ("=", "!="):
            raise self.error(f"{text.text!r} holds text, which can only be compared by = and !=")
        return self._compare_texts(pair, sign)

    def _compare_texts(self, pair: tuple[_Operand, _Operand], sign: str) -> Array:
        cells = [self._texts(one) for one in pair]
        gaps = [np.array([has_no_label(cell) for cell in self._texts(one)], dtype=bool) for one in pair if one.column]
        same = np.array([a == b for a, b in zip(*cells, strict=True)], dtype=bool)
        return (same if sign == "=" else ~same) & ~np.logical_or.reduce(gaps)

    def _compare_dates(self, pair: tuple[_Operand, _Operand], sign: str) -> Array:
        first = days_first(next(self._texts(one) for one in pair if one.column is not None))
        dates = [parse_dates(self._texts(one), first) for one in pair]
        there = (dates[0].notna() & dates[1].notna()).to_numpy()
        return _SIGNS[sign](dates[0].to_numpy(), dates[1].to_numpy()) & there

    def _texts(self, operand: _Operand) -> list[str]:
        if operand.column is None:
            return [operand.text] * len(self.table.frame)
        return [str(cell).strip() for cell in self.table.frame[operand.column]]

    def _numbers(self, operand: _Operand) -> Array:
        if operand.is_place:
            return self.table.row_names.numbers.astype(float)
        if operand.column is None:
            return np.full(len(self.table.frame), operand.number, dtype=float)
        return self.table.frame[operand.column].to_numpy(dtype=float)
