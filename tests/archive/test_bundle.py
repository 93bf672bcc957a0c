"""The run bundle: what it holds, that it comes back as a run or does its search again, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet.archive import bundle as bundles
from xnet.archive import restore
from xnet.archive.bundle import MEMBERS, make_bundle, read_bundle
from xnet.archive.reproduce import replay_bundle
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.engine import XNetError
from xnet.runs import RunError, create_run, execute, open_run
from xnet.runs.frames_file import read_frames
from xnet.runs.notes import read_note, write_note
from xnet.runs.run import Run
from xnet.runs.sharing import SharedRun, share


def table(rows: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    a, b = rng.uniform(0.5, 3, rows), rng.uniform(0.5, 3, rows)
    return pd.DataFrame({"a": a, "=b": b, "y": a * np.sin(b) + 0.3 * b + 0.01 * rng.normal(size=rows)})


def searched(root: Path, **options: Any) -> Run:
    """A run of the real engine, eight steps long unless told otherwise."""
    run = create_run(table(), target="y", inputs=["a", "=b"], source="a table", root=root,
                     **({"steps": 8, "seed": 5} | options))
    execute(run, commands=lambda: None)
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return searched(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def packed(run: Run) -> bytes:
    return make_bundle(run)


def files_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(packed: bytes, name: str, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A bundle with another object in one of its files, and the hash that belongs to it."""
    files = files_of(packed)
    tree = json.loads(files[name])
    change(tree)
    files[name] = json.dumps(tree).encode()
    return with_hashes(files)


def with_hashes(files: dict[str, bytes]) -> bytes:
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
                         if name != "manifest.json"}
    return zipped(files | {"manifest.json": json.dumps(manifest).encode()})


def test_a_bundle_says_what_was_done_with_what(run: Run, packed: bytes) -> None:
    files = files_of(packed)
    manifest, snapshot = json.loads(files["manifest.json"]), run.snapshot()

    assert snapshot is not None
    assert set(files) == set(MEMBERS) - {"note.txt"}
    assert (manifest["steps"], manifest["seed"], manifest["repeats"]) == (8, 5, "exactly")
    assert {"X-Net", "Python", "numpy", "scipy", "torch", "BLAS"} <= set(manifest["versions"])
    assert manifest["files"]["data.csv"]["sha256"] == hashlib.sha256((run.folder / "data.csv").read_bytes()).hexdigest()
    assert files["formulas.txt"].decode().splitlines() == [row["text"] for row in snapshot["front"]]
    assert run.id.encode() not in b"".join(files.values()), "who knows the id may steer the search"


def test_equal_runs_give_equal_bytes(run: Run, packed: bytes) -> None:
    assert make_bundle(Run(run.folder)) == packed


def test_a_budget_in_steps_is_replayed_to_the_last_bit(packed: bytes) -> None:
    seen: list[int] = []
    done = replay_bundle(read_bundle(packed), lambda state, steps: seen.append(state.step))

    assert (done.outcome, done.same, done.scores_hold) == ("identical", True, True)
    assert seen == list(range(1, 9))
    assert "bit for bit, in 8 steps" in done.sentence


def test_a_budget_in_seconds_is_replayed_by_its_steps(tmp_path: Path) -> None:
    run = searched(tmp_path, steps=None, seconds=0.6)
    snapshot = run.snapshot()
    done = replay_bundle(read_bundle(make_bundle(run)))

    assert snapshot is not None
    assert snapshot["stopped"] == "budget"
    assert (done.outcome, done.state.step) == ("identical", snapshot["step"])


def test_rows_held_out_by_a_group_and_weighed_are_held_out_and_weighed_again(tmp_path: Path) -> None:
    frame = table(32)
    frame["place"] = np.repeat(["north", "south", "east", "west"], len(frame) // 4)
    frame["trust"] = np.linspace(1.0, 2.0, len(frame))
    run = create_run(frame, target="y", inputs=["a", "=b"], source="a table", root=tmp_path / "runs", steps=3, seed=5,
                     split={"kind": "group", "column": "place"}, weight={"column": "trust", "kind": "weight"})
    execute(run, commands=lambda: None)
    bundle = read_bundle(make_bundle(run))

    assert replay_bundle(bundle).outcome == "identical"
    opened = open_bundle(bundle, tmp_path / "other")
    assert np.array_equal(opened.problem().holdout_index, run.problem().holdout_index)
    assert np.array_equal(opened.problem().train.weight, run.problem().train.weight)


def test_several_processes_with_a_budget_in_steps_repeat_as_well(tmp_path: Path) -> None:
    run = searched(tmp_path, steps=12, n_jobs=2, seconds=600)

    assert replay_bundle(read_bundle(make_bundle(run))).outcome == "identical"


def test_what_the_clock_decided_is_not_promised(packed: bytes) -> None:
    def change(config: dict[str, Any]) -> None:
        config.update(steps=None, n_jobs=2, seed=6)

    done = replay_bundle(read_bundle(changed(packed, "config.json", change)))

    assert not done.same
    assert "only the first process can be repeated" in done.sentence


def test_another_seed_and_other_releases_are_told_apart(packed: bytes) -> None:
    other = replay_bundle(read_bundle(changed(packed, "config.json", lambda config: config.update(seed=6))))
    files = files_of(changed(packed, "config.json", lambda config: config.update(seed=6)))
    manifest = json.loads(files["manifest.json"])
    manifest["versions"]["numpy"] = "1.0"
    older = replay_bundle(read_bundle(zipped(files | {"manifest.json": json.dumps(manifest).encode()})))

    assert not other.same
    assert "The releases are the same" in other.sentence
    assert "Made with numpy 1.0 (here " in older.sentence


def test_last_digits_are_no_other_formula(packed: bytes) -> None:
    def nudge(snapshot: dict[str, Any]) -> None:
        for row in (*snapshot["front"], snapshot["best"]):
            row["network"]["constants"] = [c * (1 + 1e-12) for c in row["network"]["constants"]]

    done = replay_bundle(read_bundle(changed(packed, "snapshot.json", nudge)))

    assert (done.outcome, done.same, done.scores_hold) == ("close", True, True)


def test_scores_that_are_not_those_of_the_formulas_are_noticed(packed: bytes) -> None:
    def flatter(snapshot: dict[str, Any]) -> None:
        snapshot["front"][0]["loss"] /= 2

    assert not replay_bundle(read_bundle(changed(packed, "snapshot.json", flatter))).scores_hold


def test_a_saved_run_becomes_a_run_here(run: Run, packed: bytes, tmp_path: Path) -> None:
    opened = open_bundle(read_bundle(packed), tmp_path)
    was, now = run.snapshot(), opened.snapshot()

    assert was is not None
    assert now is not None
    assert opened.id != run.id
    assert open_run(opened.id, tmp_path) == opened
    assert {**opened.config, "id": "", "created": ""} == {**run.config, "id": "", "created": ""}
    assert (opened.folder / "data.csv").read_bytes() == (run.folder / "data.csv").read_bytes()
    assert now["front"] == was["front"]
    for key in ("step", "state", "stopped", "message", "rows_train", "rows_holdout", "feed"):
        assert now[key] == was[key], key
    assert (now["best"]["text"], opened.best()["text"]) == (was["best"]["text"],) * 2  # type: ignore[index]
    assert [f["net"]["text"] for f in read_frames(opened)] == [f["net"]["text"] for f in read_frames(run)]
    assert [e["reason"] for e in opened.events()] == [e["reason"] for e in run.events()]
    assert opened.status()["state"] == "finished"
    assert replay_bundle(read_bundle(make_bundle(opened))).outcome == "identical"


def test_what_is_shown_of_a_saved_run_is_computed_here(packed: bytes, tmp_path: Path) -> None:
    def lie(snapshot: dict[str, Any]) -> None:
        for row in (*snapshot["front"], snapshot["best"]):
            row |= {"text": "<b>y</b> = 42", "latex": "\\href{javascript:alert(1)}{y}", "loss": 0.0, "r2_train": 1.0}
        snapshot |= {"message": ["no", "text"], "feed": "none", "loss": [[1], "x", [0.1, float("nan"), None]]}

    now = open_bundle(read_bundle(changed(packed, "snapshot.json", lie)), tmp_path).snapshot()

    assert now is not None
    assert "42" not in now["best"]["text"]
    assert all("href" not in row["latex"] and row["r2_train"] < 1 for row in now["front"])
    assert now["message"] == "Opened from a saved search."
    assert now["feed"] == []


def huge(snapshot: dict[str, Any]) -> None:
    neurons: list[dict[str, Any]] = [{"activation": "variable", "index": 0}]
    neurons += [{"activation": "add", "children": [i, i]} for i in range(60)]
    snapshot["front"][0]["network"] = {"neurons": neurons, "constants": [], "n_inputs": 2}


def outside(snapshot: dict[str, Any]) -> None:
    snapshot["front"][0]["network"] = {"neurons": [{"activation": "variable", "index": 7}], "constants": [],
                                       "n_inputs": 8}


@pytest.mark.parametrize(("name", "change", "said"), [
    ("snapshot.json", huge, "not one of this table's"),
    ("snapshot.json", outside, "not one of this table's"),
    ("snapshot.json", lambda s: s.update(front=[]), "no front"),
    ("snapshot.json", lambda s: s.update(front=[{"network": 3}]), "does not describe a network"),
    ("snapshot.json", lambda s: s.update(front=["network"]), "cannot be understood"),
    ("snapshot.json", lambda s: s.update(step="many"), "how many steps"),
    ("config.json", lambda c: c.update(inputs="a"), "no inputs and target"),
    ("config.json", lambda c: c.update(inputs=["a", "y"]), "names a column twice"),
    ("config.json", lambda c: c.update(inputs=["a", "c"]), "does not hold the columns"),
    ("config.json", lambda c: c.update(source=None), "where its table came from"),
    ("config.json", lambda c: c.update(seconds="long"), "seconds is 'long'"),
    ("config.json", lambda c: c.update(seed=-1), "seed is -1"),
    ("config.json", lambda c: c.update(activations=[["sin"]]), ""),
    ("config.json", lambda c: c.update(activations=["os.system"]), "os.system"),
    ("config.json", lambda c: c.update(prior={"nonsense": 1}), ""),
    ("config.json", lambda c: c.update(prior={"initial_formula": "__import__('os')"}), ""),
    ("config.json", lambda c: c.update(units=3), "cannot be understood"),
])
def test_results_and_settings_that_no_search_leaves_are_refused(
        name: str, change: Callable[[dict[str, Any]], None], said: str, packed: bytes, tmp_path: Path) -> None:
    bundle = read_bundle(changed(packed, name, change))
    for use in (lambda: open_bundle(bundle, tmp_path), lambda: replay_bundle(bundle)):
        with pytest.raises(XNetError) as caught:
            use()
        assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == [], "nothing is left of what was refused"


@pytest.mark.parametrize("content", [b"", b"a,=b,y\n1,2\n", b"a,=b,y\n1,2,x\n1,2,3\n", b"\xff\xfe",
                                     b"a,=b,y\n1,2,inf\n"])
def test_a_table_that_is_none_is_refused(content: bytes, packed: bytes, tmp_path: Path) -> None:
    bundle = read_bundle(with_hashes(files_of(packed) | {"data.csv": content}))

    with pytest.raises(XNetError):
        open_bundle(bundle, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_paths_and_strangers_are_refused(packed: bytes) -> None:
    for name in ("../config.json", "/etc/passwd", "sub/config.json", "extra.pkl", "manifest.json\x00"):
        with pytest.raises(RunError, match="does not belong there"):
            read_bundle(zipped({**files_of(packed), name.replace("\x00", "~"): b"x"}))


def test_a_name_that_comes_twice_is_refused(packed: bytes) -> None:
    out = io.BytesIO(packed)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", b"{}")

    with pytest.raises(RunError, match="does not belong there"):
        read_bundle(out.getvalue())


def test_a_bomb_is_not_unpacked(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bundles.MEMBERS, "events.jsonl", 10_000)
    bomb = zipped({**files_of(packed), "events.jsonl": b"0" * 10_001})
    lie = bytearray(bomb)  # the zip claims a small file
    for position in (bomb.find(b"events.jsonl") - 30 + 22, bomb.rfind(b"events.jsonl") - 46 + 24):
        lie[position:position + 4] = (5).to_bytes(4, "little")

    with pytest.raises(RunError, match="unpacked; nothing of it was opened"):
        read_bundle(bomb)
    with pytest.raises(RunError):
        read_bundle(bytes(lie))
    with pytest.raises(RunError, match="packed in an unusual way"):
        read_bundle(zipped(files_of(packed), zipfile.ZIP_LZMA))
    monkeypatch.setattr(bundles, "MAX_BYTES", 100)
    with pytest.raises(RunError, match="no run bundle is as large"):
        read_bundle(packed)


def test_what_was_changed_or_cut_is_refused(packed: bytes) -> None:
    files = files_of(packed)
    with pytest.raises(RunError, match=r"data\.csv is not the file"):
        read_bundle(zipped(files | {"data.csv": files["data.csv"].replace(b".", b"1.", 1)}))
    with pytest.raises(RunError, match=r"lacks snapshot\.json"):
        read_bundle(zipped({name: content for name, content in files.items() if name != "snapshot.json"}))
    with pytest.raises(RunError, match=r"frames\.jsonl is not the file"):
        read_bundle(zipped({name: content for name, content in files.items() if name != "frames.jsonl"}))
    for broken in (packed[:300], b"", b"PK\x03\x04" + b"\0" * 100, packed[:200] + b"\0" * 50 + packed[250:]):
        with pytest.raises(RunError):
            read_bundle(broken)


@pytest.mark.parametrize(("manifest", "said"), [
    (b"[1]", "no JSON object"), (b"{", "no JSON"), (b"[" * 100_000, "no JSON"),
    (b'{"format": "other"}', "not that of a"),
    (b'{"format": "xnet run bundle", "version": 99, "files": {}}', "has the version 99")])
def test_other_manifests_are_refused(manifest: bytes, said: str, packed: bytes) -> None:
    with pytest.raises(RunError, match=said):
        read_bundle(zipped(files_of(packed) | {"manifest.json": manifest}))


def test_a_run_without_a_network_has_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no network yet"):
        make_bundle(create_run(table(), target="y", inputs=["a"], source="a table", root=tmp_path))


def test_bundle_and_replay_on_the_command_line(run: Run, packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XNET_RUNS", str(run.folder.parent))
    file = tmp_path / "deep" / "run.zip"

    assert main(["bundle", run.id, str(file)]) == 0
    assert file.read_bytes() == packed
    assert main(["replay", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    snapshot = run.snapshot()
    assert snapshot is not None
    assert said | {"message": ""} == {"same": True, "outcome": "identical", "steps": 8, "scores_hold": True,
                                      "formula": snapshot["best"]["text"], "message": ""}
    file.write_bytes(changed(packed, "config.json", lambda config: config.update(seed=6)))
    assert main(["replay", str(file)]) == 1
    assert "The replay came to" in capsys.readouterr().out
    file.write_text("no zip")
    for path in (file, tmp_path / "none.zip", tmp_path):
        assert main(["replay", str(path)]) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert main(["bundle", "x" * 20, str(file)]) == 2
    assert main(["bundle", run.id, "/proc/nowhere/run.zip"]) == 2
    assert "folder that you may write to" in capsys.readouterr().err


def test_a_budget_in_steps_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "table.csv"
    table().to_csv(file, index=False)
    results = []
    for _ in range(2):
        assert main(["discover", str(file), "--target", "y", "--steps", "3", "--json"]) == 0
        results.append(json.loads(capsys.readouterr().out))

    assert results[0]["stopped"] == "steps"
    assert {**results[0], "seconds": 0} == {**results[1], "seconds": 0}
    assert main(["discover", str(file), "--target", "y", "--steps", "0"]) == 2
    assert "steps is 0" in capsys.readouterr().err


def test_a_search_that_started_from_known_networks_and_went_on_after_its_end_repeats(tmp_path: Path) -> None:
    x = np.linspace(1, 3, 30)
    law = pd.DataFrame({"a": x, "b": x % 0.37, "y": 2 * x**2 + x % 0.37})
    known = searched(tmp_path).snapshot()
    assert known is not None
    run = create_run(law, target="y", inputs=["a", "b"], source="a law", root=tmp_path, seconds=60, steps=6,
                     warm_start=[row["network"] for row in known["front"]])
    execute(run, commands=lambda: None)
    ended = run.snapshot()
    execute(run, commands=lambda: None)
    snapshot = run.snapshot()
    assert ended is not None
    assert snapshot is not None
    assert ended["stopped"] == "exact"
    assert snapshot["step"] > ended["step"]
    assert snapshot["reopened"] == [ended["step"]]
    bundle = read_bundle(make_bundle(run))

    assert replay_bundle(bundle).outcome == "identical"
    assert replay_bundle(read_bundle(make_bundle(open_bundle(bundle, tmp_path)))).outcome == "identical"


def test_known_networks_of_a_bundle_are_checked_too(packed: bytes, tmp_path: Path) -> None:
    snapshot: dict[str, Any] = {"front": [{}]}
    huge(snapshot)
    start = [snapshot["front"][0]["network"]]
    bundle = read_bundle(changed(packed, "config.json", lambda c: c.update(warm_start=start)))

    with pytest.raises(RunError, match="not one of this table"):
        open_bundle(bundle, tmp_path)


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
    with pytest.raises(RunError, match="was it deleted"):
        make_bundle(copy)


def test_a_full_disk_is_said_and_leaves_nothing(packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restore, "write_text", full)
    with pytest.raises(RunError, match="No space left"):
        open_bundle(read_bundle(packed), tmp_path / "runs")
    assert list((tmp_path / "runs").iterdir()) == []


def test_each_refusal_is_one_sentence(packed: bytes, tmp_path: Path) -> None:
    for source in (tmp_path, zipped({**files_of(packed), "more.txt": b""})):
        with pytest.raises(RunError) as refused:
            read_bundle(source)
        assert "damaged one" not in str(refused.value)
