"""Restores a bundle as a run of this workspace.

The table and the config are checked like those of a new run. Of the results only the networks, times and reasons are
used; formulas, scores and drawings are computed again from the networks and the rows. Everything that is shown is
therefore a result of this release, whatever the bundle contains. Only the permutation check, which takes minutes, is
taken as it is; the page says so.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from xnet.atomic_files import to_json, write_bytes, write_json, write_text
from xnet.config.run_options import LIMITS, RunError, RunOptions, make_config, with_current_keys
from xnet.config.run_problem import further_columns
from xnet.engine import Island, StopReason, check_device, combined_state, insert, rescored_state
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.networks.network import Network
from xnet.errors import DataError, XNetError
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.permutation_check import PermutationCheck
from xnet.runs.frames_file import MAX_FRAMES
from xnet.runs.notes import write_note
from xnet.runs.permutation import save_check
from xnet.runs.recording import MAX_FEED, Recorder, thinned
from xnet.runs.run import Run, with_stop_reason
from xnet.runs.store import new_folder, runs_root
from xnet.tables.row_names import RowNames

from .bundle import Bundle, read_bundle

if TYPE_CHECKING:
    from xnet.engine import Problem

T = TypeVar("T")
#: The largest number of neurons of a network whose shared parts are written out; no search creates larger ones.
MAX_WRITTEN = 20_000
#: The largest number of characters of a name, and of a reason or message.
MAX_NAME, MAX_REASON = 500, 500
_AGAIN = "Ask for a new copy of the bundle."


def open_bundle(bundle: Bundle, root: str | Path | None = None) -> Run:
    """Create a run of this workspace, with its own id, from a bundle.

    Args:
        bundle: a bundle, as `read_bundle` returns it.
        root: the folder that holds the runs; see `runs_root`.

    Raises:
        XNetError: the table, the config or the results of the bundle are not valid.
    """
    with new_folder(root) as folder:
        run, problem = unpack(bundle, folder)
        _write_results(run, problem, bundle)
        write_note(run, bundle.note)
        if bundle.permutation is not None:
            save_check(run, _checked("permutation.json", partial(PermutationCheck.from_json, bundle.permutation)),
                       of_bundle=True)
    return Run(runs_root(root) / run.id)


def open_bundle_file(content: bytes, root: Path) -> Run:
    """Create a run from the bytes of a bundle; see `read_bundle` and `open_bundle`."""
    return open_bundle(read_bundle(content), root)


def checked_config(bundle: Bundle, run_id: str) -> dict[str, Any]:
    """The config of a bundle with every option in it, each of the right type and within its limits.

    Raises:
        XNetError: the config is not valid, or this release does not understand it.
    """
    config = with_current_keys(bundle.config)
    names = config.get("inputs")
    if not isinstance(names, list) or not names or not all(_is_name(n) for n in (*names, config.get("target"))):
        raise RunError(f"The config of the bundle does not name the inputs and the target. {_AGAIN}")
    if len({*names, config["target"]}) != len(names) + 1:
        raise RunError(f"The config of the bundle names a column twice. {_AGAIN}")
    if not _is_name(config.get("source")):
        raise RunError(f"The config of the bundle does not name the source of its table. {_AGAIN}")
    # Options that the release of the bundle did not have get their defaults; options unknown here are left out.
    options = cast(RunOptions, {option: config[option] for option in RunOptions.__annotations__ if option in config})
    options.pop("series", None)  # the other searches of a series are not in the bundle
    found = _checked("config", lambda: dict(make_config(
        run_id, target=config["target"], inputs=names, source=config["source"], options=options)))
    if "row_names" in config:
        found["row_names"] = RowNames.checked(config["row_names"])
    left_out = config.get("left_out_rows")
    if isinstance(left_out, list) and all(type(number) is int and number > 0 for number in left_out):
        found["left_out_rows"] = left_out
    return found


def unpack(bundle: Bundle, folder: Path) -> tuple[Run, Problem]:
    """Write config and table of a bundle to a folder, as a run that has not started, and read its problem.

    Raises:
        XNetError: the config or the table is not valid.
    """
    config = checked_config(bundle, folder.name)
    try:
        check_device(config["device"])
    except DataError:
        config["device"] = "cpu"  # a run can be shown and repeated without its GPU
    columns = [*config["inputs"], config["target"], *further_columns(config)]
    try:
        head = next(csv.reader(io.StringIO(bundle.data.decode("utf-8"), newline="")), [])
    except (ValueError, csv.Error) as error:
        raise RunError(f"The file data.csv of the bundle is not a table ({error}). {_AGAIN}") from error
    if head[:len(columns)] != columns:
        raise RunError(f"The file data.csv of the bundle does not contain the columns of its config. {_AGAIN}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / "data.csv", bundle.data)
        write_json(folder / "config.json", config)
    except OSError as error:
        raise RunError(f"The run cannot be written to {str(folder.parent)!r} ({error.strerror}). Choose another "
                       "folder, or free some space.") from error
    run = Run(folder)
    problem = _checked("data.csv", run.problem)
    for tree in config["warm_start"]:
        network_of({"network": tree}, problem)
    return run, problem


def entries_of(bundle: Bundle, problem: Problem) -> list[FrontEntry]:
    """The front of a bundle in its order, with scores computed on the rows of the problem.

    Raises:
        XNetError: one of the networks is not valid, or does not fit the columns.
    """
    rows = bundle.snapshot.get("front")
    if not isinstance(rows, list) or not 0 < len(rows) <= LIMITS["max_complexity"][1]:
        raise RunError(f"The snapshot of the bundle contains no front. {_AGAIN}")
    with np.errstate(all="ignore"):  # a formula may have no value in some row
        return [replace(make_entry(network_of(row, problem), problem), plain=_plain_kind(row),
                        is_robust=isinstance(row, Mapping) and row.get("is_robust") is True) for row in rows]


def _robust_pick(bundle: Bundle, problem: Problem) -> FrontEntry | None:
    """What a second look suggests; None without one, and in older bundles."""
    record = bundle.snapshot.get("second_look")
    return None if record is None else replace(make_entry(network_of(record, problem), problem), is_robust=True)


def _plain_kind(record: object) -> PlainKind | None:
    """The kind of plain model of a formula record; None for a searched network, and in older bundles."""
    kind = record.get("plain") if isinstance(record, Mapping) else None
    return PlainKind(kind) if kind in [str(k.value) for k in PlainKind] else None


def network_of(record: object, problem: Problem) -> Network:
    """The network of a formula record, in the form in which the engine searches.

    Raises:
        XNetError: the network is not valid, or does not fit the columns.
    """
    network = _checked("network", lambda: Network.from_json(cast(Any, record)["network"]))
    written: int = network.fold(lambda i, neuron, below: min(1 + sum(below), MAX_WRITTEN + 1))
    if (network.n_inputs != problem.n_inputs or len(network.neurons) > 2 * LIMITS["max_complexity"][1]
            or written > MAX_WRITTEN):
        raise RunError(f"The bundle contains a network that does not fit its table. {_AGAIN}")
    return to_search_form(network, problem)


def steps_of(bundle: Bundle) -> int:
    """The number of steps that the search of a bundle did.

    Raises:
        RunError: the number is missing or not valid.
    """
    steps = bundle.snapshot.get("step")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= LIMITS["steps"][1]:
        raise RunError(f"The bundle does not contain the number of steps of its search. {_AGAIN}")
    return steps


def reopened_after(bundle: Bundle) -> list[int]:
    """The steps after which the search of a bundle had ended by itself and was continued."""
    steps = bundle.snapshot.get("reopened")
    return [step for step in steps if type(step) is int] if isinstance(steps, list) else []


def _write_results(run: Run, problem: Problem, bundle: Bundle) -> None:
    """Write the results of a bundle to the folder of a new run."""
    snapshot = bundle.snapshot
    front: tuple[FrontEntry, ...] = ()
    entries = entries_of(bundle, problem)
    for entry in entries:
        front = front if entry.is_robust else insert(front, entry)
    if not front:
        raise RunError(f"No formula of the bundle has values on all its rows. {_AGAIN}")
    recorder = Recorder(run, problem)
    for frame in bundle.frames[:MAX_FRAMES]:
        entry = make_entry(network_of(frame.get("net"), problem), problem)
        recorder.frames.add(recorder.drawn("best", recorder.view.entry(entry)), seconds=_number(frame.get("seconds")),
                            step=int(_number(frame.get("step"))), reason=_text(frame.get("reason")))
    recorder.reopened = reopened_after(bundle)
    recorder.loss = thinned([(_number(point[0]), _number(point[1]), _score(point[2]))
                             for point in _lists(snapshot.get("loss")) if len(point) == 3])
    recorder.feed.extend({"seconds": _number(line.get("seconds")), "text": _text(line.get("text"))}
                         for line in _objects(snapshot.get("feed"))[-MAX_FEED:])
    write_text(run.folder / "events.jsonl", "".join(to_json(event) + "\n" for event in _events(bundle.events)))
    current = make_entry(network_of(snapshot.get("current"), problem), problem)
    island = Island(steps_of(bundle), front, current,
                    plain=tuple(entry for entry in entries if entry.plain),
                    robust_pick=_robust_pick(bundle, problem))
    state = combined_state((island,), _number(snapshot.get("seconds")))
    state = combined_state(rescored_state(state, problem).islands, state.seconds)
    recorder.write_best(state.best)
    run_state = "finished" if snapshot.get("state") == "finished" else "stopped"
    reason = with_stop_reason(snapshot)["stop_reason"]
    message = _text(snapshot.get("message")) or "Opened from a saved search."
    recorder.write_snapshot(state, seconds=state.seconds, seconds_total=run.config["seconds"], run_state=run_state,
                            stop_reason=reason if reason in list(StopReason) else None, message=message)
    run.write_status(run_state, message)


def _events(events: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """The events with checked values, without networks: the frames contain them."""
    for event in events:
        yield {"kind": "improved", "step": int(_number(event.get("step"))), "seconds": _number(event.get("seconds")),
               "loss": _number(event.get("loss")), "loss_holdout": _score(event.get("loss_holdout")),
               "reason": _text(event.get("reason"))}


def _checked(part: str, make: Callable[[], T]) -> T:
    """The result of `make`, which reads a part of a bundle.

    Args:
        part: the name of the part, for the error message.
        make: reads the part.

    Raises:
        XNetError: the part is not valid.
    """
    try:
        return make()
    except XNetError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"The {part} of the bundle is not valid ({type(error).__name__}: {str(error)[:200]}). "
                       f"{_AGAIN}") from error


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME


def _number(value: object) -> float:
    """A finite number; 0 for anything else."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return float(cast(float, value)) if usable and math.isfinite(cast(float, value)) else 0.0


def _score(value: object) -> float | None:
    return None if value is None else _number(value)


def _text(value: object) -> str:
    return value[:MAX_REASON] if isinstance(value, str) else ""


def _lists(value: object) -> Sequence[list[Any]]:
    return [entry for entry in value if isinstance(entry, list)] if isinstance(value, list) else []


def _objects(value: object) -> Sequence[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
