"""How numbers, times and states are said to people, and how text from their files is kept from being markup."""

from __future__ import annotations

import math
import re

#: What a run is doing, for people: (words, icon, badge colour).
RUN_STATES: dict[str, tuple[str, str, str]] = {
    "queued": ("Waiting for its turn", ":material/hourglass_empty:", "gray"),
    "starting": ("Starting the engine", ":material/rocket_launch:", "blue"),
    "running": ("Searching", ":material/motion_photos_on:", "green"),
    "paused": ("Paused", ":material/pause_circle:", "orange"),
    "finished": ("Finished", ":material/check_circle:", "blue"),
    "stopped": ("Stopped", ":material/stop_circle:", "gray"),
    "failed": ("Interrupted", ":material/error:", "red"),
}

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")


def escaped(text: object) -> str:
    """Text from a file or a person, safe inside Markdown: shown as it is, never as markup, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(str(text).split()))


def log_loss_text(value: float | None) -> str:
    """A log loss with three decimals, and more where it is very small."""
    return "–" if value is None else f"{value:.3f}" if value >= 0.001 or value == 0 else f"{value:.1e}"


def duration(value: float) -> str:
    """A length of time, cut to tenths below ten seconds, and to seconds above.

    >>> duration(0.34), duration(5), duration(48.2), duration(60), duration(125)
    ('0.3 s', '5 s', '48 s', '1 min', '2 min 5 s')
    """
    whole = int(value)
    if 0 < value < 10 and value != whole:
        tenths = int(10 * value + 1e-9)
        return f"{tenths / 10:.1f} s" if tenths else "less than 0.1 s"
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")


def unexplained_text(loss: float | None) -> str:
    """A loss as the share of the variation that is left.

    >>> [unexplained_text(loss) for loss in (0.1234, 1.0, 2e-9, 1e-20, None)]
    ['12.3 %', '100 %', '2e-07 %', 'nothing', 'no value']
    """
    if loss is None or not math.isfinite(loss):
        return "no value"
    if loss < 1e-16:
        return "nothing"
    return f"{100 * loss:.3g} %" if loss < 1e3 else "far too much"


def counted(n: int, what: str) -> str:
    """A number of things: `counted(1, "row")` is "1 row", `counted(1200, "row")` is "1,200 rows"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def shorten(text: str, length: int) -> str:
    """Text cut to `length` characters, with an ellipsis where something is missing."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
