"""The run bundle: its content, and the files that are refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.archive.samples import files_of, table, with_hashes, zipped
from xnet.archive import bundle as bundles
from xnet.archive.bundle import MEMBERS, make_bundle, read_bundle
from xnet.archive.restore import open_bundle
from xnet.runs import RunError, create_run
from xnet.runs.notes import read_note, write_note
from xnet.runs.run import Run
from xnet.runs.sharing import SharedRun, share


@pytest.mark.slow
def test_a_bundle_says_what_was_done_with_what(run: Run, packed: bytes) -> None:
    files = files_of(packed)
    manifest, snapshot = json.loads(files["manifest.json"]), run.snapshot()

    assert snapshot is not None
    assert set(files) == set(MEMBERS) - {"note.txt", "permutation.json"}
    assert (manifest["steps"], manifest["seed"], manifest["repeats"]) == (8, 5, "exactly")
    assert {"X-Net", "Python", "numpy", "scipy", "torch", "BLAS"} <= set(manifest["versions"])
    assert manifest["files"]["data.csv"]["sha256"] == hashlib.sha256((run.folder / "data.csv").read_bytes()).hexdigest()
    assert files["formulas.txt"].decode().splitlines() == [row["text"] for row in snapshot["front"]]
    assert run.id.encode() not in b"".join(files.values()), "anyone who has the id can control the search"


def test_equal_runs_give_equal_bytes(run: Run, packed: bytes) -> None:
    assert make_bundle(Run(run.folder)) == packed


def test_paths_and_unknown_files_are_refused(packed: bytes) -> None:
    for name in ("../config.json", "/etc/passwd", "sub/config.json", "extra.pkl", "manifest.json\x00"):
        with pytest.raises(RunError, match="does not belong in a bundle"):
            read_bundle(zipped({**files_of(packed), name.replace("\x00", "~"): b"x"}))


def test_a_name_that_comes_twice_is_refused(packed: bytes) -> None:
    out = io.BytesIO(packed)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")

    with pytest.raises(RunError, match="does not belong in a bundle"):
        read_bundle(out.getvalue())


def test_a_decompression_bomb_is_not_unpacked(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bundles.MEMBERS, "events.jsonl", 10_000)
    bomb = zipped({**files_of(packed), "events.jsonl": b"0" * 10_001})
    lie = bytearray(bomb)  # the zip claims a small file
    for position in (bomb.find(b"events.jsonl") - 30 + 22, bomb.rfind(b"events.jsonl") - 46 + 24):
        lie[position:position + 4] = (5).to_bytes(4, "little")

    with pytest.raises(RunError, match=r"unpacked\. Nothing was opened"):
        read_bundle(bomb)
    with pytest.raises(RunError):
        read_bundle(bytes(lie))
    with pytest.raises(RunError, match="packed in an unusual way"):
        read_bundle(zipped(files_of(packed), zipfile.ZIP_LZMA))
    monkeypatch.setattr(bundles, "MAX_BYTES", 100)
    with pytest.raises(RunError, match="more than any run bundle has"):
        read_bundle(packed)


def test_a_table_of_more_rows_than_a_search_takes_is_not_read(packed: bytes) -> None:
    files = files_of(packed)
    rows = files["data.csv"] + b"1,2,3\n" * (bundles.MAX_ROWS + 1)
    many = with_hashes(files | {"data.csv": rows})
    assert len(many) < 300_000, "a small file"
    with pytest.raises(RunError, match=r"more than 1,000,000 rows\. Nothing was opened"):
        read_bundle(many)


def test_of_endless_lists_only_the_first_lines_are_read(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MAX_LINES", 50)
    bundle = read_bundle(with_hashes(files_of(packed) | {"frames.jsonl": b"{}\n" * 10_000}))
    assert len(bundle.frames) == 50


def test_a_changed_or_incomplete_bundle_is_refused(packed: bytes) -> None:
    files = files_of(packed)
    with pytest.raises(RunError, match=r"data\.csv of the bundle does not match"):
        read_bundle(zipped(files | {"data.csv": files["data.csv"].replace(b".", b"1.", 1)}))
    with pytest.raises(RunError, match=r"does not contain snapshot\.json"):
        read_bundle(zipped({name: content for name, content in files.items() if name != "snapshot.json"}))
    with pytest.raises(RunError, match=r"frames\.jsonl of the bundle does not match"):
        read_bundle(zipped({name: content for name, content in files.items() if name != "frames.jsonl"}))
    for broken in (packed[:300], b"", b"PK\x03\x04" + b"\0" * 100, packed[:200] + b"\0" * 50 + packed[250:]):
        with pytest.raises(RunError):
            read_bundle(broken)


@pytest.mark.parametrize(("manifest", "said"), [
    (b"[1]", "not a JSON object"), (b"{", "not JSON"), (b"[" * 100_000, "not JSON"),
    (b'{"format": "other"}', "does not belong to a run bundle"),
    (b'{"format": "xnet run bundle", "version": 99, "files": {}}', "has the version 99")])
def test_other_manifests_are_refused(manifest: bytes, said: str, packed: bytes) -> None:
    with pytest.raises(RunError, match=said):
        read_bundle(zipped(files_of(packed) | {"manifest.json": manifest}))


def test_a_run_without_a_network_has_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no formula yet"):
        make_bundle(create_run(table(), target="y", inputs=["a"], source="a table", root=tmp_path))


def test_the_note_goes_along_but_not_to_those_who_only_read(run: Run, tmp_path: Path) -> None:
    copy = Run(tmp_path / "another_run_with_a_note")
    shutil.copytree(run.folder, copy.folder)
    write_note(copy, "Ask Ada about row 7 – <b>")
    packed = make_bundle(copy)
    assert read_note(open_bundle(read_bundle(packed), tmp_path / "opened")) == "Ask Ada about row 7 – <b>"
    shared = SharedRun(copy.folder, share(copy))
    assert "note.txt" not in files_of(make_bundle(shared))


def test_a_bundle_of_a_run_that_is_gone(run: Run, tmp_path: Path) -> None:
    copy = Run(tmp_path / "a_run_without_its_rows")
    shutil.copytree(run.folder, copy.folder)
    (copy.folder / "data.csv").unlink()
    with pytest.raises(RunError, match="Was the run deleted"):
        make_bundle(copy)
