"""Searches whose worker is killed at random moments: `python -m benchmarks.kills`.

Each search has a budget in steps. Its worker is killed (SIGKILL) up to five times, after a random time each, and
carried on; then it runs to its end. Lost is a run that cannot be finished, listed, bundled or read. Worse is a kill
after which a formula that was shown is gone, and no other formula of the front is as short and as accurate. Exit code 1
if there is any. `--seed` repeats the searches; the moments depend on the machine.
"""

from __future__ import annotations

import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
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
        kills, searches, lost, worse = killed_searches(root, rng, given.count, given.steps)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"{kills} kills of {searches} searches: {lost} lost, {worse} worse")
    return 1 if lost or worse else 0


def killed_searches(root: Path, rng: Random, count: int, steps: int) -> tuple[int, int, int, int]:
    """Kill searches until there were `count` kills; (kills, searches, lost searches, kills that made it worse)."""
    from .killing import finish, kill_at_random, losses, new_run, seconds_of_a_search, shown_front, unreadable

    longest = seconds_of_a_search(root, rng, steps) / 2  # most workers are killed before their end
    kills = searches = lost = worse = 0
    while kills < count:
        run, shown, messages = new_run(root, rng, steps), [], []
        for last in (*(False for _ in range(rng.randint(1, _KILLS))), True):
            killed = finish(run) if last else kill_at_random(run, rng, longest)
            now = shown_front(run)
            found = list(losses(shown, now))
            kills, worse, shown = kills + killed, worse + bool(found), now
            messages += found
        troubles = list(unreadable(run))
        lost += bool(troubles)
        for line in (*messages, *troubles):
            print(f"search {searches}: {line}", flush=True)
        searches += 1
    return kills, searches, lost, worse
