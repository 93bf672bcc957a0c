"""The run bundle: one zip file with everything that is needed to check a run, or to repeat its search.

    manifest.json   format, versions, number of steps, whether the run can be repeated exactly, SHA-256 of every file
    config.json     the configuration of the run, without its id, because the id allows steering the search
    data.csv        the rows of the search
    snapshot.json   the result: the front with its networks and scores, the loss, the last improvements
    frames.jsonl    every best network
    events.jsonl    every improvement
    permutation.json  the permutation check of the run, if there is one
    note.txt        the note of the run, if there is one; left out of bundles that are made through a view link
    formulas.txt, front.csv, README.txt   for people

Equal runs give equal bytes. A bundle may come from a stranger: it is read in memory, only the files above are read,
none beyond its largest size whatever the zip claims, and every file must have the hash in the manifest. Its content is
data (JSON and numbers), never code.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xnet.atomic_files import to_json
from xnet.config.dynamics_runs import is_dynamics
from xnet.config.run_options import RunError
from xnet.exports.export import front_csv
from xnet.exports.report import versions
from xnet.runs.notes import MAX_LENGTH, read_note
from xnet.runs.permutation import finished_check
from xnet.runs.run import Run
from xnet.runs.sharing import SharedRun

FORMAT, VERSION = "xnet run bundle", 1
_MB = 2**20
#: The files of a bundle, and the largest unpacked size of each, in bytes.
MEMBERS: dict[str, int] = {
    "manifest.json": _MB, "config.json": _MB, "data.csv": 64 * _MB, "snapshot.json": 32 * _MB,
    "frames.jsonl": 64 * _MB, "events.jsonl": 32 * _MB, "formulas.txt": 32 * _MB, "front.csv": 32 * _MB,
    "README.txt": _MB, "note.txt": _MB, "permutation.json": _MB}
NEEDED = ("manifest.json", "config.json", "data.csv", "snapshot.json")
#: The largest bundle that is opened, in bytes, and the most that all files of a bundle unpack to.
MAX_BYTES, MAX_UNPACKED = 64 * _MB, 160 * _MB
#: The most rows of data.csv, and the most lines of the other files.
MAX_ROWS, MAX_LINES = 1_000_000, 20_000
#: Entries of the config that belong to the run folder, not to the search.
_FOLDER_KEYS = ("id",)
_README = """A search for a formula by X-Net, with its data and its results.

    python -m xnet replay THIS_FILE

runs the search again and reports whether the result is the same. You can also open the file on the first page of the
app. formulas.txt and front.csv hold the formulas that were found, data.csv holds the rows of the table.
"""


@dataclass(frozen=True)
class Bundle:
    """The content of a bundle, with checked hashes; the values themselves are not checked yet.

    Attributes:
        manifest, config, snapshot: objects of JSON.
        data: the bytes of data.csv.
        frames, events: objects of JSON, oldest first.
        note: the note of the run; "" if there is none.
        permutation: the permutation check of the run, an object of JSON; None if there is none.
    """

    manifest: dict[str, Any]
    config: dict[str, Any]
    snapshot: dict[str, Any]
    data: bytes
    frames: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    note: str = ""
    permutation: dict[str, Any] | None = None


def make_bundle(run: Run) -> bytes:
    """The bundle of a run, as the bytes of a zip file.

    Raises:
        RunError: the run has no network yet, or its files are gone.
    """
    snapshot = run.snapshot()
    if snapshot is None or not snapshot["front"]:
        raise RunError(f"Run {run.id!r} has no formula yet. Wait for the first one, then create the bundle.")
    try:
        data = (run.folder / "data.csv").read_bytes()
    except OSError as error:
        raise RunError(f"The bundle cannot be created, because the rows of run {run.id!r} cannot be read "
                       f"({error.strerror}). Was the run deleted?") from error
    config = {key: value for key, value in run.config.items() if key not in _FOLDER_KEYS}
    if is_dynamics(config) and "decisions" not in snapshot:
        raise RunError(f"The search of run {run.id!r} has not ended, so a bundle cannot repeat it. Wait for its end, "
                       "or continue it, then create the bundle.")
    formulas = "".join(f"{row['text']}\n" for row in snapshot["front"])
    files = {
        "config.json": to_json(config).encode(), "data.csv": data,
        "snapshot.json": to_json(snapshot).encode(), "frames.jsonl": _whole_lines(run.folder / "frames.jsonl"),
        "events.jsonl": _whole_lines(run.folder / "events.jsonl"), "formulas.txt": formulas.encode(),
        "front.csv": front_csv(snapshot["front"]).encode(), "README.txt": _README.encode()}
    if (note := read_note(run)) and not isinstance(run, SharedRun):
        files["note.txt"] = note.encode()
    if (check := finished_check(run)) is not None:
        files["permutation.json"] = to_json(check.to_json()).encode()
    for name, content in files.items():
        if len(content) > MEMBERS[name]:
            raise RunError(f"The file {name} of the run has {len(content) // _MB} MB; a bundle can hold "
                           f"{MEMBERS[name] // _MB} MB. Use fewer rows or columns.")
    manifest = {
        "format": FORMAT, "version": VERSION, "versions": versions(), "steps": snapshot["step"],
        "seconds": snapshot["seconds"], "seed": config["seed"], "repeats": reproducibility_of(config),
        "files": {name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                  for name, content in files.items()}}
    return _zipped({"manifest.json": (json.dumps(manifest, indent=1) + "\n").encode(), **files})


def reproducibility_of(config: Mapping[str, Any]) -> str:
    """How far a run can be repeated: "exactly", or "in one process" only the result of its first process.

    With a budget in seconds, the clock decides when the other processes exchange networks, and no second run repeats
    that. With a budget in steps the processes wait for each other.
    """
    return "exactly" if config.get("n_jobs", 1) == 1 or config.get("steps") is not None else "in one process"


def read_bundle(source: bytes | Path) -> Bundle:
    """Read and check a bundle.

    Raises:
        RunError: the file is no bundle or damaged, or a part of it is not valid.
    """
    try:
        files = _unzipped(_bytes_of(source))
    except RunError:
        raise  # its message is complete; it is a ValueError too
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise RunError(f"This file is not a run bundle, or it is damaged ({error or type(error).__name__}). Expected "
                       "the zip file of a run, from the command bundle or the app.") from error
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise RunError(f"The bundle does not contain {', '.join(missing)}. Expected the zip file of a run, from the "
                       "command bundle or the app.")
    manifest = _object("manifest.json", files["manifest.json"])
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise RunError(f"The manifest of the file does not belong to a run bundle; expected the format {FORMAT!r}.")
    if manifest.get("version") != VERSION:
        raise RunError(f"The bundle has the version {manifest.get('version')!r}; this release of X-Net reads version "
                       f"{VERSION}. Open it with the release that created it, or with a newer one.")
    _check_hashes(manifest["files"], files)
    if files["data.csv"].count(b"\n") > MAX_ROWS + 1:
        raise RunError(f"The table of the bundle has more than {MAX_ROWS:,} rows. Nothing was opened.")
    return Bundle(manifest, _object("config.json", files["config.json"]),
                  _object("snapshot.json", files["snapshot.json"]), files["data.csv"],
                  _objects("frames.jsonl", files), _objects("events.jsonl", files),
                  files.get("note.txt", b"").decode("utf-8", errors="replace")[:MAX_LENGTH],
                  _object("permutation.json", files["permutation.json"]) if "permutation.json" in files else None)


def _bytes_of(source: bytes | Path) -> bytes:
    """The bytes of a file, or those given.

    Raises:
        RunError: there is no such file, or it is too large.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                source = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise RunError(f"The bundle {str(source)!r} cannot be read ({error.strerror}). Check the path.") from error
    if len(source) > MAX_BYTES:
        raise RunError(f"The file has more than {MAX_BYTES // _MB} MB, which is more than any run bundle has.")
    return source


def _unzipped(packed: bytes) -> dict[str, bytes]:
    """The files of a zip by name; no file is read beyond its largest size.

    Raises:
        RunError: a name or a size does not belong to a bundle.
    """
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for member in archive.infolist():
            name, limit = member.filename, MEMBERS.get(member.filename)
            if limit is None or name in files:
                raise RunError(f"The bundle contains the file {name[:80]!r}, which does not belong in a bundle, or "
                               "contains it twice. Nothing was opened.")
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise RunError(f"The file {name} of the bundle is encrypted or packed in an unusual way. Expected an "
                               "ordinary zip file.")
            with archive.open(member) as content:  # the zip may claim a wrong size
                files[name] = content.read(limit + 1)
            if len(files[name]) > limit:
                raise RunError(f"The file {name} of the bundle has more than {limit // _MB} MB unpacked. Nothing was "
                               "opened.")
            if sum(map(len, files.values())) > MAX_UNPACKED:
                raise RunError(f"The bundle has more than {MAX_UNPACKED // _MB} MB unpacked. Nothing was opened.")
    return files


def _check_hashes(named: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Check that every file has the hash in the manifest.

    Raises:
        RunError: a file was changed, or is missing.
    """
    for name in sorted({*named, *files} - {"manifest.json"}):
        entry = named.get(name)
        expected = entry.get("sha256") if isinstance(entry, dict) else None
        if name not in files or expected != hashlib.sha256(files[name]).hexdigest():
            raise RunError(f"The file {name[:80]} of the bundle does not match its manifest: it was changed or "
                           "truncated. Ask for a new copy of the bundle.")


def _object(name: str, content: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RunError(f"The file {name} of the bundle is not JSON. Ask for a new copy of the bundle.") from error
    if not isinstance(tree, dict):
        raise RunError(f"The file {name} of the bundle is not a JSON object. Ask for a new copy of the bundle.")
    return tree


def _objects(name: str, files: Mapping[str, bytes]) -> tuple[dict[str, Any], ...]:
    lines = files.get(name, b"").split(b"\n", MAX_LINES)[:MAX_LINES]
    return tuple(_object(name, line) for line in lines if line.strip())


def _whole_lines(path: Path) -> bytes:
    """The content of a file without an unfinished last line; empty if there is no file."""
    try:
        content = path.read_bytes()
    except OSError:
        return b""
    return content[:content.rfind(b"\n") + 1]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; equal files give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, content)
    return out.getvalue()
