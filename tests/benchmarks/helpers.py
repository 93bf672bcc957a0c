"""Formulas and tables that several tests of the benchmarks measure."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from benchmarks.formulas.known_formulas import Formula, load
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network

FORMULAS = """name,family,formula,variables,low,high
Line,Simple,2*a + 1,a,-1,1
Wave,Simple,sin(a)*b,a b,-1 1,1 2
Cube,Harder,x**3 + x,x,-2,2
"""


def write_table(folder: Path, name: str, task: str, target: str, columns: dict) -> None:
    about = {"task": task, "suggested_target": target, "suggested_inputs": ["a", "b"]}
    (folder / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def named(name: str) -> Formula:
    return load(name)[0]


def read(text: str, names: str = "a") -> Network:
    return read_formula(text, names.split())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
