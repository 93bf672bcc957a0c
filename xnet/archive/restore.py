"""Restores a bundle as a run of this workspace.

The table and the config are checked like those of a new run. Of the results only the networks, times and reasons are
used; formulas, scores and drawings are computed again from the networks and the rows. Everything that is shown is
therefore a result of this release, whatever the bundle contains. Only the permutation check, which takes minutes, is
taken as it is; the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from xnet.atomic_files import to_json, write_text
from xnet.config.dynamics_runs import is_dynamics
from xnet.config.run_options import LIMITS, RunError, RunOptions, make_config, with_current_keys
from xnet.config.run_problem import further_columns
from xnet.engine import Island, StopReason, check_device, combined_state, insert, rescored_state
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.errors import DataError
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
from .checks import (
    AGAIN,
    checked_part,
    is_name,
    lists_of,
    number_of,
    objects_of,
    score_of,
    steps_of,
    text_of,
    write_files,
)
from .dynamics_bundle import restore_dynamics

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The largest number of neurons of a network whose shared parts are written out; no search creates larger ones.
MAX_WRITTEN = 20_000


def open_bundle(bundle: Bundle, root: str | Path | None = None) -> Run:
    """Create a run of this workspace, with its own id, from a bundle.

    Args:
        bundle: a bundle, as `read_bundle` returns it.
        root: the folder that holds the runs; see `runs_root`.

    Raises:
        XNetError: the table, the config or the results of the bundle are not valid.
    """
    with new_folder(root) as folder:
        if is_dynamics(bundle.config):
            run = restore_dynamics(bundle, folder)
        else:
            run, problem = unpack(bundle, folder)
            _write_results(run, problem, bundle)
        write_note(run, bundle.note)
        if bundle.permutation is not None:
            save_check(run, checked_part("permutation.json", partial(PermutationCheck.from_json, bundle.permutation)),
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
    if not isinstance(names, list) or not names or not all(is_name(n) for n in (*names, config.get("target"))):
        raise RunError(f"The config of the bundle does not name the inputs and the target. {AGAIN}")
    if len({*names, config["target"]}) != len(names) + 1:
        raise RunError(f"The config of the bundle names a column twice. {AGAIN}")
    if not is_name(config.get("source")):
        raise RunError(f"The config of the bundle does not name the source of its table. {AGAIN}")
    # Options that the release of the bundle did not have get their defaults; options unknown here are left out.
    options = cast(RunOptions, {option: config[option] for option in RunOptions.__annotations__ if option in config})
    options.pop("series", None)  # the other searches of a series are not in the bundle
    found = checked_part("config", lambda: dict(make_config(
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
    write_files(bundle, folder, config, [*config["inputs"], config["target"], *further_columns(config)])
    run = Run(folder)
    problem = checked_part("data.csv", run.problem)
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
        raise RunError(f"The snapshot of the bundle contains no front. {AGAIN}")
    with np.errstate(all="ignore"):  # a formula may have no value in some row
        return [replace(_entry_of(row, problem), plain=_plain_kind(row),
                        is_robust=isinstance(row, Mapping) and row.get("is_robust") is True) for row in rows]


def _entry_of(record: object, problem: Problem) -> FrontEntry:
    """A formula record as an entry, with the unknown parts of a template; without them in older bundles."""
    entry, form = make_entry(network_of(record, problem), problem), problem.template
    tree = record.get("parts") if isinstance(record, Mapping) else None
    if form is None or tree is None:
        return entry
    parts = checked_part("unknown parts", lambda: Parts.from_json(cast(Any, tree)))
    own = len(entry.network.own.values) if entry.network.own else 0
    fits = (len(parts.holes) == len(form.holes) and len(parts.letters) == len(form.letters)
            and len(parts.own_letters) in (0, len(parts.letters)) and all(-1 <= j < own for j in parts.own_letters)
            and all(network.n_inputs - len(hole.arguments) in (0, 1) and not _is_too_long(network)
                    for network, hole in zip(parts.holes, form.holes, strict=True)))
    if not fits:
        raise RunError(f"The bundle contains unknown parts that do not fit its template. {AGAIN}")
    return replace(entry, parts=parts)


def _is_too_long(network: Network) -> bool:
    """Whether a network has more neurons than a search creates, or would be written too long."""
    written: int = network.fold(lambda i, neuron, below: min(1 + sum(below), MAX_WRITTEN + 1))
    return len(network.neurons) > 2 * LIMITS["max_complexity"][1] or written > MAX_WRITTEN


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
    network = checked_part("network", lambda: Network.from_json(cast(Any, record)["network"]))
    if network.n_inputs != problem.n_inputs or _is_too_long(network):
        raise RunError(f"The bundle contains a network that does not fit its table. {AGAIN}")
    return to_search_form(network, problem)


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
        raise RunError(f"No formula of the bundle has values on all its rows. {AGAIN}")
    recorder = Recorder(run, problem)
    for frame in bundle.frames[:MAX_FRAMES]:
        entry = make_entry(network_of(frame.get("net"), problem), problem)
        recorder.frames.add(recorder.drawn("best", recorder.view.entry(entry)), seconds=number_of(frame.get("seconds")),
                            step=int(number_of(frame.get("step"))), reason=text_of(frame.get("reason")))
    recorder.reopened = reopened_after(bundle)
    recorder.loss = thinned([(number_of(point[0]), number_of(point[1]), score_of(point[2]))
                             for point in lists_of(snapshot.get("loss")) if len(point) == 3])
    recorder.feed.extend({"seconds": number_of(line.get("seconds")), "text": text_of(line.get("text"))}
                         for line in objects_of(snapshot.get("feed"))[-MAX_FEED:])
    write_text(run.folder / "events.jsonl", "".join(to_json(event) + "\n" for event in _events(bundle.events)))
    current = _entry_of(snapshot.get("current"), problem)
    island = Island(steps_of(bundle), front, current,
                    plain=tuple(entry for entry in entries if entry.plain),
                    kept=tuple(entry for entry in entries if not (entry.plain or entry.is_robust or entry in front)),
                    robust_pick=_robust_pick(bundle, problem))
    state = combined_state((island,), number_of(snapshot.get("seconds")))
    state = combined_state(rescored_state(state, problem).islands, state.seconds)
    recorder.write_best(state.best)
    run_state = "finished" if snapshot.get("state") == "finished" else "stopped"
    reason = with_stop_reason(snapshot)["stop_reason"]
    message = text_of(snapshot.get("message")) or "Opened from a saved search."
    recorder.write_snapshot(state, seconds=state.seconds, seconds_total=run.config["seconds"], run_state=run_state,
                            stop_reason=reason if reason in list(StopReason) else None, message=message)
    run.write_status(run_state, message)


def _events(events: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """The events with checked values, without networks: the frames contain them."""
    for event in events:
        yield {"kind": "improved", "step": int(number_of(event.get("step"))),
               "seconds": number_of(event.get("seconds")), "loss": number_of(event.get("loss")),
               "loss_holdout": score_of(event.get("loss_holdout")), "reason": text_of(event.get("reason"))}
