"""Extension of griffe: lays out the docstrings of X-Net for a page.

A doctest stands in the running text of a docstring, where Markdown takes its `>>>` for a quotation of a quotation. A
TypedDict describes its fields under `Keys:`, which the Google style calls `Attributes:`. One entry may describe two
parameters, as in `X, y: the rows`; a page gives each of them an entry with its type. An attribute that a method makes
has no type in the class; griffe would show the type of the attribute before it, so its entry says that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

import griffe

_DOCTEST = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)
_HEADING = re.compile(r"(\w+):\s*$")
_ENTRY = re.compile(r"    (\w+(?:, \w+)*):(?= )")
#: Sections whose entries are names of the object's own.
_NAMING = ("Args", "Attributes")


def laid_out(text: str, typed: Container[str] = ()) -> str:
    """The docstring as the Google style and Markdown want it; `typed` are the attributes with a type of their own."""
    return _separated(_DOCTEST.sub(lambda found: f"```pycon\n{found[0]}\n```", text), typed)


def _separated(text: str, typed: Container[str]) -> str:
    """The docstring with one entry for each name; the second name of an entry refers to the first."""
    lines: list[str] = []
    section = ""
    waiting: list[str] = []  # entries that come when the entry under way has ended
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
