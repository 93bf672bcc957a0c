"""A code of events beside times is named: times that ended before the event are censored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables.quality import note_quality

RNG = np.random.default_rng(1)
HOURS = RNG.exponential(90.0, 40).round(1)
SEEN = RNG.integers(0, 2, 40)


def notes(**columns: np.ndarray) -> list[str]:
    found: list[str] = []
    frame = pd.DataFrame(columns)
    note_quality(frame, list(frame), found)
    return [note for note in found if "censored" in note]


@pytest.mark.parametrize(("time", "code", "low"), [
    ("hours", "failed", 0), ("time", "status", 1), ("futime", "fustat", 0), ("survival_days", "event", 0),
    ("time to failure (h)", "censored", 0), ("Weeks", "Dead", 0)])
def test_times_with_a_code_of_events_may_be_censored(time: str, code: str, low: int) -> None:
    (found,) = notes(**{time: HOURS, code: SEEN + low, "stress": RNG.uniform(size=40)})
    assert found.startswith(f"If {code!r} says whether the end of {time!r} was seen")
    assert f"and {code!r} is no input." in found


def test_other_tables_need_no_note() -> None:
    assert not notes(hours=HOURS, passed=SEEN)
    assert not notes(hours=HOURS, status=RNG.integers(0, 4, 40))
    assert not notes(temperature=HOURS, failed=SEEN)
    assert not notes(timed=HOURS, failed=SEEN)
    assert not notes(days=SEEN, died=SEEN)
