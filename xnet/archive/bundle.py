"""The run bundle: one zip with everything that it takes to check a run, or to do it again.

    manifest.json   what this is: versions, steps done, what a replay can promise, the SHA-256 of every other file
    config.json     what the run was asked for; without its id, with which a search can be steered
    data.csv        the rows that the search saw
    snapshot.json   the result: the front with its networks and scores, the loss, the last improvements
    frames.jsonl    every best network; events.jsonl: every improvement
    note.txt        what the person wrote on the run, if anything; not for those who have but a link to read
    formulas.txt, front.csv, README.txt   for people

Equal runs give equal bytes. A bundle comes from a stranger: it is read in memory, only under the names above, none of
them larger than it may be whatever the zip claims, and every file has to be the one that the manifest names. What it
says is data (JSON and numbers), never code.
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
from xnet.config.run_options import RunError
from xnet.exports.export import front_csv
from xnet.exports.report import versions
from xnet.runs.notes import MAX_LENGTH, read_note
from xnet.runs.run import Run
from xnet.runs.sharing import SharedRun

FORMAT, VERSION = "xnet run bundle", 1
_MB = 2**20
#: The files of a bundle, and the largest size in bytes of each, unpacked.
MEMBERS: dict[str, int] = {
    "manifest.json": _MB, "config.json": _MB, "data.csv": 64 * _MB, "snapshot.json": 32 * _MB,
    "frames.jsonl": 64 * _MB, "events.jsonl": 32 * _MB, "formulas.txt": 32 * _MB, "front.csv": 32 * _MB,
    "README.txt": _MB, "note.txt": _MB}
NEEDED = ("manifest.json", "config.json", "data.csv", "snapshot.json")
#: The largest bundle that is opened, packed.
MAX_BYTES = 64 * _MB
#: Config entries that say where a run lies, not what it was asked for.
_OF_THE_FOLDER = ("id",)
_README = """A search for a formula by X-Net, with its data and its results.

    python -m xnet replay THIS_FILE

runs the search again and says whether it comes to the same. Or open the file on the app's first page.
formulas.txt and front.csv hold the formulas that were found, data.csv the rows that they explain.
"""


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds; read and checked, but not yet believed.

    Attributes:
        manifest, config, snapshot: objects of JSON.
        data: the bytes of data.csv.
        frames, events: objects of JSON, oldest first.
        note: what a person wrote on the run; "" for nothing.
    """

    manifest: dict[str, Any]
    config: dict[str, Any]
    snapshot: dict[str, Any]
    data: bytes
    frames: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    note: str = ""


def make_bundle(run: Run) -> bytes:
    """The bundle of a run, as the bytes of a zip.

    Raises:
        RunError: the run has found nothing yet, or its files are gone.
    """
    snapshot = run.snapshot()
    if snapshot is None:
        raise RunError(f"Run {run.id!r} has no network yet; wait for the first one, then make its bundle.")
    try:
        data = (run.folder / "data.csv").read_bytes()
    except OSError as error:
        raise RunError(f"The rows of run {run.id!r} cannot be read ({error.strerror}), so there is no bundle of it; "
                       "was it deleted?") from error
    config = {key: value for key, value in run.config.items() if key not in _OF_THE_FOLDER}
    formulas = "".join(f"{row['text']}\n" for row in snapshot["front"])
    files = {
        "config.json": to_json(config).encode(), "data.csv": data,
        "snapshot.json": to_json(snapshot).encode(), "frames.jsonl": _whole_lines(run.folder / "frames.jsonl"),
        "events.jsonl": _whole_lines(run.folder / "events.jsonl"), "formulas.txt": formulas.encode(),
        "front.csv": front_csv(snapshot["front"]).encode(), "README.txt": _README.encode()}
    if (note := read_note(run)) and not isinstance(run, SharedRun):
        files["note.txt"] = note.encode()
    for name, content in files.items():
        if len(content) > MEMBERS[name]:
            raise RunError(f"The run's {name} has {len(content) // _MB} MB and a bundle holds {MEMBERS[name] // _MB}; "
                           "search on fewer rows or columns to share a run.")
    manifest = {
        "format": FORMAT, "version": VERSION, "versions": versions(), "steps": snapshot["step"],
        "seconds": snapshot["seconds"], "seed": config["seed"], "repeats": repeats(config),
        "files": {name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
                  for name, content in files.items()}}
    return _zipped({"manifest.json": (json.dumps(manifest, indent=1) + "\n").encode(), **files})


def repeats(config: Mapping[str, Any]) -> str:
    """What a replay of a run can promise: "exactly", or "in one process" what the first process found.

    Processes that search beside it hand over what they have when the clock says so, which no second run repeats; with a
    budget in steps they wait for one another.
    """
    return "exactly" if config.get("n_jobs", 1) == 1 or config.get("steps") is not None else "in one process"


def read_bundle(source: bytes | Path) -> Bundle:
    """Read and check a bundle.

    Raises:
        RunError: it is none, it is damaged, or something in it is not what it should be.
    """
    try:
        files = _unzipped(_bytes_of(source))
    except RunError:
        raise  # a sentence of our own, and a ValueError too
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise RunError(f"This is no run bundle, or a damaged one ({error or type(error).__name__}); expected the zip "
                       "that X-Net offers beside a run's results.") from error
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise RunError(f"The bundle lacks {', '.join(missing)}; expected the zip that X-Net offers beside a run's "
                       "results.")
    manifest = _object("manifest.json", files["manifest.json"])
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        raise RunError(f"The file's manifest is not that of a run bundle; expected the format {FORMAT!r}.")
    if manifest.get("version") != VERSION:
        raise RunError(f"The bundle has the version {manifest.get('version')!r} and this X-Net reads {VERSION}; "
                       "open it with the release that made it, or a newer one.")
    _check_hashes(manifest["files"], files)
    return Bundle(manifest, _object("config.json", files["config.json"]),
                  _object("snapshot.json", files["snapshot.json"]), files["data.csv"],
                  _objects("frames.jsonl", files), _objects("events.jsonl", files),
                  files.get("note.txt", b"").decode("utf-8", errors="replace")[:MAX_LENGTH])


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
            raise RunError(f"The bundle {str(source)!r} cannot be read ({error.strerror}); check the path.") from error
    if len(source) > MAX_BYTES:
        raise RunError(f"The file has more than {MAX_BYTES // _MB} MB; no run bundle is as large.")
    return source


def _unzipped(packed: bytes) -> dict[str, bytes]:
    """The files of a zip by name, none read further than it may be long.

    Raises:
        RunError: a name or a size is not one of a bundle's.
    """
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for member in archive.infolist():
            name, limit = member.filename, MEMBERS.get(member.filename)
            if limit is None or name in files:
                raise RunError(f"The bundle holds the file {name[:80]!r}, which does not belong there (once); nothing "
                               "of it was opened.")
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise RunError(f"The bundle's {name} is encrypted or packed in an unusual way; expected an ordinary "
                               "zip.")
            with archive.open(member) as content:  # the size that the zip claims may be a lie
                files[name] = content.read(limit + 1)
            if len(files[name]) > limit:
                raise RunError(f"The bundle's {name} has more than {limit // _MB} MB unpacked; nothing of it was "
                               "opened.")
    return files


def _check_hashes(named: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Every file is the one that the manifest names.

    Raises:
        RunError: one is not, or one is missing.
    """
    for name in sorted({*named, *files} - {"manifest.json"}):
        entry = named.get(name)
        wanted = entry.get("sha256") if isinstance(entry, dict) else None
        if name not in files or wanted != hashlib.sha256(files[name]).hexdigest():
            raise RunError(f"The bundle's {name[:80]} is not the file that its manifest names: it was changed or cut. "
                           "Ask for the bundle again.")


def _object(name: str, content: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RunError(f"The bundle's {name} is no JSON; ask for the bundle again.") from error
    if not isinstance(tree, dict):
        raise RunError(f"The bundle's {name} is no JSON object; ask for the bundle again.")
    return tree


def _objects(name: str, files: Mapping[str, bytes]) -> tuple[dict[str, Any], ...]:
    return tuple(_object(name, line) for line in files.get(name, b"").splitlines())


def _whole_lines(path: Path) -> bytes:
    """A file without the line that is still being written; empty when there is none."""
    try:
        whole = path.read_bytes()
    except OSError:
        return b""
    return whole[:whole.rfind(b"\n") + 1]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; its bytes depend on nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, content)
    return out.getvalue()
