"""The progress line and the digits of R²."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from xnet.cli.output import Progress
from xnet.wording.score_text import r2_text

ROOT = Path(__file__).resolve().parents[2]
RESULT_KEYS = {"formula", "latex", "r2_train", "r2_holdout", "parameters", "complexity", "seconds", "stop_reason"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True



def snapshot(seconds: float, text: str) -> dict[str, object]:
    return {"seconds": seconds, "seconds_total": 10.0, "best": {"r2_train": 0.5, "complexity": 3, "text": text}}


def test_on_a_terminal_the_line_is_rewritten_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((60, 20)))
    stream = Terminal()
    progress = Progress(stream)

    progress.show(snapshot(2.5, "y = " + "x + " * 40))
    progress.show(snapshot(3.5, "y = \x1b[2Jx"))
    progress.end()

    first, second, cleared, end = stream.getvalue().split("\r")[1:]
    assert [len(first), len(second), cleared.strip(), end] == [59, 59, "", ""]
    assert first.startswith("   7.5 s left  R² 0.500000  complexity 3  y = x")
    assert "\x1b" not in stream.getvalue()


def test_elsewhere_a_line_is_added_when_the_best_changes() -> None:
    stream = io.StringIO()
    progress = Progress(stream)

    for seconds, text in ((1, "y = a"), (2, "y = a"), (3, "y = b")):
        progress.show(snapshot(seconds, text))
    progress.end()

    assert [line.split()[-1] for line in stream.getvalue().splitlines()] == ["a", "b"]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_the_offer_to_stop_at_noise_is_made_once(stream: io.StringIO) -> None:
    progress = Progress(stream)
    for seconds in (1, 2, 3):
        progress.show(snapshot(seconds, "y = a") | {"noise_is_left": seconds > 1})
    progress.end()
    assert stream.getvalue().count("What is left looks like noise; you may stop here.") == 1


@pytest.mark.parametrize(("value", "text"), [
    (0.5, "0.500000"), (1.0, "1"), (1 - 3e-9, "0.9999999970"), (-0.25, "-0.250000"), (None, "none"),
    (float("-inf"), "none"), (0.999999, "0.9999990"), (0.99999726, "0.9999973"), (1 - 1e-15, "1"),
    (-0.009169, "-0.009169"), (0.9999996, "0.99999960"), (-1e30, "-1e+30"),
])
def test_r2_below_one_is_not_shown_as_one(value: float | None, text: str) -> None:
    assert r2_text(value) == text
