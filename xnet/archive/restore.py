"""A saved run becomes a run of this workspace: its table and config are checked as those of any new run, and of its
results only the networks, times and reasons are taken over. Formulas, scores and drawings are made anew from the
networks and the rows, so what is shown is what this release computes, whatever the bundle says.
"""

from __future__ import annotations

import csv
import io
import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from xnet.atomic_files import to_json, write_bytes, write_json, write_text
from xnet.config.run_options import LIMITS, RunError, RunOptions, further_columns, make_config
from xnet.engine import Island, StopReason, check_device, combined_state, insert
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.networks.network import Network
from xnet.errors import DataError, XNetError
from xnet.evidence.class_probability import to_search_form
from xnet.runs.frames_file import MAX_FRAMES
from xnet.runs.notes import write_note
from xnet.runs.recording import MAX_FEED, Recorder, thinned
from xnet.runs.run import Run, with_stop_reason
from xnet.runs.store import new_id, runs_root

from .bundle import Bundle

if TYPE_CHECKING:
    from xnet.engine import Problem

T = TypeVar("T")
#: A network whose formula, written out, has more neurons than this is none that a search made.
MAX_WRITTEN = 20_000
#: Longer words than these are no name and no message.
MAX_NAME, MAX_REASON = 500, 500
_AGAIN = "Ask for the bundle again."


def open_bundle(bundle: Bundle, root: str | Path | None = None) -> Run:
    """Make a run of this workspace, with an id of its own, of a bundle.

    Args:
        bundle: a bundle as `read_bundle` gives it.
        root: the folder that holds the runs; see `runs_root`.

    Raises:
        XNetError: the table, the config or the results are not such as a search leaves.
    """
    folder = runs_root(root) / new_id()
    try:
        run, problem = unpack(bundle, folder)
        _write_results(run, problem, bundle)
        write_note(run, bundle.note)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise RunError(f"The run cannot be written to {str(folder.parent)!r} ({error.strerror}); choose another "
                       "folder, or make room.") from error
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def checked_config(bundle: Bundle, run_id: str) -> dict[str, Any]:
    """The config of a bundle with every option in it, each of its kind and within its limits.

    Raises:
        XNetError: it is no config, or not one that this release understands.
    """
    told = bundle.config
    names = told.get("inputs")
    if not isinstance(names, list) or not names or not all(_is_name(n) for n in (*names, told.get("target"))):
        raise RunError(f"The bundle's config names no inputs and target. {_AGAIN}")
    if len({*names, told["target"]}) != len(names) + 1:
        raise RunError(f"The bundle's config names a column twice. {_AGAIN}")
    if not _is_name(told.get("source")):
        raise RunError(f"The bundle's config does not say where its table came from. {_AGAIN}")
    # Options that the release of the bundle did not have are as usual; what this one does not know is left out.
    options = cast(RunOptions, {option: told[option] for option in RunOptions.__annotations__ if option in told})
    return _understood("config", lambda: make_config(
        run_id, target=told["target"], inputs=names, source=told["source"], options=options))


def unpack(bundle: Bundle, folder: Path) -> tuple[Run, Problem]:
    """Put config and table of a bundle into a folder as a run that nothing was searched in, and read its problem.

    Raises:
        XNetError: config and table are not such as a run has.
    """
    config = checked_config(bundle, folder.name)
    try:
        check_device(config["device"])
    except DataError:
        config["device"] = "cpu"  # nobody needs the same GPU to look at a run, or to do it again
    columns = [*config["inputs"], config["target"], *further_columns(config)]
    try:
        head = next(csv.reader(io.StringIO(bundle.data.decode("utf-8"), newline="")), [])
    except (ValueError, csv.Error) as error:
        raise RunError(f"The bundle's data.csv is no table ({error}). {_AGAIN}") from error
    if head[:len(columns)] != columns:
        raise RunError(f"The bundle's data.csv does not hold the columns of its config. {_AGAIN}")
    try:
        folder.mkdir(parents=True)
        write_bytes(folder / "data.csv", bundle.data)
        write_json(folder / "config.json", config)
    except OSError as error:
        raise RunError(f"The run cannot be written to {str(folder.parent)!r} ({error.strerror}); choose another "
                       "folder, or make room.") from error
    run = Run(folder)
    problem = _understood("data.csv", run.problem)
    for tree in config["known"]:
        network_of({"network": tree}, problem)
    return run, problem


def entries_of(bundle: Bundle, problem: Problem) -> list[FrontEntry]:
    """The networks of a bundle's front, in its order, with their scores on the rows of the problem.

    Raises:
        XNetError: one of them is no network on these columns.
    """
    rows = bundle.snapshot.get("front")
    if not isinstance(rows, list) or not 0 < len(rows) <= LIMITS["max_complexity"][1]:
        raise RunError(f"The bundle's snapshot holds no front. {_AGAIN}")
    with np.errstate(all="ignore"):  # a formula may have no value in some row
        return [make_entry(network_of(row, problem), problem) for row in rows]


def network_of(row: object, problem: Problem) -> Network:
    """The network that the engine searches with, of a row of a front, a frame or a drawing.

    Raises:
        XNetError: it is none, or none on these columns.
    """
    network = _understood("network", lambda: Network.from_json(cast(Any, row)["network"]))
    written: int = network.fold(lambda i, neuron, below: min(1 + sum(below), MAX_WRITTEN + 1))
    if (network.n_inputs != problem.n_inputs or len(network.neurons) > 2 * LIMITS["max_complexity"][1]
            or written > MAX_WRITTEN):
        raise RunError(f"The bundle holds a network that is not one of this table's. {_AGAIN}")
    return to_search_form(network, problem)


def steps_of(bundle: Bundle) -> int:
    """How many steps the search of a bundle did.

    Raises:
        RunError: the bundle does not say.
    """
    steps = bundle.snapshot.get("step")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= LIMITS["steps"][1]:
        raise RunError(f"The bundle does not say how many steps its search did. {_AGAIN}")
    return steps


def reopened_after(bundle: Bundle) -> list[int]:
    """After which steps the search of a bundle had ended by itself, and was told to go on."""
    steps = bundle.snapshot.get("reopened")
    return [step for step in steps if type(step) is int] if isinstance(steps, list) else []


def _write_results(run: Run, problem: Problem, bundle: Bundle) -> None:
    """Write what a search leaves into the folder of a new run."""
    told = bundle.snapshot
    front: tuple[FrontEntry, ...] = ()
    for entry in entries_of(bundle, problem):
        front = insert(front, entry)
    if not front:
        raise RunError(f"No formula of the bundle has a value on its rows. {_AGAIN}")
    recorder = Recorder(run, problem)
    for frame in bundle.frames[:MAX_FRAMES]:
        entry = make_entry(network_of(frame.get("net"), problem), problem)
        recorder.frames.add(recorder.net("best", recorder.shown.entry(entry)), seconds=_number(frame.get("seconds")),
                            step=int(_number(frame.get("step"))), reason=_words(frame.get("reason")))
    recorder.reopened = reopened_after(bundle)
    recorder.loss = thinned([(_number(point[0]), _number(point[1]), _score(point[2]))
                             for point in _lists(told.get("loss")) if len(point) == 3])
    recorder.feed.extend({"seconds": _number(line.get("seconds")), "text": _words(line.get("text"))}
                         for line in _objects(told.get("feed"))[-MAX_FEED:])
    write_text(run.folder / "events.jsonl", "".join(to_json(event) + "\n" for event in _events(bundle.events)))
    current = make_entry(network_of(told.get("current"), problem), problem)
    island = Island(steps_of(bundle), len(problem.train.y), front, current)
    state = combined_state((island,), _number(told.get("seconds")))
    recorder.write_best(state.best)
    run_state = "finished" if told.get("state") == "finished" else "stopped"
    reason = with_stop_reason(told)["stop_reason"]
    message = _words(told.get("message")) or "Opened from a saved search."
    recorder.write_snapshot(state, seconds=state.seconds, seconds_total=run.config["seconds"], run_state=run_state,
                            stop_reason=reason if reason in list(StopReason) else None, message=message)
    run.write_status(run_state, message)


def _events(events: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Events with what is known of their kind; their networks are in the frames."""
    for event in events:
        yield {"kind": "improved", "step": int(_number(event.get("step"))), "seconds": _number(event.get("seconds")),
               "loss": _number(event.get("loss")), "loss_holdout": _score(event.get("loss_holdout")),
               "reason": _words(event.get("reason"))}


def _understood(what: str, make: Callable[[], T]) -> T:
    """What `make` makes of something from a bundle.

    Raises:
        XNetError: it cannot be made of that.
    """
    try:
        return make()
    except XNetError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"The bundle's {what} cannot be understood ({type(error).__name__}: {str(error)[:200]}). "
                       f"{_AGAIN}") from error


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME


def _number(value: object) -> float:
    """A finite number, 0 for anything else."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return float(cast(float, value)) if usable and math.isfinite(cast(float, value)) else 0.0


def _score(value: object) -> float | None:
    return None if value is None else _number(value)


def _words(value: object) -> str:
    return value[:MAX_REASON] if isinstance(value, str) else ""


def _lists(value: object) -> Sequence[list[Any]]:
    return [entry for entry in value if isinstance(entry, list)] if isinstance(value, list) else []


def _objects(value: object) -> Sequence[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
