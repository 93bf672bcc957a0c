"""Hostile inputs for all that reads what people bring: `python -m benchmarks.fuzz`.

Numbers, dates, units, formulas, table files, run bundles, files of runs and command lines are made at random. Each must
be read, or refused in a sentence (an `XNetError`): no other exception, at most 5 s of processor time and 500 MB each.
The area and the seed of a failure are printed; `--only AREA --seed SEED --count 1` repeats it. Exit code 1 if there is
any. The last table says for each area the slowest input and the one that took most memory, each with its seed.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter, deque
from collections.abc import Iterable, Sequence

from benchmarks.options import command_parser, names_of
from benchmarks.output import text_table

from .areas import AREAS
from .watching import HANGS_S, Costs, Failure, Most, Worker, add_costs

#: Inputs of one task of a worker.
_TASK = 250


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("fuzz", __doc__)
    parser.add_argument("--count", type=int, default=300_000, help="inputs of all areas together (default 300000)")
    parser.add_argument("--only", action="append", metavar="AREA,...", help=f"areas: {', '.join(AREAS)} (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed of each area (default 0)")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 1 if an input failed."""
    given = build_parser().parse_args(arguments)
    names = names_of(given.only) or list(AREAS)
    if unknown := [name for name in names if name not in AREAS]:
        raise SystemExit(f"There is no area {unknown[0]!r}; the areas are {', '.join(AREAS)}.")
    began = time.monotonic()
    counts = counts_of(names, given.count)
    failures, costs = run(counts, given.seed, max(1, given.jobs))
    failed = Counter((failure.area, failure.kind) for failure in failures)
    kinds = ("exception", "time", "memory", "hang")
    print(text_table(("area", "inputs", *kinds, "slowest", "of seed", "most memory", "of seed"), [
        (name, f"{count:,}", *(str(failed[name, kind]) for kind in kinds), *_costs(costs, name))
        for name, count in counts.items()]))
    print(f"{sum(counts.values()):,} inputs in {time.monotonic() - began:.0f} s, {len(failures)} failures")
    return 1 if failures else 0


def _costs(costs: Costs, area: str) -> tuple[str, str, str, str]:
    """The slowest input of an area and the one that took most memory, for the table."""
    slowest, largest = costs.get((area, "time"), Most(0.0, -1)), costs.get((area, "memory"), Most(0.0, -1))
    return f"{slowest.value:.2f} s", str(slowest.seed), f"{largest.value:.0f} MB", str(largest.seed)


def counts_of(names: Sequence[str], count: int) -> dict[str, int]:
    """Area -> inputs: all in proportion to the areas' shares, at least one each."""
    total = sum(AREAS[name][1] for name in names)
    return {name: max(1, round(count * AREAS[name][1] / total)) for name in names}


def run(counts: dict[str, int], first: int, jobs: int) -> tuple[list[Failure], Costs]:
    """Read all inputs in `jobs` processes; failures are printed as they are found."""
    costs: Costs = {}
    tasks = deque((area, first + k, min(_TASK, count - k)) for area, count in counts.items()
                  for k in range(0, count, _TASK))
    workers, failures = [Worker() for _ in range(min(jobs, len(tasks)))], list[Failure]()
    while tasks or any(worker.task for worker in workers):
        for i, worker in enumerate(workers):
            seed = worker.hangs_at()
            found, idle = worker.collect()
            report(found)
            failures += found
            if seed is not None and not idle:
                assert worker.task is not None
                area, start, count = worker.task
                failures.append(Failure(area, seed, "hang", f"ended or without an answer for {HANGS_S:.0f} s"))
                report(failures[-1:])
                add_costs(costs, worker.costs)
                worker.end()
                workers[i] = worker = Worker()
                if start + count > seed + 1:
                    tasks.appendleft((area, seed + 1, start + count - seed - 1))
                idle = True
            if idle and tasks:
                worker.give(tasks.popleft())
        time.sleep(0.05)
    for worker in workers:
        add_costs(costs, worker.costs)
        worker.end()
    return failures, costs


def report(failures: Iterable[Failure]) -> None:
    """Print failures."""
    for failure in failures:
        print(f"{failure.area} {failure.seed}  {failure.kind}: {failure.text}", flush=True)


