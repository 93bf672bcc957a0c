"""Areas of files: tables, run bundles, saved states and the command line."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.errors import XNetError
from xnet.runs import Run, create_run, execute
from xnet.runs.catalogue import read_catalogue
from xnet.runs.resuming import resumed_state
from xnet.tables.column_conversion import possible_conversions, with_conversions
from xnet.tables.reading import read_table

from .mutations import hostile_text, mutated_bytes, mutated_text, mutated_tree, mutated_zip

#: Options of the commands, and values of which some fit.
_OPTIONS = (
    "--target", "--inputs", "--activations", "--max-complexity", "--split", "--holdout", "--weight", "--error",
    "--convert", "--units", "--require", "--initial-formula", "--forbid", "--output-range", "--class", "--seed",
    "--sheet", "--device", "--max-parameters", "--increasing", "--complexity", "--no-parameters", "--fill-gaps",
    "--json", "--classify")
_WORDS = ("gapminder", "y", "t [s]", "-1", "0", "nan", "1e9", "99999999999999999999", "x=m/s", "y=9**9⁹", "random",
          "order", "range:y", "group:kind", "sin:sin", "day:days", "kind:labels", "a*x+b", "0:", "cpu", "no such", "")
#: The files of a run that are JSON.
_JSON_FILES = ("config.json", "snapshot.json", "state.json", "status.json", "best.json")


@cache
def _tables() -> dict[str, bytes]:
    """A small table in every format that is read, by its ending."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"t [s]": np.arange(12) / 4, "Größe": rng.normal(size=12).round(4),
    "kind": list("abcabcabcabc"),
                          "day": pd.date_range("2020-01-30", periods=12).astype(str), "y": rng.integers(0, 2000, 12)})
    csv = frame.to_csv(index=False)
    buffers = {name: io.BytesIO() for name in ("xlsx", "parquet", "npy", "zip")}
    frame.to_excel(buffers["xlsx"], index=False)
    frame.to_parquet(buffers["parquet"])
    np.save(buffers["npy"], frame[["t [s]", "y"]].to_numpy())
    with zipfile.ZipFile(buffers["zip"], "w") as archive:
        archive.writestr("table.csv", csv)
    german = csv.replace(",", ";").replace(".", ",").encode("cp1252", errors="replace")
    return {"csv": csv.encode(), "german": german, "tsv": csv.replace(",", "\t").encode("utf-16"),
            "spaces": frame[["t [s]", "Größe", "y"]].to_string(index=False).encode(), "gz": gzip.compress(csv.encode()),
            "json": frame.to_json(orient="records").encode(),
            "columns": json.dumps(frame.to_dict(orient="list"), default=str).encode(),
            "lines": frame.to_json(orient="records", lines=True).encode(),
            "markdown": ("| a | b |\n|---|---|\n" + "".join(f"| {k} | {k * k} |\n" for k in range(9))).encode(),
            **{name: buffer.getvalue() for name, buffer in buffers.items()}}


def reader(rng: Random) -> None:
    """A file of one of the formats with random changes, read as a table and converted to numbers."""
    name = rng.choice(sorted(_tables()))
    data = _tables()[name]
    if name in ("json", "columns", "lines", "markdown") and rng.random() < 0.5:
        data = mutated_text(rng, data.decode()).encode("utf-8", errors="replace")
    elif name in ("json", "columns") and rng.random() < 0.6:
        data = _changed_json(rng, "table.json", data)
    elif name == "xlsx" and rng.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = mutated_zip(rng, {part: archive.read(part) for part in archive.namelist()}, _changed_part)
    elif name in ("csv", "german", "spaces") and rng.random() < 0.7:
        data = mutated_text(rng, data.decode("cp1252")).encode("utf-8", errors="replace")
    else:
        data = mutated_bytes(rng, data)
    if rng.random() < 0.02:
        data = hostile_text(rng, longest=200).encode("utf-8", errors="replace")
    try:
        sheet = rng.choice((None, None, None, "Sheet1", ""))
        table = read_table(data, name, min_columns=rng.choice((0, 1, 2)), sheet=sheet)
        with_conversions(table, possible_conversions(table)[:3])
    except XNetError:
        return


def _changed_part(rng: Random, _: str, content: bytes) -> bytes:
    if rng.random() < 0.7:
        return mutated_text(rng, content.decode("utf-8", errors="replace")).encode("utf-8", errors="replace")
    return mutated_bytes(rng, content)


@cache
def _folder() -> Path:
    """A folder of this process, which its end removes."""
    folder = tempfile.TemporaryDirectory(prefix="xnet_fuzz_")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _run() -> Run:
    """A run of a few steps on a small table."""
    x = np.linspace(0.5, 4, 40)
    table = pd.DataFrame({"x": x, "w": np.cos(7 * x), "y": 2.5 * x**2 + np.sin(3 * x) + 0.1 * np.cos(50 * x)})
    run = create_run(table, target="y", inputs=["x", "w"], source="fuzz.csv", steps=3, seconds=60,
                     root=_folder() / "kept")
    execute(run, commands=lambda: None)
    return run


@cache
def _bundle() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(make_bundle(_run()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bundles(rng: Random) -> None:
    """A run bundle with random changes, most with the right hashes, opened as a run."""
    files = dict(_bundle())
    name = rng.choice([name for name in files if name != "manifest.json"])
    files[name] = _changed_json(rng, name, files[name])
    if rng.random() < 0.8:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {part: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                             for part, content in files.items() if part != "manifest.json"}
        files["manifest.json"] = json.dumps(manifest).encode()
        packed = mutated_zip(rng, files, lambda _, __, content: content)
    else:
        packed = mutated_zip(rng, files, _changed_json)
    root = Path(tempfile.mkdtemp(dir=_folder()))
    try:
        open_bundle(read_bundle(packed), root)
    except XNetError:
        return
    finally:
        shutil.rmtree(root)




def _changed_json(rng: Random, name: str, content: bytes) -> bytes:
    lines = content.splitlines() if name.endswith(".jsonl") else [content]
    if not name.endswith((".json", ".jsonl")) or not lines or rng.random() < 0.15:
        return mutated_text(rng, content.decode("utf-8", errors="replace")).encode("utf-8", errors="replace")
    k = rng.randrange(len(lines))
    try:
        lines[k] = json.dumps(mutated_tree(rng, json.loads(lines[k]))).encode()
    except RecursionError:
        lines[k] = b"[" * 5000
    except ValueError:  # changed before, and no JSON any more
        lines[k] = mutated_bytes(rng, lines[k])
    return b"\n".join(lines) + b"\n"


def states(rng: Random) -> None:
    """The files of a run with random changes: the run is listed, and its search is continued."""
    root = Path(tempfile.mkdtemp(dir=_folder()))
    run = Run(root / _run().folder.name)
    try:
        shutil.copytree(_run().folder, run.folder)
        for name in rng.sample(_JSON_FILES, rng.choice((1, 1, 1, 2))):
            path = run.folder / name
            if path.exists():
                path.write_bytes(_changed_json(rng, name, path.read_bytes()))
        with contextlib.suppress(XNetError):
            read_catalogue(root)
        with contextlib.suppress(XNetError):
            run.status()
            run.is_alive()
        with contextlib.suppress(XNetError):
            resumed_state(run, _run().problem())
    finally:
        shutil.rmtree(root)


def command_line(rng: Random) -> None:
    """A command with random options on a random file; one that searches takes one step."""
    data = _folder() / "table.csv"
    data.write_bytes(mutated_text(rng, _tables()["csv"].decode()).encode("utf-8", errors="replace")
                     if rng.random() < 0.5 else _tables()["csv"])
    words = [str(data), str(_run().folder / "best.json"), str(_folder()), _run().id, *_WORDS]
    command = rng.choice(("discover", "discover", "discover", "predict", "export", "bundle", "replay", "samples", "no"))
    arguments = [command, *(rng.choice(words) for _ in range(rng.randint(0, 2)))]
    for _ in range(rng.randint(0, 4)):
        word = rng.choice(words) if rng.random() < 0.7 else hostile_text(rng).replace("\x00", "")
        arguments += [rng.choice(_OPTIONS), word] if rng.random() < 0.8 else [rng.choice(_OPTIONS)]
    if command == "discover":
        arguments += ["--steps", "1", "--seconds", "0.2"]
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said), contextlib.chdir(_folder()), \
            contextlib.suppress(SystemExit):
        main(arguments)
    if "Traceback" in said.getvalue():
        raise AssertionError(f"a traceback is shown for {arguments}")
