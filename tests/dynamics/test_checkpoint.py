"""A search that is interrupted and continued finds what it would have found without the interruption."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from xnet.dynamics import Checkpoint, Progress, Trajectories, XNetDynamics, from_arrays
from xnet.dynamics.checkpoint import Continued
from xnet.dynamics.decisions import Decisions
from xnet.dynamics.discovery import SoFar
from xnet.dynamics.records import records_of
from xnet.engine.formulas.parser import read_formula
from xnet.errors import StateError


class Killed(Exception):
    """Ends a search as a kill does."""


def decay(noise: float = 0.0) -> Trajectories:
    """x' = -0.5 x; with noise there is a second round."""
    t = np.linspace(0, 5, 24)
    return from_arrays(t, 3 * np.exp(-0.5 * t) * (1 + noise * np.random.default_rng(0).normal(size=24)))


def searched(data: Trajectories, at: int = 0, earlier: Checkpoint | None = None) -> tuple[Any, SoFar | None, int]:
    """The model of a search, or None if it was killed at report number `at`; what was found then; and the reports."""
    reports, found = 0, None

    def observe(progress: Progress) -> bool:
        nonlocal reports, found
        reports += 1
        if reports == at:
            found = progress.so_far()
            raise Killed
        return False

    model = XNetDynamics(None, budget_steps=2, random_state=0, activations=["add", "mul"], callback=observe)
    try:
        return model.fit_trajectories(data, earlier=earlier), None, reports
    except Killed:
        return None, found, reports


def stored(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint as a file holds it."""
    return Checkpoint.from_json(json.loads(json.dumps(checkpoint.to_json())))


def result(model: Any) -> list[Any]:
    return [[record["equations"], record["r2"], record["first_states"]] for record in records_of(model)]


@pytest.mark.slow
def test_a_search_that_is_killed_at_any_report_finds_the_same_systems() -> None:
    data = decay(0.03)
    whole, _, reports = searched(data)

    for at in np.unique(np.linspace(1, reports, 5).astype(int)):
        _, found, _ = searched(data, at=int(at))
        assert found is not None
        again, _, _ = searched(data, earlier=stored(found.checkpoint))

        assert result(again) == result(whole), at
        assert again.decisions_ == whole.decisions_, at


def test_a_search_goes_on_from_its_last_fit() -> None:
    whole, _, reports = searched(decay())
    _, found, _ = searched(decay(), at=reports)
    assert found is not None

    again, _, left = searched(decay(), earlier=stored(found.checkpoint))

    assert found.checkpoint.fits
    assert found.candidates[0].system.states == ("x0",)
    assert result(again) == result(whole)
    assert left < reports  # the steps of its search are not taken again


@pytest.mark.slow
def test_what_was_found_is_not_shown_again_before_the_search_has_repeated_it() -> None:
    _, _, reports = searched(decay())
    _, found, _ = searched(decay(), at=reports)
    assert found is not None

    _, repeated, _ = searched(decay(), at=1, earlier=found.checkpoint)

    assert repeated is not None
    assert repeated.candidates == ()
    assert replace(repeated.checkpoint, seconds=found.checkpoint.seconds).to_json() == found.checkpoint.to_json()


@pytest.mark.slow
def test_results_of_another_release_are_left_out() -> None:
    whole, _, reports = searched(decay())
    _, found, _ = searched(decay(), at=reports)
    assert found is not None
    tree = found.checkpoint.to_json()
    tree["fits"][0] = {"networks": [read_formula("x0*x0*x0", ("x0",)).to_json()], "first": [[1.0]]}

    again, _, _ = searched(decay(), earlier=Checkpoint.from_json(tree))

    assert result(again) == result(whole)


def test_answers_are_repeated_up_to_the_last_question_of_the_earlier_search() -> None:
    decisions = Decisions(None, earlier=(1, 4), until=5)

    decisions.pass_over(2)
    answers = [decisions.ends(lambda: True) for _ in range(4)]

    assert answers == [False, False, True, True]
    assert decisions.yes == [1, 4, 5]
    assert decisions.taken() == (6, (1, 4, 5))


def test_seconds_that_repeat_the_earlier_search_are_not_counted() -> None:
    now = 100.0
    decisions = Decisions(None, until=1)
    earlier = Checkpoint(7.0, 1, (), (), None, (), ())
    continued = Continued(earlier, decisions, lambda: now)
    now = 103.0

    assert continued.seconds() == 7.0
    decisions.ends(lambda: True)
    now = 105.0
    assert continued.seconds() == 9.0


@pytest.mark.parametrize("change", [{"version": 2}, {"fits": 3}, {"fits": [{"networks": [{}], "first": []}]},
                                    {"yes": ["x"]}, {"running": {"state": {}, "seconds": 1, "asked": 2}}])
def test_a_damaged_checkpoint_is_refused(change: dict[str, Any]) -> None:
    tree = Checkpoint(1.0, 0, (), (), None, (), ()).to_json()

    assert Checkpoint.from_json(tree) == Checkpoint(1.0, 0, (), (), None, (), ())
    with pytest.raises(StateError, match="start again"):
        Checkpoint.from_json(tree | change)
