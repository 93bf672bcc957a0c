"""How a person does what a sentence advises: where to click in the app, and which option to give in the terminal.

Files such as the report are read by both, and name both ways. The app and the terminal name their own.
"""

from __future__ import annotations

import re

#: Where to click for the loss, and for the conversion of a column.
WHERE_LOSS, WHERE_CONVERSIONS = "Setup, More settings, What an error costs", "Data, Gaps, text and dates"
#: One way; a column name in it may have parentheses.
_WAY = r"((?:[^();]|\([^();]*\))+)"
_WAYS = re.compile(rf"\(in the app {_WAY}; in the terminal {_WAY}\)")


def ways(app: str, terminal: str) -> str:
    """Both ways, in parentheses.

    >>> ways("Setup, More settings, What an error costs", "--loss relative")
    '(in the app Setup, More settings, What an error costs; in the terminal --loss relative)'
    """
    return f"(in the app {app}; in the terminal {terminal})"


def for_app(text: str) -> str:
    """A text with the way in the app alone.

    >>> for_app(f"Hold out the last rows {ways('Data, Held-out rows', '--split order')}.")
    'Hold out the last rows (Data, Held-out rows).'
    """
    return _WAYS.sub(r"(\1)", text)


def for_terminal(text: str) -> str:
    """A text with the way in the terminal alone.

    >>> for_terminal(f"Read it as missing {ways('Data, Gaps', 'mass (kg):gaps')}.")
    'Read it as missing (mass (kg):gaps).'
    """
    return _WAYS.sub(r"(\2)", text)
