"""The frames of a run: its best networks in order, and attempts between them; the app replays the discovery from them.

Every best network is kept. Of the networks that were only tried, one is kept for each snapshot, because a search tries
thousands in a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from xnet.atomic_files import to_json, whole_lines, write_text
from xnet.drawings.layout import NodeIds
from xnet.engine.networks.network import Network

from .run import Run
from .schema import DrawnFormula, FrameRecord

FILE, ATTEMPTS = "frames.jsonl", "attempts.jsonl"
#: The largest number of frames of a file; when there are more, every second frame is deleted.
MAX_FRAMES = 400
#: The reason of a network that was tried and not kept.
ATTEMPT = "tried, not kept"


class FrameWriter:
    """Writes the frames of one run while its search runs.

    Args:
        run: the run to write to.
        resumed: whether the search continues an earlier one; else the frames of an earlier search are deleted.
        file: `FILE` or `ATTEMPTS`.
    """

    def __init__(self, run: Run, resumed: bool = False, file: str = FILE) -> None:
        self.path = run.folder / file
        self.lines = whole_lines(self.path) if resumed else []
        if not resumed:
            self.path.unlink(missing_ok=True)

    def add(self, formula: DrawnFormula, *, seconds: float, step: int, reason: str) -> None:
        """Write a new network.

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


def read_frames(run: Run, file: str = FILE) -> list[FrameRecord]:
    """The frames so far, oldest first; none for runs of older releases. An unfinished last line is left out."""
    try:
        content = (run.folder / file).read_bytes()
    except OSError:
        return []
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def with_attempts(best: Sequence[FrameRecord], attempts: Sequence[FrameRecord]) -> list[FrameRecord]:
    """Best networks and attempts in the order of the search; neurons that stay the same have the same id throughout.

    The reason of an attempt is `ATTEMPT`. An attempt that is equal to the network before it is left out.
    """
    tried: list[FrameRecord] = [{**frame, "reason": ATTEMPT} for frame in attempts]
    merged, ids = list[FrameRecord](), NodeIds()
    for frame in sorted([*best, *tried], key=lambda frame: (frame["seconds"], frame["reason"] == ATTEMPT)):
        if merged and frame["reason"] == ATTEMPT and frame["net"]["network"] == merged[-1]["net"]["network"]:
            continue
        names, changed = ids.update(Network.from_json(frame["net"]["network"]))
        merged.append({**frame, "net": {**frame["net"], "ids": names, "changed": changed}})
    return merged
