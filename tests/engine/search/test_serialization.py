"""Checkpoints: a search restored from JSON equals the original, and continues as if it had never stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.engine.search.test_search import noisy, same_run
from xnet.engine import (
    Budget,
    Islands,
    Problem,
    SearchState,
    StateError,
    StopReason,
    advance,
    combined_state,
    resumable_state,
    start,
    state_from_json,
    state_to_json,
    with_own_shares,
)


def through_json(state: SearchState) -> SearchState:
    return state_from_json(json.loads(json.dumps(state_to_json(state), allow_nan=False)))


@pytest.mark.parametrize("options", [{}, {"holdout": 0.0}, {"parameters": False}, {"initial_formula": "a*sin(b*x0)"}])
def test_resuming_is_the_same_as_never_having_stopped(options: dict[str, Any]) -> None:
    whole, _ = advance(start(noisy(**options)), noisy(**options), Budget(steps=6))

    state, _ = advance(start(noisy(**options)), noisy(**options), Budget(steps=3))
    restored = through_json(state)
    assert restored == state
    resumed, _ = advance(restored, noisy(**options), Budget(steps=3))  # a fresh problem, as in another process

    assert same_run(resumed) == same_run(whole)


@pytest.mark.slow
def test_several_islands_are_saved_together() -> None:
    problem = noisy()
    with Islands(problem, 2) as islands:
        state, _ = islands.advance(islands.start(), Budget(steps=9))
    restored = through_json(state)

    assert restored == state
    assert len(restored.islands) == 2


def test_files_without_shares_get_those_of_the_rows() -> None:
    problem = noisy()
    state, _ = advance(start(problem), problem, Budget(steps=3))
    tree = json.loads(json.dumps(state_to_json(state), allow_nan=False))
    for entry in [*tree["front"], *(e for island in tree["islands"] for e in island["front"])]:
        del entry["unexplained_train"], entry["unexplained_holdout"]

    old = state_from_json(tree)
    assert [e.unexplained_holdout for e in old.front] == [e.loss_holdout for e in state.front], "of the whole table"
    restored = with_own_shares(old, problem)
    assert restored.front == state.front
    assert restored.islands[0].front == state.islands[0].front


def test_numbers_that_json_lacks_are_restored() -> None:
    state = start(noisy())
    odd = replace(state.current, loss=np.inf, loss_holdout=np.float64("inf"), admitted=np.bool_(True))
    island = replace(state.islands[0], current=odd)

    assert through_json(replace(state, islands=(island,))).current == odd


@pytest.mark.parametrize("damage", [
    lambda tree: tree.pop("version"), lambda tree: tree.update(version=99), lambda tree: tree.pop("front"),
    lambda tree: tree.update(front=[]), lambda tree: tree["front"][0].update(network={"neurons": []}),
    lambda tree: tree["islands"][0].update(beam=[{"loss": 1}]),
    lambda tree: tree["islands"][0].update(step="many"), lambda tree: tree["islands"][0].update(front=[]),
    lambda tree: tree["islands"][0].update(expansions=[["expand", 7, "x0"]]),
])
def test_a_damaged_state_is_refused_in_a_sentence(damage: Any) -> None:
    tree = json.loads(json.dumps(state_to_json(start(noisy()))))
    damage(tree)

    with pytest.raises(StateError, match="start again"):
        state_from_json(tree)


@pytest.mark.parametrize("reason", [None, *StopReason])
def test_older_files_call_the_reason_finished(reason: StopReason | None) -> None:
    state = start(noisy())
    island = replace(state.islands[0], stop_reason=reason)
    state = combined_state((island,), 0.0)
    tree = json.loads(json.dumps(state_to_json(state)))
    tree["finished"] = tree.pop("stop_reason") or ""

    assert state_from_json(tree) == state


def test_a_search_that_ended_can_be_reopened() -> None:
    x = np.linspace(0.5, 3, 40)
    problem = Problem.from_arrays(x[:, None], x * np.sqrt(x))
    ended, _ = advance(start(problem), problem, Budget(seconds=20))
    assert ended.stop_reason == "exact"
    assert advance(ended, problem, Budget(steps=1))[0].step == ended.step

    later, _ = advance(resumable_state(ended), problem, Budget(steps=2))

    assert later.step == ended.step + 2
    assert later.best.loss <= ended.best.loss
