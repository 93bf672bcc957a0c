"""The library of runs: facts, damaged folders, differences, agreement, notes, formulas of one's own, sharing."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.ui.fake_run import play
from xnet import runs
from xnet.atomic_files import write_json
from xnet.config.run_options import RunOptions
from xnet.errors import FormulaError
from xnet.evidence.scores import score
from xnet.prediction.user_formula import rows_of, score_record, score_text
from xnet.runs import Run, RunError, SharedRun, catalogue, end_sharing, open_shared, share, shared_as
from xnet.runs.catalogue import (
    agreement,
    comparable_runs,
    read_catalogue,
    readable_front,
    same_data,
)
from xnet.runs.notes import MAX_LENGTH, read_note, write_note
from xnet.runs.setting_words import different_settings

Make = Callable[..., Run]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes an ended run; `noise` makes other data of it, `steps` another formula."""
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "runs"))

    def make_one(steps: int = 6, noise: float = 0.0, state: str = "finished", options: RunOptions | None = None) -> Run:
        x = np.linspace(1, 30, 40)
        table = pd.DataFrame({"distance": x, "mass": x[::-1] ** 2, "period": x**1.5 + noise * np.sin(x)})
        run = runs.create_run(table, target="period", inputs=["distance", "mass"], source="a table",
                              **(options or {}))
        play(run, steps=steps, state=state, stop_reason="budget" if state == "finished" else None)
        return run

    return make_one


def test_the_facts_of_every_run(make: Make) -> None:
    run = make()
    write_note(run, "  Kepler.\n")
    (entry,) = read_catalogue().entries
    best = run.best()
    assert best is not None
    assert (entry.run, entry.state, entry.note) == (run, "finished", "Kepler.")
    assert (entry.r2_holdout, entry.complexity, entry.text) == (best["r2_holdout"], best["complexity"], best["text"])
    assert entry.structure == "x0^1.5" or entry.structure
    assert entry.seconds == 3.0


def test_a_changed_run_is_read_again(make: Make) -> None:
    run = make(steps=2)
    before = read_catalogue().entries[0]
    play(run, steps=6, state="finished", stop_reason="budget")
    assert read_catalogue().entries[0].complexity != before.complexity
    write_note(run, "new")
    assert read_catalogue().entries[0].note == "new"
    runs.delete_run(run)
    assert read_catalogue().entries == ()


def test_damaged_folders_are_passed_over(make: Make) -> None:
    whole, without_best = make(), make()
    for k, text in enumerate(["{", "[]", "{}", '{"created": 3}', '{"created": "2026-01-01", "name": null}']):
        folder = whole.folder.with_name(f"damaged_run_folder_{k}")
        folder.mkdir()
        (folder / "config.json").write_text(text)
    for text in ("{", '{"best": []}', '{"best": {"network": {"neurons": 3}}, "front": 7}'):
        (without_best.folder / "snapshot.json").write_text(text)
        held = read_catalogue()
        assert len(held.damaged) == 5
        found = {entry.run.id: entry for entry in held.entries}
        assert found.keys() == {whole.id, without_best.id}
        assert found[without_best.id].text is None
        assert readable_front(without_best) == []
    assert len(readable_front(whole)) > 1
    (whole.folder / "note.json").write_text('{"text": 3}')
    assert read_note(whole) == ""


def test_two_hundred_runs_are_listed_quickly(make: Make) -> None:
    run = make()
    for k in range(200):
        folder = run.folder.with_name(f"copy_of_that_run_{k:03}")
        shutil.copytree(run.folder, folder)
    read_catalogue()
    began = time.process_time()
    assert len(read_catalogue().entries) == 201
    assert time.process_time() - began < 1.0, "files that have not changed are not read again"


def test_settings_that_differ(make: Make) -> None:
    a, b = make(), make(options={"seed": 3, "parameters": False, "prior": {"required_inputs": ["mass"]}})
    assert {what: (x, y) for what, x, y in different_settings(a.config, b.config)} == {
        "Seed": ("0", "3"), "Fitted numbers allowed": ("yes", "no"),
        "Prior knowledge": ("nothing", "required inputs: mass")}
    assert different_settings(a.config, a.config) == []
    logistic = a.config | {"loss": "logistic"}
    assert different_settings(a.config, logistic)[-1][1:] == ("Squared error", "Log loss of a class")
    groups = ("Groups", "none", "those of 'arm', with as many constants of their own as the rows support")
    assert groups in different_settings(a.config, a.config | {"group": {"column": "arm", "own": None}})
    by_site = a.config | {"split": {"kind": "group", "column": "site"}, "weight": {"kind": "weight", "column": "n"}}
    words = [value for _, *values in different_settings(a.config, by_site) for value in values]
    assert "whole groups of 'site'" in words
    assert not [value for value in words if "kind" in value or "not set" in value]
    assert ("New thing", "not set", "yes") in different_settings(a.config, a.config | {"new_thing": True})


def test_a_warm_start_is_counted_and_is_no_independent_confirmation(make: Make) -> None:
    first, second = make(), make(options={"seed": 1})
    known = [row["network"] for row in readable_front(first)]
    third = make(options={"seed": 2, "warm_start": known})
    assert ("Started from", "nothing", f"{len(known)} known formulas") in different_settings(first.config, third.config)
    entries = {entry.run: entry for entry in read_catalogue().entries}
    assert {e.run for e in comparable_runs(entries[first], entries.values())} == {first, second}
    assert comparable_runs(entries[third], entries.values()) == []


def test_agreement_counts_searches_on_the_same_data(make: Make) -> None:
    first, alike = make(), [make(options={"seed": k}) for k in (1, 2)]
    make(steps=4, options={"seed": 3})  # another structure
    make(noise=1.0, options={"seed": 4})  # other data
    make()  # the same search once more says nothing new
    make(options={"seed": 5}, state="running")
    assert same_data(first, alike[0])
    held = read_catalogue().entries
    entry = next(e for e in held if e.run == first)
    found = comparable_runs(entry, held)
    assert len(found) == 4
    assert entry in found
    assert agreement(entry, found).startswith("3 of 4 searches on these data, with other seeds or settings, found this")
    odd = next(e for e in found if e.config["seed"] == 3)
    assert agreement(odd, found).startswith("None of the 3 other searches")
    assert agreement(entry, [e for e in found if e != odd]).startswith("All 3 searches")
    assert agreement(entry, [entry]) == ""
    pair = [entry, next(e for e in found if e not in (entry, odd))]
    assert agreement(entry, pair).endswith("with other seeds or settings, found the same structure.")
    assert agreement(entry, [entry, odd]).endswith("found another structure.")


def test_notes(make: Make) -> None:
    run = make()
    write_note(run, "x" * MAX_LENGTH)
    assert len(read_note(run)) == MAX_LENGTH
    with pytest.raises(RunError, match="Shorten it"):
        write_note(run, "x" * (MAX_LENGTH + 1))
    assert len(read_note(run)) == MAX_LENGTH, "what was kept stays"
    write_note(run, " ")
    assert read_note(run) == ""
    runs.delete_run(run)
    with pytest.raises(RunError, match="Was the search deleted"):
        write_note(run, "too late")


def test_a_formula_as_written_and_with_letters(make: Make) -> None:
    run = make(options={"prior": {"forbidden_inputs": ["mass"]}})
    rows = rows_of(run)
    exact = score_text("period = distance**1.5", rows)
    assert exact.train.r2 == pytest.approx(1)
    assert exact.holdout is not None
    assert exact.holdout.r2 == pytest.approx(1)
    assert exact.fitted == ()
    poor = score_text("2*distance", rows)
    assert "2" in poor.text
    assert poor.train.r2 is not None
    assert poor.train.r2 < 0.9, "numbers that are written are not fitted"
    fitted = score_text("a*distance**b + c", rows)
    assert fitted.fitted == ("a", "b", "c")
    assert fitted.train.r2 == pytest.approx(1)
    line = score_text("a*distance + b", rows).network.constants
    assert len(line) == 2
    assert all(float(f"{c:.8g}") == c for c in line), "few enough digits to be read; they are the ones that are scored"
    forbidden = score_text("mass", rows)
    np.testing.assert_allclose(forbidden.network.evaluate(rows.train.columns.T), rows.train.columns[1])
    assert np.ptp(rows.train.columns[1]) > 0, "what the search may not use, a person may"
    best = run.best()
    assert best is not None
    suggested = score_record(best, rows)
    assert suggested.text == f"period = {suggested.text.partition(' = ')[2]}"


def test_rows_count_in_ones_own_scores_as_in_the_search(tmp_path: Path) -> None:
    x = np.linspace(1, 30, 40)
    table = pd.DataFrame({"x": x, "w": np.where(x < 10, 5.0, 0.2), "y": x**1.5})
    run = runs.create_run(table, target="y", inputs=["x"], source="t", root=tmp_path,
                          weight={"kind": "weight", "column": "w"})
    rows = rows_of(run)
    assert rows.holdout is not None
    scored = score_text("5*x - 10", rows)
    assert scored.holdout is not None
    for part, found in ((rows.train, scored.train), (rows.holdout, scored.holdout)):
        assert part.constant_loss is not None
        assert found.r2 == pytest.approx(1 - part.loss(scored.network) / part.constant_loss)
    held = rows.holdout
    assert scored.holdout.rmse == pytest.approx(np.sqrt(np.mean((5 * held.columns[0] - 10 - held.y) ** 2))), (
        "a weight is no size of an error")
    assert score(np.ones(3), np.zeros(3), np.zeros(3)).rmse is None, "rows that count nothing have no score"


@pytest.mark.parametrize(("text", "says"), [
    ("", "no formula yet"), ("period =", "no formula yet"), ("distance +* 2", "cannot be read"),
    ("speed * 2", "names 'speed'"), ("__import__('os').system('x')", "calls"), ("distance.real", "not allowed"),
    ("frobnicate(distance)", "calls 'frobnicate'"), ("a*log(distance - 100)", "no finite value"),
    ("distance**1000", "power above"), ("(" * 300 + "distance" + ")" * 300, ""), ("x" * 3000, "at most 2000"),
])
def test_text_that_is_not_a_formula_gets_a_sentence(make: Make, text: str, says: str) -> None:
    with pytest.raises(FormulaError, match=r"\w") as caught:
        score_text(text, rows_of(make()))
    assert says in str(caught.value)
    assert "nitial" not in str(caught.value)


def test_a_shared_run_is_for_reading(make: Make) -> None:
    run = make(state="running")
    assert shared_as(run) is None
    token = share(run)
    assert share(run) == token != run.id
    seen = open_shared(token)
    assert isinstance(seen, SharedRun)
    assert (seen.id, seen.config["id"]) == (token, token)
    assert seen.snapshot() == run.snapshot()
    assert seen.data().equals(run.data())
    for refused in (lambda: seen.command("stop"), lambda: share(seen)):
        with pytest.raises(RunError, match="person who sent"):
            refused()
    assert run.take_command() is None
    end_sharing(seen)
    assert shared_as(run) == token, "only who may steer ends it"
    with pytest.raises(RunError):
        runs.open_run(token)
    end_sharing(run)
    with pytest.raises(RunError, match="No search is shared under this link"):
        open_shared(token)


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "a" * 22, None])
def test_a_token_that_is_none_opens_nothing(make: Make, token: str) -> None:
    run = make()
    share(run)
    with pytest.raises(RunError, match="under this link"):
        open_shared(token)
    write_json(run.folder / "view.json", {"token": token})
    if token != "a" * 22:
        with pytest.raises(RunError, match="under this link"):
            open_shared(token)


def test_exports_of_a_shared_run_do_not_contain_its_id(make: Make, tmp_path: Path) -> None:
    from xnet.exports.export import export_files

    run = make()
    seen = open_shared(share(run))
    for name, content in export_files(seen).items():
        assert run.id.encode() not in (content if isinstance(content, bytes) else content.encode()), name
    assert run.id not in json.dumps(seen.snapshot())
    assert catalogue.read_catalogue().entries[0].run.id == run.id
