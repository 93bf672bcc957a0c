"""The library: all runs of a folder in a few facts each, what two of them differ in, and whether searches agree.

Every run's files are read when they have changed since the last look (by their times), so that hundreds of runs cost
little more than one. Folders that are damaged are counted and passed over.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from xnet.atomic_files import read_json
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.networks.network import Network

from .notes import FILE as NOTE_FILE
from .notes import read_note
from .run import Run
from .store import list_runs

_R2 = ("r2_train", "r2_holdout")
#: The scores that only a class has.
_OF_A_CLASS = ("accuracy_train", "accuracy_holdout", "log_loss_train", "log_loss_holdout")
#: What of a config says nothing about how was searched.
_NAMES = ("version", "id", "name", "created", "source", "target", "inputs", "units", "made")
#: How settings are called where people compare them.
SETTINGS = {
    "activations": "Activations", "parameters": "Fitted numbers allowed", "max_complexity": "Largest complexity",
    "holdout_fraction": "Share held out", "seed": "Seed", "seconds": "Seconds given", "n_jobs": "Processes",
    "steps": "Steps given", "split": "Rows held out", "weight": "Rows weighed", "fill_gaps": "Gaps filled",
    "known": "Started from", "loss": "Loss", "prior": "Known beforehand", "device": "Device"}


@dataclass(frozen=True)
class Entry:
    """A run in a few facts; scores, formula and structure are those of its best network, None before the first.

    Attributes:
        seconds: how long was searched.
        structure: the formula without its numbers, equal for equal structures.
        note: what a person wrote on the run.
        of_class: the accuracies and log losses of a class, named as in a snapshot; of anything else empty.
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
    of_class: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, float | None]:
        """All scores, named as in a snapshot."""
        return {"r2_train": self.r2_train, "r2_holdout": self.r2_holdout, **self.of_class}


@dataclass(frozen=True)
class Shelf:
    """The runs of a folder, newest first, and how many folders could not be read."""

    entries: tuple[Entry, ...]
    damaged: int


def shelf(root: str | Path | None = None) -> Shelf:
    """All runs of a folder."""
    runs = list_runs(root)
    entries = [entry for run in runs if (entry := _entry(run)) is not None]
    return Shelf(tuple(entries), len(runs) - len(entries))


def _entry(run: Run) -> Entry | None:
    facts = _facts(str(run.folder), _stamp(run.folder, "config.json", "snapshot.json", NOTE_FILE))
    if facts is None:
        return None
    return Entry(run, str(run.status()["state"]), *facts)  # whether a worker lives is not in the files


def _stamp(folder: Path, *names: str) -> tuple[tuple[int, int] | None, ...]:
    """What changes when one of the files does."""
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
    """The fields of an entry from `config` on; None for a folder that holds no usable config."""
    path = Path(folder)
    config = read_json(path / "config.json") or {}
    try:
        created = datetime.fromisoformat(str(config["created"]))
        known = {**config, "name": str(config["name"]), "source": str(config["source"]),
                 "target": str(config["target"]), "inputs": [str(c) for c in config["inputs"]],
                 "units": dict(config["units"])}
    except (KeyError, TypeError, ValueError):
        return None
    head = known, created, read_note(Run(path))
    snapshot = read_json(path / "snapshot.json") or {}
    try:
        best = snapshot["best"]
        structure = shape(to_expression(Network.from_json(best["network"])))
        scores = {key: None if best[key] is None else float(best[key]) for key in (*_R2, *_OF_A_CLASS)
                  if key in _R2 or _OF_A_CLASS[0] in best}
        r2 = [scores.pop(key) for key in _R2]
        return *head, float(snapshot["seconds"]), *r2, int(best["complexity"]), str(best["text"]), structure, scores
    except (KeyError, TypeError, ValueError):  # nothing found yet, or a snapshot that is damaged: the run is shown
        return head


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The settings in which two configs differ: (what, in the first, in the second)."""
    keys = [*SETTINGS, *sorted((set(a) | set(b)) - set(SETTINGS) - set(_NAMES))]
    found = []
    for key in keys:
        if a.get(key) != b.get(key):
            say = _started_from if key == "known" else _said
            found.append((SETTINGS.get(key, key.replace("_", " ").capitalize()), say(a.get(key)), say(b.get(key))))
    return found


def _started_from(known: object) -> str:
    """What a search started from: the networks themselves are no reading matter."""
    count = len(known) if isinstance(known, list) else 0
    return f"{count} known formula{'s' * (count > 1)}" if count else "nothing"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key.replace('_', ' ')}: {_said(v)}" for key, v in value.items()) or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_said, value))
    return "not said" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


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
        return folder  # without data: like no other


def siblings(entry: Entry, entries: Iterable[Entry]) -> list[Entry]:
    """The ended searches with a formula on the data of `entry`, itself among them; repeats of one search count once.

    One that started from what another had found is no witness of its own.
    """
    alike = [e for e in entries if e.structure is not None and e.state in ("finished", "stopped")
             and not e.config.get("known") and not entry.config.get("known")
             and (e.config["target"], e.config["inputs"]) == (entry.config["target"], entry.config["inputs"])]
    found: dict[str, Entry] = {}
    for other in sorted(alike, key=lambda e: e.run != entry.run):  # of repeats, the one that was asked about
        if other.run == entry.run or _hash(other.run) == _hash(entry.run):
            how = repr(sorted((key, value) for key, value in other.config.items() if key not in _NAMES))
            found.setdefault(how, other)
    return list(found.values())


def agreement(entry: Entry, others: Sequence[Entry]) -> str:
    """How many searches on the same data came to the structure of `entry`, in a sentence; "" for a single search."""
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


def front_of(run: Run) -> list[dict[str, Any]]:
    """The rows of a run's front that can be drawn; none where there is no front yet, or a damaged one."""
    rows = (read_json(run.folder / "snapshot.json") or {}).get("front")
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("text"), str)
            and all(isinstance(row.get(key), (int, float)) for key in ("complexity", "loss"))
            ] if isinstance(rows, list) else []
