"""Settings and prior knowledge: into the config of a run and back, whatever the config says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.config.prior import Prior
from xnet.config.settings import BUDGETS, LIBRARIES, LIMITS, Settings, known_activations
from xnet.engine import ConstraintError
from xnet.engine.networks.activations import ACTIVATIONS, GROUPS, resolve_activations
from xnet.runs import create_run

KNOWN = Prior(forbidden=("c",), required=("a", "b"), nesting=(("waves", "waves"), ("exp", "growth")), max_parameters=2,
              increasing=("a",), decreasing=("b",), low=0.0, initial_formula="k*a**2/b")
CUSTOM = Settings(resolve_activations("periodic"), False, 45, 22, 35, 9, "quantile:0.75", 1, KNOWN)


def table() -> pd.DataFrame:
    a, b, c = np.random.default_rng(0).uniform(1, 2, (3, 30))
    return pd.DataFrame({"a": a, "b": b, "c": c, "y": a**2 / b})


@pytest.mark.parametrize("chosen", [Settings(), replace(CUSTOM, parameters=True),
                                  replace(CUSTOM, prior=replace(KNOWN, initial_formula="a**2/b"))], ids=range(3))
def test_a_run_stores_every_setting(chosen: Settings, tmp_path: Path) -> None:
    run = create_run(table(), target="y", inputs=["a", "b", "c"], source="t", root=tmp_path,
                     **chosen.to_options(["a", "b", "c"]))

    assert Settings.from_config(run.config) == chosen


def test_a_library_is_named_where_it_has_a_name() -> None:
    assert Settings().to_options(["a"])["activations"] == "default"
    assert Settings(resolve_activations("periodic")).to_options(["a"])["activations"] == "periodic"
    assert Settings(("add", "mul", "sin")).to_options(["a"])["activations"] == ["add", "mul", "sin"]
    assert [Settings(resolve_activations(names)).library for names in LIBRARIES.values()] == list(LIBRARIES)
    assert Settings(("add", "sin")).library is None


def test_every_activation_stands_in_one_group() -> None:
    assert sorted(name for group in GROUPS.values() for name in group.names) == sorted(ACTIVATIONS)


def test_budgets_have_names() -> None:
    assert [Settings(seconds=s).budget for s in BUDGETS.values()] == list(BUDGETS)
    assert Settings(seconds=77).budget is None


def test_settings_of_another_program_are_limited_to_the_ranges_of_the_app() -> None:
    config = {"activations": ["add", "sin"], "parameters": True, "seconds": 0.5, "max_complexity": 400,
              "holdout_fraction": 0.125, "seed": 2**32 - 1, "n_jobs": 200, "prior": {"output_range": [None, 3]}}
    chosen = Settings.from_config(config)

    assert (chosen.seconds, chosen.max_complexity, chosen.holdout_percent) == (1, 60, 12)
    assert (chosen.seed, chosen.n_jobs) == (2**31 - 1, LIMITS["n_jobs"][1])
    assert (chosen.prior.low, chosen.prior.high) == (None, 3)


def test_runs_of_older_releases_knew_nothing_beforehand() -> None:
    config = {"activations": "default", "parameters": True, "seconds": 30.0, "max_complexity": 30,
              "holdout_fraction": 0.2, "seed": 0}

    assert Settings.from_config(config) == Settings(n_jobs=1)


def test_constraints_on_other_columns_are_left_out() -> None:
    assert KNOWN.restricted_to(["b", "c"]) == replace(KNOWN, required=("b",), increasing=())
    chosen = Settings(prior=replace(KNOWN, initial_formula=None)).to_options(["a"])["prior"]
    assert chosen == {"required_inputs": ["a"], "forbidden_nesting": [["waves", "waves"], ["exp", "growth"]],
                    "max_parameters": 2, "monotonic": {"a": "increasing"}, "output_range": [0.0, None]}


@pytest.mark.parametrize(("prior", "words"), [
    (Prior(increasing=("a",), decreasing=("a",)), "'a' is both increasing and decreasing"),
    (Prior(forbidden=("a",), required=("a",)), "'a' is both forbidden and required"),
    (Prior(forbidden=("a", "b")), "Every input is forbidden"), (Prior(low=2.0, high=1.0), "low below high"),
])
def test_wishes_that_contradict_each_other_are_refused(prior: Prior, words: str) -> None:
    with pytest.raises(ConstraintError, match=words):
        prior.to_config(["a", "b"])


def test_only_what_is_known_is_an_activation() -> None:
    assert known_activations(["sin", "__import__('os')", "add", "sin"]) == ("add", "sin")
