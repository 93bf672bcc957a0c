"""The first acceptance figures: `python -m benchmarks.first`.

Nguyen-1 to 12 (200 rows, at most 5 s each including the library, one process on one core), the library's build and the
candidate fits a second. The app's figures come from `python -m benchmarks.app`, which needs a browser.
"""

from __future__ import annotations

from benchmarks import speed
from benchmarks.formulas import Settings, run
from benchmarks.output import CsvFile
from benchmarks.problems import load


def main() -> None:
    """Print all figures."""
    rows = run(load("Nguyen"), ["xnet"], Settings(seconds=5.0), CsvFile(None))
    late = [r.name for r in rows if r.seconds > 5.0]
    print(f"Nguyen: {sum(r.exact for r in rows)} of {len(rows)} exact; over 5 s: {', '.join(late) or 'none'}")
    speed.inner_speeds(quick=False)


if __name__ == "__main__":
    main()
