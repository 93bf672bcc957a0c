"""The replay of a discovery: every best network that a search had, in the order in which it found them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from xnet.atomic_files import to_json, whole_lines, write_text

from .run import Run

FILE = "frames.jsonl"
#: A run keeps at most so many frames; when there are more, every second one is left out.
MAX_FRAMES = 400


class FrameWriter:
    """Writes the frames of one run as its search goes on.

    Args:
        run: where to write.
        goes_on: whether the search was begun before; else frames of an earlier try are deleted.
    """

    def __init__(self, run: Run, goes_on: bool = False) -> None:
        self.path = run.folder / FILE
        self.lines = whole_lines(self.path) if goes_on else []
        if not goes_on:
            self.path.unlink(missing_ok=True)

    def add(self, net: dict[str, Any], *, seconds: float, step: int, reason: str) -> None:
        """Write a new best network; `reason` says what had changed, in words."""
        line = to_json({"seconds": round(seconds, 3), "step": step, "net": net, "reason": reason}) + "\n"
        self.lines.append(line)
        if len(self.lines) > MAX_FRAMES:
            self.lines = thinned(self.lines)
            write_text(self.path, "".join(self.lines))
        else:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line)


def thinned(lines: Sequence[str]) -> list[str]:
    """Every second line, and the last one."""
    return [*lines[:-1:2], lines[-1]]


def read_frames(run: Run) -> list[dict[str, Any]]:
    """The frames so far, oldest first; none for runs of older releases. A line that is still being written is left out.

    Returns:
        Objects of `seconds`, `step`, `net` (as in a snapshot) and `reason`.
    """
    try:
        whole = (run.folder / FILE).read_bytes()
    except OSError:
        return []
    return [json.loads(line) for line in whole.split(b"\n")[:-1]]
