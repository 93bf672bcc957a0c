"""A bundle's search, done again: the same config, seed and number of steps, and whether it comes to the same.

The engine never looks at a clock inside a step, and steps that were broken off do not count, so a search in one
process, or with a budget in steps, repeats bit for bit on the same releases and the same kind of processor. Processes
that were beside it under a budget in seconds handed over what they had when the clock said so: then the first process
alone is repeated, which does the same with or without the others, and may lack what they found.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet import engine
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import DisplayView
from xnet.exports.report import versions
from xnet.runs.execution import initial_state

from .bundle import Bundle, repeats
from .restore import entries_of, network_of, reopened_after, steps_of, unpack

if TYPE_CHECKING:
    from xnet.engine import Problem, SearchState

#: Relative differences of constants and scores below this are differences of arithmetic, not of formulas.
CLOSE = 1e-6


@dataclass(frozen=True)
class Replay:
    """What came of doing a bundle's search again.

    Attributes:
        outcome: "identical" (every formula, to the last bit), "close" (the same formulas, numbers differ in their last
            digits), "best" (the same best formula, another front) or "different".
        state: the last state of the search.
        problem: what was searched.
        scores_hold: whether the scores in the bundle are those of its formulas on its rows.
        sentence: all this in plain words.
    """

    outcome: str
    state: SearchState
    problem: Problem
    scores_hold: bool
    sentence: str

    @property
    def same(self) -> bool:
        """Whether the search came to the same."""
        return self.outcome in ("identical", "close")


def replay_bundle(bundle: Bundle, on_step: Callable[[SearchState, int], None] = lambda state, steps: None) -> Replay:
    """Do the search of a bundle again and compare.

    Args:
        bundle: a bundle as `read_bundle` gives it.
        on_step: called with the state after every round, and the number of steps to do.

    Raises:
        XNetError: the bundle's table, config or results are not such as a search leaves.
    """
    with tempfile.TemporaryDirectory(prefix="xnet-") as folder:
        run, problem = unpack(bundle, Path(folder) / "replay")
        config = run.config
    steps, saved = steps_of(bundle), entries_of(bundle, problem)
    promised = repeats(config)
    n_jobs = config["n_jobs"] if promised == "exactly" else 1
    with engine.Islands(problem, n_jobs) as islands:
        known = [Network.from_json(tree) for tree in config["known"]]  # checked by `unpack`
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
    hold = all(close(row.get("loss"), shown.entry(entry).loss)
               for row, entry in zip(bundle.snapshot["front"], saved, strict=True))
    return Replay(outcome, state, problem, hold, _sentence(bundle, config, outcome, state.step, promised))


def compared(saved: Sequence[Network], best: Network, state: SearchState) -> str:
    """How a saved front and its best network compare with those of a search; see `Replay.outcome`."""
    found = [entry.network for entry in state.front]
    if saved == found:
        return "identical"
    if len(saved) == len(found) and all(map(alike, saved, found)):
        return "close"
    return "best" if alike(best, state.best.network) else "different"


def alike(one: Network, other: Network) -> bool:
    """Whether two networks are the same but for the last digits of their constants."""
    return one.structure() == other.structure() and all(map(close, one.constants, other.constants))


def close(one: object, other: float) -> bool:
    """Whether a number of a bundle is this one, but for its last digits; losses near zero are all alike."""
    return isinstance(one, (int, float)) and math.isclose(one, other, rel_tol=CLOSE, abs_tol=1e-12)


def _sentence(bundle: Bundle, config: Mapping[str, Any], outcome: str, steps: int, promised: str) -> str:
    said = {
        "identical": f"The replay came to the same, bit for bit, in {steps} steps.",
        "close": f"The replay came to the same formulas in {steps} steps; their numbers differ in the last digits.",
        "best": f"The replay came to the same best formula in {steps} steps; other formulas of the front differ.",
        "different": f"The replay came to another formula in {steps} steps.",
    }[outcome]
    if outcome == "identical":
        return said
    if promised != "exactly":
        said += (f" The run used {config['n_jobs']} processes and a budget in seconds, of which only the first "
                 "process can be repeated: what the others add depends on the clock.")
    different = version_differences(bundle.manifest.get("versions"))
    if different:
        said += f" Made with {', '.join(different)}: a likely cause."
    elif promised == "exactly":
        said += " The releases are the same; another kind of processor, or a search that was steered, can be the cause."
    return said


def version_differences(there: object) -> Sequence[str]:
    """What the bundle was made with and is not here, e.g. "numpy 2.4.6 (here 2.5.0)"."""
    here = versions()
    if not isinstance(there, dict):
        return ["releases that it does not name"]
    return [f"{str(name)[:40]} {str(value)[:40]} (here {here.get(str(name), 'unknown')})"
            for name, value in sorted(there.items()) if here.get(str(name)) != value]

