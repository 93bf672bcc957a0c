"""Searches whose worker is killed at random moments: `python -m benchmarks.kills`.

Each search has a budget in steps. Its worker is killed (SIGKILL) up to five times, after a random time each, and
carried on; then it runs to its end. Lost is a run that cannot be finished, listed, bundled or read. Worse is a kill
after which the search is carried on with a front that lacks a formula that was shown, and has no other one that is as
short and as accurate. Exit code 1 if there is any. Beside that, the command counts the times between two kills in which
the search itself gave up a formula that was shown for a shorter one, as it does without kills (D-120). `--seed` repeats
the searches; the moments depend on the machine.
"""

from __future__ import annotations

import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.options import command_parser
from xnet.one_thread import use_one_thread

#: The most kills of one search.
_KILLS = 5


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("kills", __doc__)
    parser.add_argument("--count", type=int, default=100, help="kills, at least (default 100)")
    parser.add_argument("--steps", type=int, default=10, help="budget of each search in steps (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the searches and moments (default 1)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 1 if anything was lost or became worse."""
    given = build_parser().parse_args(arguments)
    use_one_thread()  # before NumPy is imported: a fork has one thread only
    rng = Random(given.seed)
    root = Path(tempfile.mkdtemp(prefix="xnet_kills_"))
    try:
        found = killed_searches(root, rng, given.count, given.steps)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{found.given_up} of {found.kills + found.searches} times the search gave up a formula itself")
    print(f"{found.kills} kills of {found.searches} searches: {found.lost} lost, {found.worse} worse")
    return 1 if found.lost or found.worse else 0


@dataclass
class Counts:
    """What happened: kills, searches, lost searches, kills that made it worse, and times a formula was given up."""

    kills: int = 0
    searches: int = 0
    lost: int = 0
    worse: int = 0
    given_up: int = 0


def killed_searches(root: Path, rng: Random, count: int, steps: int) -> Counts:
    """Kill searches until there were `count` kills."""
    from .killing import (
        carried_on_front,
        finish,
        kill_at_random,
        losses,
        new_run,
        seconds_of_a_search,
        shown_front,
        unreadable,
    )

    longest = seconds_of_a_search(root, rng, steps) / 2  # most workers are killed before their end
    counts = Counts()
    while counts.kills < count:
        run, shown, messages = new_run(root, rng, steps), [], []
        for last in (*(False for _ in range(rng.randint(1, _KILLS))), True):
            killed = finish(run) if last else kill_at_random(run, rng, longest)
            counts.kills += killed
            now = shown_front(run)
            counts.given_up += any(losses(shown, now))
            found = list(losses(now, carried_on_front(run))) if killed else []
            counts.worse += bool(found)
            messages, shown = messages + found, now
        troubles = list(unreadable(run))
        counts.lost += bool(troubles)
        for line in (*messages, *troubles):
            print(f"search {counts.searches}: {line}", flush=True)
        counts.searches += 1
    return counts
