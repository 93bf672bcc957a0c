"""Extension of griffe: lays out the docstrings of X-Net for a page.

Markdown reads the `>>>` of a doctest in a docstring as a quotation inside a quotation, so a doctest becomes a block of
code. A TypedDict describes its fields under `Keys:`, which the Google style calls `Attributes:`. One entry may describe
two parameters, as in `X, y: the rows`; a page gives each of them an entry with its type. An attribute that a method
sets has no type in the class. griffe would show the type of the previous attribute, so the entry gets an empty type.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

import griffe

_DOCTEST = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)
_HEADING = re.compile(r"(\w+):\s*$")
_ENTRY = re.compile(r"    (\w+(?:, \w+)*):(?= )")
#: Sections whose entries are parameters or attributes.
_NAMING = ("Args", "Attributes")


def laid_out(text: str, typed: Container[str] = ()) -> str:
    """The docstring in the form that the Google style and Markdown expect; `typed` names the attributes with a type."""
    return _separated(_DOCTEST.sub(lambda found: f"```pycon\n{found[0]}\n```", text), typed)


def _separated(text: str, typed: Container[str]) -> str:
    """The docstring with one entry for each name; the second name of an entry refers to the first."""
    lines: list[str] = []
    section = ""
    waiting: list[str] = []  # entries to add when the current one has ended
    for line in text.splitlines():
        if not line.startswith("     "):
            lines += waiting
            waiting = []
        heading, entry = _HEADING.match(line), _ENTRY.match(line)
        if heading is not None:
            section = "Attributes" if heading[1] == "Keys" else heading[1]
            lines.append(f"{section}:")
        elif entry is not None and section in _NAMING:
            first, *others = (name if section == "Args" or name in typed else f"{name} ()"
                              for name in entry[1].split(", "))
            lines.append(f"    {first}:{line[entry.end() :]}")
            waiting = [f"    {other}: described with `{first.split()[0]}`." for other in others]
        else:
            lines.append(line)
    return "\n".join([*lines, *waiting])


class DocstringLayout(griffe.Extension):
    """Rewrites the docstring of every object before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        """Called once for each module, class, function and attribute, when the package is read."""
        if obj.docstring is not None:
            obj.docstring.value = laid_out(obj.docstring.value, obj.members)
