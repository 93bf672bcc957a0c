"""What `discover` prints: the progress line and the result as text or JSON."""

from __future__ import annotations

import shutil
import sys
from typing import Any, TextIO

from xnet.wording.score_text import accuracy_text, percent, r2_text

R2_DIGITS = 6
_CLASS_KEYS = ("accuracy_train", "accuracy_holdout", "log_loss_train", "log_loss_holdout")
_FRONT_KEYS = ("text", "complexity", "n_parameters", "r2_train", "r2_holdout", "units", *_CLASS_KEYS)


class Progress:
    """The live line: on a terminal it is rewritten in place, elsewhere a line is added when the best changes."""

    def __init__(self, stream: TextIO, steps: int | None = None) -> None:
        self._stream, self._live, self._steps = stream, stream.isatty(), steps
        self._last = ""

    def show(self, snapshot: dict[str, Any]) -> None:
        """Show a snapshot."""
        best = snapshot["best"]
        left = max(0.0, snapshot["seconds_total"] - snapshot["seconds"])
        told = f"{accuracy_text(best, digits=R2_DIGITS)}  complexity {best['complexity']}  {_harmless(best['text'])}"
        ahead = f"{left:6.1f} s left" if self._steps is None else f"step {snapshot['step']} of {self._steps}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + f"{ahead}  {told}"[:width].ljust(width))
        elif told != self._last:
            self._stream.write(f"{ahead}  {told}\n")
        self._last = told
        self._stream.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._live and self._last:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._stream.flush()


def _print_result(snapshot: dict[str, Any], target: str, met: bool, *, as_json: bool) -> None:
    from xnet.atomic_files import to_json

    best = snapshot["best"]
    if as_json:
        print(to_json({
            "target": target, "formula": best["text"], "latex": best["latex"], "r2_train": best["r2_train"],
            "r2_holdout": best["r2_holdout"], "parameters": best["n_parameters"], "complexity": best["complexity"],
            "seconds": snapshot["seconds"], "stop_reason": snapshot["stop_reason"],
            "rows_train": snapshot["rows_train"], "rows_holdout": snapshot["rows_holdout"], "constraints_met": met,
            **{key: best[key] for key in ("units", *_CLASS_KEYS) if key in best},
            "front": [{key: row[key] for key in _FRONT_KEYS if key in row} for row in snapshot["front"]]}), flush=True)
        return
    print(_harmless(best["text"]))
    held_out = f", {accuracy_text(best, 'holdout', R2_DIGITS)} on {snapshot['rows_holdout']} held-out rows" if snapshot[
        "rows_holdout"] else ""
    print(f"\n{accuracy_text(best, digits=R2_DIGITS)} on {snapshot['rows_train']} training rows{held_out}; "
          f"{best['n_parameters']} parameters, complexity {best['complexity']}, {snapshot['seconds']:.1f} s.")
    if "units" in best:
        print(f"Units: {_harmless(best['units'])}.")
    print("\nThe best formula of every complexity:\n")
    what, say = ("right", percent) if "accuracy_train" in best else ("R²", r2_text)
    key = "accuracy" if "accuracy_train" in best else "r2"
    print(f"complexity  parameters  {f'{what} train':>14}  {f'{what} held out':>14}  formula")
    for row in snapshot["front"]:
        print(f"{row['complexity']:>10}  {row['n_parameters']:>10}  {say(row[f'{key}_train']):>14}  "
              f"{say(row[f'{key}_holdout']):>14}  {_harmless(row['text'])}"
              + (f"  ({_harmless(row['units'])})" if "units" in row else ""))
    sys.stdout.flush()


def _harmless(words: str) -> str:
    """Text from a file without what a terminal would take for commands."""
    return "".join(c if c.isprintable() else " " for c in words)
