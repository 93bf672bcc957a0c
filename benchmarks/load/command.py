"""Many sessions on one server: `python -m benchmarks.load`.

The command starts a private server and puts searches in its line. Sessions without browsers open them and watch. The
figures are live updates a second for each session until its search has ended, the times of pages, the memory of the
server, whether every search has finished, and whether a session was ever sent the name of a search that it had not
opened. Sessions that come after the end of their search have no rate; they are counted. The first page after the start
of the server is timed by itself, because it waits for the imports.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.app.server import Server, serving
from benchmarks.options import command_parser
from xnet.runs import ACTIVE, Run, create_run, launch

from .session import Session

#: Seconds between two sessions that open their page.
BETWEEN_S = 0.3


def make_runs(server: Server, count: int, seconds: float) -> list[Run]:
    """Searches in noise, which use their whole budget."""
    rng, found = np.random.default_rng(0), []
    for k in range(count):
        table = pd.DataFrame(rng.normal(size=(200, 3)), columns=["a", "b", f"target{k}"])
        found.append(create_run(table, target=f"target{k}", inputs=["a", "b"], source="noise", seconds=seconds,
                                root=server.runs))
        launch(found[-1], f"session {k}")
    return found


async def first_page(server: Server) -> float:
    """Seconds of the first page of a new server."""
    async with Session(server.url) as session:
        await session.open_page("home")
    return session.pages[0]


async def one_session(server: Server, run: Run, wait: float, seconds: float) -> Session:
    """A session that opens a run, watches it, and opens the Library in the end."""
    await asyncio.sleep(wait)
    async with Session(server.url) as session:
        await session.open_page("discover", f"run={run.id}")
        await session.watch(seconds)
        await session.open_page("library")
    return session


async def all_sessions(server: Server, found: Sequence[Run], count: int, seconds: float) -> list[Session]:
    """So many sessions at once."""
    return await asyncio.gather(*(one_session(server, found[k % len(found)], k * BETWEEN_S, seconds)
                                  for k in range(count)))


def report(server: Server, found: Sequence[Run], sessions: Sequence[Session], before: int) -> None:
    """Print the figures."""
    rates = sorted(session.updates / session.watched for session in sessions if session.updates)
    pages = sorted(time for session in sessions for time in session.pages)
    foreign = sum(any(run.id.encode() in session.content for j, run in enumerate(found) if j != k % len(found))
                  for k, session in enumerate(sessions))
    ended = [run.status()["state"] for run in found]
    print(rates_line(rates, len(sessions)))
    print(f"pages: median {statistics.median(pages):.2f} s, 95 % within {pages[int(0.95 * (len(pages) - 1))]:.2f} s")
    print(f"memory of the server: {before >> 20} MB before, {server.process.memory_info().rss >> 20} MB after")
    print(f"searches: {', '.join(f'{ended.count(state)} {state}' for state in sorted(set(ended)))}")
    print(f"sessions that were sent a search of others: {foreign}")


def rates_line(rates: Sequence[float], sessions: int) -> str:
    """The rates of the sessions that watched, ascending, and how many came after the end of their search."""
    late = sessions - len(rates)
    said = f"; {late} of {sessions} sessions came after the end of their search" if late else ""
    if not rates:
        return f"updates a second for a session: none{said}"
    return f"updates a second for a session: lowest {rates[0]:.2f}, median {statistics.median(rates):.2f}{said}"


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("load", __doc__)
    parser.add_argument("--sessions", type=int, default=30, help="sessions that watch (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=6, help="searches in line (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=300.0, help="how long they watch (default: %(default)s)")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    os.environ["XNET_PRIVATE"] = "1"
    with serving() as server:
        budget = given.seconds / given.runs / 1.5
        found = make_runs(server, given.runs, budget)
        first = asyncio.run(first_page(server))
        before = server.process.memory_info().rss
        sessions = asyncio.run(all_sessions(server, found, given.sessions, given.seconds))
        until = time.monotonic() + given.seconds
        while any(run.status()["state"] in ACTIVE for run in found) and time.monotonic() < until:
            time.sleep(0.5)
        print(f"first page after the start: {first:.2f} s")
        report(server, found, sessions, before)
