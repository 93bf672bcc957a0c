"""Repeats the search of a bundle, with the same config, seed and number of steps, and compares the results.

The engine never reads a clock inside a step, and aborted steps do not count. A search in one process, or with a budget
in steps, is therefore repeated bit for bit on the same releases and the same kind of processor. With several processes
and a budget in seconds, the clock decided when they exchanged networks. Then only the first process is repeated: it
does the same with or without the others, and may lack what they found.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet import engine
from xnet.config.run_options import RunError
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import DisplayView
from xnet.exports.report import versions
from xnet.processes import core_count
from xnet.runs.resuming import initial_state

from .bundle import Bundle, reproducibility_of
from .checks import steps_of
from .restore import entries_of, network_of, reopened_after, unpack

if TYPE_CHECKING:
    from xnet.engine import Problem, SearchState

#: Relative differences of constants and scores up to this come from rounding, not from another formula.
CLOSE = 1e-6
#: Outcomes that count as the same formulas.
SAME = ("identical", "close")
#: Runs of so many processes are repeated on every machine.
MOST_JOBS = 8


@dataclass(frozen=True)
class Reproduction:
    """The result of repeating the search of a bundle.

    Attributes:
        outcome: "identical" (every formula, bit for bit), "close" (the same formulas; constants differ in the last
            digits), "best" (the same best formula, another front) or "different".
        state: the last state of the search.
        problem: the problem that was searched.
        scores_hold: whether the scores in the bundle match its formulas and rows.
        sentence: the outcome as text, with likely causes of a difference.
    """

    outcome: str
    state: SearchState
    problem: Problem
    scores_hold: bool
    sentence: str

    @property
    def same(self) -> bool:
        """Whether the search found the same formulas."""
        return self.outcome in SAME

    @property
    def steps(self) -> int:
        """The number of steps that were repeated."""
        return self.state.step

    @property
    def formula(self) -> str:
        """The best formula as text."""
        network = DisplayView(self.problem).network(self.state.best.network)
        return to_text(network, self.problem.names, target_name=self.problem.target_name)


def reproduce(bundle: Bundle, on_step: Callable[[SearchState, int], None] = lambda state, steps: None) -> Reproduction:
    """Repeat the search of a bundle and compare the results.

    Args:
        bundle: a bundle, as `read_bundle` returns it.
        on_step: called with the state after every round, and the total number of steps.

    Raises:
        XNetError: the table, the config or the results of the bundle are not valid.
    """
    with tempfile.TemporaryDirectory(prefix="xnet-") as folder:
        run, problem = unpack(bundle, Path(folder) / "replay")
        config = run.config
    steps, saved = steps_of(bundle), entries_of(bundle, problem)
    reproducibility = reproducibility_of(config)
    n_jobs = config["n_jobs"] if reproducibility == "exactly" else 1
    if n_jobs > (most := max(MOST_JOBS, core_count())):
        raise RunError(f"The search used {n_jobs} processes; this machine can repeat one of at most {most}. Repeat it "
                       "on a machine with more cores.")
    with engine.Islands(problem, n_jobs) as islands:
        known = [Network.from_json(tree) for tree in config["warm_start"]]  # checked by `unpack`
        state = initial_state(problem, known)
        while state.step < steps:
            if state.stop_reason and state.step not in reopened_after(bundle):
                break
            state = engine.resumable_state(state) if state.stop_reason else state
            at_once = engine.steps_of_round(state.step) if n_jobs > 1 else 1
            state, _ = islands.advance(state, engine.Budget(steps=min(at_once, steps - state.step)))
            on_step(state, steps)
    best = network_of(bundle.snapshot.get("best"), problem)
    outcome = compared([entry.network for entry in saved], best, state)
    shown = DisplayView(problem)
    entries = [shown.entry(entry) for entry in saved]
    # Bundles of older releases hold losses that are divided by the scale of the whole table.
    hold = all(close(row.get("loss"), entry.shown_loss) or close(row.get("loss"), entry.loss)
               for row, entry in zip(bundle.snapshot["front"], entries, strict=True))
    return Reproduction(outcome, state, problem, hold,
                        outcome_sentence(bundle, config, outcome, state.step, reproducibility))


def compared(saved: Sequence[Network], best: Network, state: SearchState) -> str:
    """Compare a saved front and its best network with the result of a search; see `Reproduction.outcome`."""
    found = [entry.network for entry in state.front]
    if saved == found:
        return "identical"
    if len(saved) == len(found) and all(map(alike, saved, found)):
        return "close"
    return "best" if alike(best, state.best.network) else "different"


def alike(one: Network, other: Network) -> bool:
    """Whether two networks are equal except for the last digits of their constants."""
    return one.structure() == other.structure() and all(map(close, one.constants, other.constants))


def close(one: object, other: float) -> bool:
    """Whether a number of a bundle equals another one except for the last digits; all losses near zero are equal."""
    return isinstance(one, (int, float)) and math.isclose(one, other, rel_tol=CLOSE, abs_tol=1e-12)


def outcome_sentence(bundle: Bundle, config: Mapping[str, Any], outcome: str, steps: int, reproducibility: str) -> str:
    """The outcome of a replay as text, with likely causes of a difference."""
    sentence = {
        "identical": f"The replay found the same formulas, bit for bit, in {steps} steps.",
        "close": f"The replay found the same formulas in {steps} steps; their numbers differ in the last digits.",
        "best": f"The replay found the same best formula in {steps} steps; other formulas of the front differ.",
        "different": f"The replay found another formula in {steps} steps.",
    }[outcome]
    if outcome == "identical":
        return sentence
    if reproducibility != "exactly":
        sentence += (f" The run used {config['n_jobs']} processes and a budget in seconds. Only its first process "
                     "can be repeated, because the results of the others depend on the clock.")
    different = version_differences(bundle.manifest.get("versions"))
    if different:
        sentence += f" A likely cause: the bundle was created with {', '.join(different)}."
    elif reproducibility == "exactly":
        sentence += (" The version numbers are the same. Possible causes are another state of X-Net's source code, "
                     "another kind of processor, or commands that were sent during the search.")
    return sentence


def version_differences(there: object) -> Sequence[str]:
    """The versions of the bundle that differ from those here, e.g. "numpy 2.4.6 (here 2.5.0)"."""
    here = versions()
    if not isinstance(there, dict):
        return ["unknown versions"]
    return [f"{str(name)[:40]} {str(value)[:40]} (here {here.get(str(name), 'unknown')})"
            for name, value in sorted(there.items()) if here.get(str(name)) != value]

