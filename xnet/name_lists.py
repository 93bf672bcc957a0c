"""Lists of names inside sentences (the first few of them, and the number of the others), and the order of labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

#: Longer names are cut where they are quoted; columns of tables have at most this many characters.
_LONGEST_NAME = 80


def abbreviated_list(items: Iterable[str], at_most: int = 8) -> str:
    """The items separated by commas; beyond the first `at_most` only their number.

    >>> abbreviated_list(["a", "b"]), abbreviated_list(["a", "b", "c", "d"], at_most=2)
    ('a, b', 'a, b and 2 more')
    """
    items = list(items)
    more = f" and {len(items) - at_most:,} more" if len(items) > at_most else ""
    return ", ".join(items[:at_most]) + more


def quoted_names(names: Iterable[str], at_most: int = 8) -> str:
    """The names in quotes; beyond the first `at_most` only their number.

    >>> quoted_names(["mass", "length"])
    "'mass', 'length'"
    """
    return abbreviated_list((repr(name[:_LONGEST_NAME]) for name in names), at_most)


def cut_names(names: Iterable[str], length: int) -> list[str]:
    """The names, cut to `length` characters with an ellipsis; those that begin alike keep their ends, or are numbered.

    >>> cut_names(["temperature_inside", "temperature_outside", "pressure"], 13)
    ['temper…inside', 'temper…utside', 'pressure']
    >>> cut_names(["pressure_gauge"], 9), cut_names(["aaaa1aaaa", "aaaa2aaaa"], 5)
    (['pressure…'], ['1: aa…aa', '2: aa…aa'])
    """
    names, half = list(names), (length - 1) // 2
    cut = [name if len(name) <= length else name[: length - 1].rstrip() + "…" for name in names]
    seen = Counter(cut)
    cut = [short if seen[short] == 1 or len(name) <= length else f"{name[:half].rstrip()}…{name[-half:].lstrip()}"
           for short, name in zip(cut, names, strict=True)]
    seen = Counter(cut)
    return [short if seen[short] == 1 else f"{k}: {short}" for k, short in enumerate(cut, start=1)]


def label_order(label: str) -> tuple[int, float, str]:
    """The key that sorts labels: numbers by their value, then other labels by their letters.

    Groups of rows are numbered in this order, in tables and by the estimators.

    >>> sorted(["10", "b", "9", "a"], key=label_order)
    ['9', '10', 'a', 'b']
    """
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label
