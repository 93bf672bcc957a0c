"""The frames of a run: every best network of the search in order, from which the app replays the discovery."""

from __future__ import annotations

import json
from collections.abc import Sequence

from xnet.atomic_files import to_json, whole_lines, write_text

from .run import Run
from .schema import DrawnFormula, FrameRecord

FILE = "frames.jsonl"
#: The largest number of frames of a run; when there are more, every second frame is deleted.
MAX_FRAMES = 400


class FrameWriter:
    """Writes the frames of one run while its search runs.

    Args:
        run: the run to write to.
        resumed: whether the search continues an earlier one; else the frames of an earlier attempt are deleted.
    """

    def __init__(self, run: Run, resumed: bool = False) -> None:
        self.path = run.folder / FILE
        self.lines = whole_lines(self.path) if resumed else []
        if not resumed:
            self.path.unlink(missing_ok=True)

    def add(self, formula: DrawnFormula, *, seconds: float, step: int, reason: str) -> None:
        """Write a new best network.

        Args:
            formula: the formula and its drawing.
            seconds: seconds of searching until now.
            step: the number of steps until now.
            reason: what changed, as a sentence.
        """
        frame: FrameRecord = {"seconds": round(seconds, 3), "step": step, "net": formula, "reason": reason}
        line = to_json(frame) + "\n"
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


def read_frames(run: Run) -> list[FrameRecord]:
    """The frames so far, oldest first; none for runs of older releases. An unfinished last line is left out."""
    try:
        content = (run.folder / FILE).read_bytes()
    except OSError:
        return []
    return [json.loads(line) for line in content.split(b"\n")[:-1]]
