"""The fuzzing benchmark: a short run of every area, and that it reports what fails."""

from __future__ import annotations

import os
import time
from random import Random
from typing import ClassVar

import pytest

from benchmarks.fuzz import areas, command, watching
from benchmarks.fuzz.mutations import HOSTILE, hostile_text, mutated_bytes, mutated_text, mutated_tree

#: Inputs of the short run.
COUNTS = {"numbers": 600, "dates": 200, "units": 200, "formulas": 200, "reader": 120, "bundles": 15, "states": 20,
          "command_line": 6}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of overflows and of pandas: an input is hostile
@pytest.mark.parametrize("area", COUNTS)
def test_hostile_inputs_are_read_or_refused(area: str) -> None:
    found = [failure for failure in watching.failures_of(area, 0, COUNTS[area]) if failure.kind != "time"]

    assert found == []
    assert COUNTS.keys() == areas.AREAS.keys()


def test_a_seed_gives_one_input() -> None:
    texts = {(hostile_text(Random("a 1")), mutated_text(Random("a 1"), "1.5,2"), mutated_bytes(Random("a 1"), b"abc"))
             for _ in range(3)}

    assert len(texts) == 1
    assert hostile_text(Random("a 1")) != hostile_text(Random("a 2"))


def test_a_tree_is_changed_in_a_copy() -> None:
    tree = {"a": [1, {"b": "c"}], "d": None}
    changed = [mutated_tree(Random(k), tree) for k in range(30)]

    assert tree == {"a": [1, {"b": "c"}], "d": None}
    assert sum(one != tree for one in changed) > 20
    assert HOSTILE


def test_failures_are_told_with_their_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(rng: Random) -> None:
        value = rng.random()
        if value < 0.2:
            raise KeyError("not refused")
        if value < 0.4:
            until = time.process_time() + 0.01
            while time.process_time() < until:
                os.getpid()

    monkeypatch.setitem(areas.AREAS, "numbers", (read, 1.0))
    monkeypatch.setattr(watching, "MOST_SECONDS", 0.005)
    costs: watching.Costs = {}
    found = list(watching.failures_of("numbers", 0, 40, costs))

    assert costs["numbers", "time"].value >= 0.01
    assert costs["numbers", "time"].seed in {failure.seed for failure in found if failure.kind == "time"}
    assert {failure.kind for failure in found} >= {"exception", "time"}
    again = next(failure for failure in found if failure.kind == "exception")
    with pytest.raises(KeyError, match="not refused"):
        areas.read_one(again.area, again.seed)




def test_the_shares_give_the_count() -> None:
    counts = command.counts_of(list(areas.AREAS), 300_000)

    assert abs(sum(counts.values()) - 300_000) < 10
    assert min(counts.values()) >= 1000


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(SystemExit, match="no area 'nothing'"):
        command.main(["--only", "nothing"])


def test_a_hang_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "Worker", Hanging)
    failures, costs = command.run({"numbers": 3}, 10, 1)

    assert [(failure.seed, failure.kind) for failure in failures] == [(11, "hang")]
    assert costs == {("numbers", "time"): watching.Most(0.5, 12)}
    assert Hanging.given == [("numbers", 10, 3), ("numbers", 12, 1)]


class Hanging:
    """A worker that hangs at seed 11."""

    given: ClassVar[list[tuple[str, int, int]]] = []

    def __init__(self) -> None:
        self.task: tuple[str, int, int] | None = None
        self.costs: watching.Costs = {}

    def give(self, task: tuple[str, int, int]) -> None:
        self.task = task
        self.given.append(task)

    def hangs_at(self) -> int | None:
        return 11 if self.task is not None and self.task[1] == 10 else None

    def collect(self) -> tuple[list[watching.Failure], bool]:
        if self.task is not None and self.task[1] != 10:
            self.task = None
            self.costs = {("numbers", "time"): watching.Most(0.5, 12)}
        return [], self.task is None

    def end(self) -> None:
        self.task = None
