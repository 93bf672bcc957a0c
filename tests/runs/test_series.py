"""Series: searches that were started together find one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.runs import RunError, create_run
from xnet.runs.run import Run
from xnet.runs.series import members, new_series, series_of
from xnet.runs.store import delete_run

TABLE = pd.DataFrame(np.random.default_rng(0).uniform(1, 2, (12, 3)), columns=["x", "u", "v"])


def made(root: Path) -> list[Run]:
    return [create_run(TABLE, target=str(entry["label"]), inputs=["x"], source="t", root=root, series=dict(entry))
            for entry in new_series("targets", "", ["u", "v"])]


def test_members_find_one_another_in_their_order(tmp_path: Path) -> None:
    runs = made(tmp_path)
    create_run(TABLE, target="u", inputs=["x"], source="t", root=tmp_path)
    made(tmp_path)

    assert [run.id for run in members(runs[1])] == [run.id for run in runs]
    delete_run(runs[0])
    assert members(runs[1]) == [runs[1]]


def test_a_run_of_its_own_has_no_series_and_no_entry(tmp_path: Path) -> None:
    run = create_run(TABLE, target="u", inputs=["x"], source="t", root=tmp_path)

    assert "series" not in run.config
    assert members(run) == [run]


@pytest.mark.parametrize("entry", [3, {}, {"id": 1}, {"id": "a", "kind": "other", "column": "", "label": "",
                                                      "position": 0, "size": 2}])
def test_an_entry_that_is_none_reads_as_no_series(entry: object) -> None:
    assert series_of({"series": entry}) is None


@pytest.mark.parametrize("labels", [["a"], [str(i) for i in range(13)]])
def test_too_few_or_many_members_are_refused(labels: list[str]) -> None:
    with pytest.raises(RunError, match="from 2 to 12 can be searched together"):
        new_series("classes", "species", labels)
