"""The sample tables in `sample_data/`: real tables, each with a sidecar file that documents its origin.

A sample is `NAME.csv` beside `NAME.json`. The sidecar's fields are described in sample_data/README.md.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xnet.resources import resource

from .limits import TableError
from .reading import read_table
from .table import Table

DISCIPLINES = ("astronomy", "aerospace", "energy", "environment", "society", "physics", "biology")


@dataclass(frozen=True)
class Sample:
    """One sample table, with the most important fields of its sidecar; `sidecar` is the whole content.

    `motion` are the roles of the columns of a table of trajectories, by name; None for another table.
    """

    name: str
    title: str
    discipline: str
    description: str
    rows: int
    licence: str
    source: str
    known_law: str
    caveats: str
    suggested_target: str
    suggested_inputs: tuple[str, ...]
    path: Path
    sidecar: dict[str, Any] = dataclasses.field(repr=False, compare=False)
    motion: dict[str, Any] | None = dataclasses.field(default=None, compare=False)


def sample_folder() -> Path:
    """The folder of the sample tables: beside the package in a checkout, inside it where X-Net is installed."""
    return resource("sample_data")


def list_samples() -> tuple[Sample, ...]:
    """All samples by discipline and title; empty if the folder is missing."""
    return _list(sample_folder())


def load_sample(name: str) -> Table:
    """A sample's table with units, suggestions, licence and source from its sidecar.

    Raises:
        TableError: there is no such sample, or its files cannot be read.
    """
    samples = {sample.name: sample for sample in list_samples()}
    if name not in samples:
        near = difflib.get_close_matches(str(name), samples, n=1)
        known = f"did you mean {near[0]!r}?" if near else f"the samples are {', '.join(samples) or 'not installed'}."
        raise TableError(f"There is no sample table {name!r}: {known}")
    sample = samples[name]
    table = read_table(sample.path, sample.name)
    return dataclasses.replace(
        table,
        units={column["name"]: column["unit"] for column in sample.sidecar["columns"] if column["unit"]},
        suggested_target=sample.suggested_target,
        suggested_inputs=sample.suggested_inputs,
        title=sample.title,
        description=sample.description,
        licence=sample.licence,
        source=sample.source,
    )


@cache
def _list(folder: Path) -> tuple[Sample, ...]:
    samples = [_sample(path) for path in folder.glob("*.json") if path.with_suffix(".csv").is_file()]
    return tuple(sorted(samples, key=lambda s: (DISCIPLINES.index(s.discipline), s.title)))


def _sample(path: Path) -> Sample:
    """Read one sidecar.

    Raises:
        TableError: a field is missing or wrong; the message names the file.
    """
    try:
        sidecar = json.loads(path.read_text(encoding="utf-8"))
        if sidecar["discipline"] not in DISCIPLINES:
            raise ValueError(f"discipline is {sidecar['discipline']!r}")
        return Sample(
            name=path.stem,
            title=sidecar["title"],
            discipline=sidecar["discipline"],
            description=sidecar["description"],
            rows=int(sidecar["rows"]),
            licence=sidecar["licence"],
            source=source_line(sidecar["source"]),
            known_law=sidecar["known_law"],
            caveats=sidecar["caveats"],
            suggested_target=sidecar["suggested_target"],
            suggested_inputs=tuple(sidecar["suggested_inputs"]),
            path=path.with_suffix(".csv"),
            sidecar=sidecar,
            motion=sidecar.get("motion"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(f"The sidecar {path.name} of a sample table is not complete ({error}): correct it.") from error


def source_line(source: dict[str, Any]) -> str:
    """The author, title, year and address of a table in one line."""
    parts = [source["author"], source["original_title"], source["year"]]
    parts.append(f"doi:{source['doi']}" if source["doi"] else source["url"])
    return ". ".join(str(part) for part in parts if part)
