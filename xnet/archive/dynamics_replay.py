"""Repeats a search for laws of motion from a bundle, and compares all systems; see `xnet.archive.reproduce`.

The clock decided when the parts of the search ended. The bundle holds where it did (`xnet.dynamics.decisions`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xnet.config.run_options import RunError
from xnet.dynamics import Progress, XNetDynamics
from xnet.dynamics.records import records_of, system_of
from xnet.dynamics.system import System
from xnet.runs.dynamics_run import front_record, model_of

from .bundle import Bundle
from .checks import AGAIN, checked_part, steps_of
from .dynamics_bundle import decisions_of, scored, systems_of, unpack_dynamics
from .reproduce import SAME, alike, close, outcome_sentence


@dataclass(frozen=True)
class DynamicsReproduction:
    """The result of repeating a search for laws of motion.

    Attributes:
        outcome: as that of a `Reproduction`, with systems in the place of formulas.
        model: the model of the repeated search.
        steps: the steps of all searches.
        scores_hold: whether the R² in the bundle match its systems and rows.
        sentence: the outcome as text, with likely causes of a difference.
    """

    outcome: str
    model: XNetDynamics
    steps: int
    scores_hold: bool
    sentence: str

    @property
    def same(self) -> bool:
        """Whether the search found the same systems."""
        return self.outcome in SAME

    @property
    def formula(self) -> str:
        """The equations of the suggested system as text."""
        return str(front_record(records_of(self.model)[0])["text"])


def reproduce_dynamics(bundle: Bundle, on_step: Callable[[int, int], None] = lambda step, steps: None
                       ) -> DynamicsReproduction:
    """Repeat the search of a bundle and compare the results.

    Args:
        bundle: a bundle, as `read_bundle` returns it.
        on_step: called after every step with its number, and the total number of steps.

    Raises:
        XNetError: the table, the config or the systems of the bundle are not valid.
    """
    steps, saved, taken = steps_of(bundle), systems_of(bundle), 0

    def count(progress: Progress) -> bool:
        nonlocal taken
        if progress.stage == "search":
            taken += 1
            on_step(taken, steps)
        if taken > 2 * steps + 100:
            raise RunError(f"The replay has taken {taken} steps, the search of the bundle {steps}, so the bundle is "
                           f"damaged. {AGAIN}")
        return False

    with tempfile.TemporaryDirectory(prefix="xnet-") as folder:
        run, data = unpack_dynamics(bundle, Path(folder) / "replay")
        model = model_of(run.config, callback=count).fit_trajectories(data, repeat=decisions_of(bundle))
        config = run.config
        shown = records_of(checked_part("front", lambda: scored(config, data, bundle)))
    front = records_of(model)
    outcome = _compared([system for system, _ in saved], [system_of(record) for record in front])
    hold = all(close(row.get("r2"), record["r2"]) for (_, row), record in zip(saved, shown, strict=True))
    return DynamicsReproduction(outcome, model, taken, hold,
                                outcome_sentence(bundle, config, outcome, taken, "exactly"))


def _compared(saved: Sequence[System], found: Sequence[System]) -> str:
    pairs = list(zip(saved, found, strict=False))
    if len(saved) == len(found):
        if all(a.networks == b.networks for a, b in pairs):
            return "identical"
        if all(_alike(a, b) for a, b in pairs):
            return "close"
    return "best" if _alike(saved[0], found[0]) else "different"


def _alike(one: System, other: System) -> bool:
    return len(one.networks) == len(other.networks) and all(map(alike, one.networks, other.networks))
