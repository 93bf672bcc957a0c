"""The catalogue of runs: a few facts about every run of a folder, and comparisons between runs.

The files of a run are read again only if they have changed (by modification time and size), so that hundreds of runs
cost little more than one. Damaged folders are skipped and counted.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from xnet.atomic_files import read_json
from xnet.config.dynamics_runs import is_dynamics
from xnet.config.run_options import with_current_keys
from xnet.engine import Network, shape, to_expression
from xnet.wording.score_text import LOSS_SCORE_KEYS

from .notes import FILE as NOTE_FILE
from .notes import read_note
from .run import Run
from .schema import FormulaRecord, LossPoint
from .setting_words import NOT_SETTINGS
from .store import list_runs

log = logging.getLogger(__name__)
_R2 = ("r2_train", "r2_holdout")
#: The scores that only a run for a class has.
_CLASS_SCORES = ("accuracy_train", "accuracy_holdout", "log_loss_train", "log_loss_holdout")


@dataclass(frozen=True)
class CatalogueEntry:
    """A few facts about a run; scores, formula and structure belong to its best network, None before the first one.

    Attributes:
        seconds: seconds of searching.
        structure: the formula without its constants; equal for formulas of the same structure.
        note: the note of the run.
        class_scores: accuracies and log losses, named as in a snapshot; empty for a run that is not for a class.
        loss_scores: the scores that only some losses have, named as in a snapshot, and `weighted`.
    """

    run: Run
    state: str
    config: Mapping[str, Any]
    created: datetime
    note: str
    seconds: float = 0.0
    r2_train: float | None = None
    r2_holdout: float | None = None
    complexity: int | None = None
    text: str | None = None
    structure: str | None = None
    class_scores: Mapping[str, float | None] = field(default_factory=dict)
    loss_scores: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, float | None]:
        """All scores, named as in a snapshot."""
        return {"r2_train": self.r2_train, "r2_holdout": self.r2_holdout, **self.loss_scores,
                **self.class_scores}


@dataclass(frozen=True)
class Catalogue:
    """The runs of a folder, newest first, and the names of the folders that could not be read."""

    entries: tuple[CatalogueEntry, ...]
    damaged: tuple[str, ...]


def read_catalogue(root: str | Path | None = None) -> Catalogue:
    """All runs of a folder; see `runs_root` for the default."""
    runs = list_runs(root)
    entries = {run.id: _entry(run) for run in runs}
    return Catalogue(tuple(entry for entry in entries.values() if entry is not None),
                     tuple(run_id for run_id, entry in entries.items() if entry is None))


def _entry(run: Run) -> CatalogueEntry | None:
    try:
        facts = _facts(str(run.folder), _stamp(run.folder, "config.json", "snapshot.json", NOTE_FILE))
    except Exception:  # one damaged folder must not close the Library
        log.exception("The folder %s cannot be read", run.folder)
        return None
    if facts is None:
        return None
    return CatalogueEntry(run, str(run.status()["state"]), *facts)  # not cached: the worker may have died


def _stamp(folder: Path, *names: str) -> tuple[tuple[int, int] | None, ...]:
    """Modification times and sizes of the files; None for a missing file."""
    found: list[tuple[int, int] | None] = []
    for name in names:
        try:
            stat = (folder / name).stat()
            found.append((stat.st_mtime_ns, stat.st_size))
        except OSError:
            found.append(None)
    return tuple(found)


@lru_cache(maxsize=2000)
def _facts(folder: str, _stamp: object) -> tuple[Any, ...] | None:
    """The fields of an entry after `state`; None for a folder without a usable config."""
    path = Path(folder)
    config = with_current_keys(read_json(path / "config.json") or {})
    try:
        created = datetime.fromisoformat(str(config["created"]))
        checked = {**config, "name": str(config["name"]), "source": str(config["source"]),
                   "target": str(config["target"]), "inputs": [str(c) for c in config["inputs"]],
                   "units": dict(config["units"])}
    except (KeyError, TypeError, ValueError):
        return None
    head = checked, created, read_note(Run(path))
    snapshot = read_json(path / "snapshot.json") or {}
    try:
        best = snapshot["best"]
        networks = [equation["network"] for equation in best["equations"]] if is_dynamics(config) else [best["network"]]
        structure = "; ".join(shape(to_expression(Network.from_json(network))) for network in networks)
        r2, of_loss, of_class = (
            {key: None if best[key] is None else float(best[key]) for key in keys if keys is _R2 or key in best}
            for keys in (_R2, ("weighted", *LOSS_SCORE_KEYS), _CLASS_SCORES))
        return (*head, float(snapshot["seconds"]), *r2.values(), int(best["complexity"]), str(best["text"]), structure,
                of_class, of_loss)
    # No network yet, or a damaged snapshot: the run is listed.
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return head


def same_data(a: Run, b: Run) -> bool:
    """Whether two runs search the same rows of the same columns for the same target."""
    first, second = a.config, b.config
    return (first["target"], first["inputs"]) == (second["target"], second["inputs"]) and _hash(a) == _hash(b)


def _hash(run: Run) -> str:
    return _hash_of(str(run.folder), _stamp(run.folder, "data.csv"))


@lru_cache(maxsize=2000)
def _hash_of(folder: str, _stamp: object) -> str:
    try:
        return hashlib.sha256((Path(folder) / "data.csv").read_bytes()).hexdigest()
    except OSError:
        return folder  # without data: different from every other run


def comparable_runs(entry: CatalogueEntry, entries: Iterable[CatalogueEntry]) -> list[CatalogueEntry]:
    """The ended runs with a formula on the data of `entry`, including `entry`; repeats of one search count once.

    Runs with a warm start are left out, because their result is not independent evidence.
    """
    alike = [e for e in entries if e.structure is not None and e.state in ("finished", "stopped")
             and not e.config.get("warm_start") and not entry.config.get("warm_start")
             and (e.config["target"], e.config["inputs"]) == (entry.config["target"], entry.config["inputs"])]
    found: dict[str, CatalogueEntry] = {}
    for other in sorted(alike, key=lambda e: e.run != entry.run):  # of several repeats, keep `entry` itself
        if other.run == entry.run or _hash(other.run) == _hash(entry.run):
            settings = repr(sorted((key, value) for key, value in other.config.items() if key not in NOT_SETTINGS))
            found.setdefault(settings, other)
    return list(found.values())


def agreement(entry: CatalogueEntry, others: Sequence[CatalogueEntry]) -> str:
    """A sentence on how many searches found the structure of `entry`.

    Args:
        entry: a run with a formula.
        others: the result of `comparable_runs` for it.

    Returns:
        The sentence; "" if there is no other search.
    """
    if entry.structure is None or len(others) < 2:
        return ""
    counts = Counter(e.structure for e in others)
    same, n = counts[entry.structure], len(others)
    seeds = len({e.config.get("seed") for e in others})
    how = "other seeds or settings" if seeds > 1 else "other settings"
    if n == 2:
        return (f"Another search on these data, with {how}, found " +
                ("the same structure." if same == n else "another structure."))
    if same == n:
        return f"All {n} searches on these data, with {how}, found this structure."
    if same == 1:
        return f"None of the {n - 1} other searches on these data, with {how}, found this structure."
    return f"{same} of {n} searches on these data, with {how}, found this structure."


def readable_front(run: Run) -> list[FormulaRecord]:
    """The valid records of the front of a run; empty if there is no front yet, or a damaged one."""
    records = (read_json(run.folder / "snapshot.json") or {}).get("front")
    if not isinstance(records, list):
        return []
    return [cast(FormulaRecord, record) for record in records
            if isinstance(record, dict) and isinstance(record.get("text"), str)
            and all(isinstance(record.get(key), (int, float)) for key in ("complexity", "loss"))]


def readable_loss(run: Run) -> list[LossPoint]:
    """The points of the loss curve of a run; empty if there are none yet, or damaged ones."""
    points = (read_json(run.folder / "snapshot.json") or {}).get("loss")
    if not isinstance(points, list):
        return []
    return [(point[0], point[1], point[2]) for point in points if isinstance(point, list) and len(point) == 3
            and all(isinstance(value, (int, float)) for value in point[:2])]
