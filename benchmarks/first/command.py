"""The first acceptance figures: `python -m benchmarks.first`.

Nguyen-1 to 12 (200 rows, at most 5 s each including the library, one process on one core), the library's build and the
candidate fits a second. The app's figures come from `python -m benchmarks.app`, which needs a browser.
"""

from __future__ import annotations

from benchmarks.formulas.command import run
from benchmarks.formulas.known_formulas import load
from benchmarks.formulas.measurement import Settings
from benchmarks.output import CsvFile
from benchmarks.speed.inner_parts import inner_speeds


def main() -> None:
    """Print all figures."""
    rows = run(load("Nguyen"), ["xnet"], Settings(seconds=5.0), CsvFile(None))
    late = [r.name for r in rows if r.seconds > 5.0]
    print(f"Nguyen: {sum(r.exact for r in rows)} of {len(rows)} exact; over 5 s: {', '.join(late) or 'none'}")
    inner_speeds(quick=False)
