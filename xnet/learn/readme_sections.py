"""Sections of the README that the Learn page shows, so that figures and limits are written in one place only."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from xnet.resources import resource

_README = resource("README.md")
#: A link to a file of the repository, which does not work in the app.
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")


@lru_cache(maxsize=8)
def section(heading: str, path: Path = _README) -> str | None:
    """The Markdown below a second-level heading; None if the README or the heading is missing."""
    try:
        text = path.read_text("utf-8")
    except OSError:
        return None
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return None if found is None else _LINK.sub(r"\1", found[1]).strip()
