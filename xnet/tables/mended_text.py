"""Text that another program damaged: letters decoded twice, quotes that are written in other ways than in CSV."""

from __future__ import annotations

import re

#: Letters of UTF-8 that were read as Windows-1252: Â° for °, Ã¶ for ö, Î¼ for μ, â‚¬ for €.
_TWICE = re.compile(r"[ÂÃÎÏâ][^\x00-\x7f]+")


def with_mended_letters(text: str, notes: list[str]) -> str:
    """The text with letters such as Â° as what they were, °; each kind of change is reported.

    >>> with_mended_letters("T (Â°C)", []), with_mended_letters("Âge", [])
    ('T (°C)', 'Âge')
    """
    changed: dict[str, str] = {}

    def mended(match: re.Match[str]) -> str:
        try:
            changed[match[0]] = match[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            return match[0]
        return changed[match[0]]

    found = _TWICE.sub(mended, text)
    if changed:
        shown = ", ".join(f"{old!r} to {new!r}" for old, new in list(changed.items())[:3])
        notes.append(f"Letters that another program had decoded in the wrong way were restored: {shown}.")
    return found


def with_plain_quotes(text: str) -> str:
    """The text with quotes inside quotes doubled, not behind a backslash, and without spaces behind quotes.

    >>> with_plain_quotes('"2" , "x"')
    '"2", "x"'
    """
    return re.sub(r'"[ \t]++(?=[,;|\r\n])', '"', text.replace('\\"', '""'))
