"""Options of the estimators of the wrong kind are refused before a search, in a sentence that names them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from xnet import XNetClassifier, XNetDynamics, XNetRegressor
from xnet.errors import ConstraintError, DataError
from xnet.option_checks import check_options

X = np.random.default_rng(0).uniform(1, 3, (40, 2))
ESTIMATORS = {XNetRegressor: (X, X[:, 0]), XNetClassifier: (X, X[:, 0] > 2),
              XNetDynamics: (np.linspace(0, 5, 40), X[:, 0])}

#: Option -> values that cannot be used.
WRONG: dict[str, list[Any]] = {
    "activations": [5, None], "parameters": ["no", 2, None], "budget_seconds": [-1.0, [1], "a", float("nan"), True],
    "budget_steps": [-1, 1.5, "a", True], "max_complexity": [0, 1.5], "n_jobs": [0, 1.5],
    "random_state": ["a", -1, 1.5], "holdout_fraction": ["a", None, 1, -0.1, float("nan")], "loss": ["cubic", 3],
    "forbidden_inputs": [1.5], "required_inputs": [1.5], "forbidden_nesting": [5], "max_parameters": ["a", -1, 1.5],
    "monotonic": ["x0", ["x0"]], "output_range": [5, "ab", (1,)], "initial_formula": [5], "units": [5, "m"],
    "pick": ["best"], "refit": ["yes", None], "device": ["gpu"], "callback": [5], "stop_at_loss": [-1, "a", True],
    "warm_start": ["yes", None], "verbose": ["yes", -1], "functions": [5], "cluster": [5], "constants": [5],
    "own_constants": ["some", -1, 1.5, None, True], "units_mode": ["check"], "max_unit_constants": [-1, "a", 1.5],
    "template": [5], "class_weight": [5], "second_order": ["x0", 5, None], "timer": [5],
}
#: Options whose sentence names the value instead.
NAMES_THE_VALUE = {"loss": "There is no loss", "initial_formula": "A formula is a text",
                   "template": "A formula is a text"}

CASES = [(estimator, option, value) for estimator in ESTIMATORS
         for option in inspect.signature(estimator).parameters for value in WRONG[option]]


@pytest.mark.parametrize(("estimator", "option", "value"), CASES,
                         ids=[f"{e.__name__}-{o}-{v!r}" for e, o, v in CASES])
def test_an_option_of_the_wrong_kind_is_named_with_its_value(estimator: Any, option: str, value: Any) -> None:
    budget = {} if option.startswith("budget") else {"budget_steps": 1}
    model = estimator(**{**budget, option: value})
    table, y = ESTIMATORS[estimator]
    expected = NAMES_THE_VALUE.get(option, f"{option} is {value!r}")

    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared below
        model.fit(table, y)

    assert expected in str(raised.value)
    assert "TypeError" not in str(raised.value)


@pytest.mark.parametrize("options", [
    {"parameters": np.True_, "refit": 0, "verbose": 2, "budget_seconds": np.float32(2.0), "budget_steps": np.int64(3)},
    {"budget_seconds": None, "budget_steps": None, "stop_at_loss": 0, "random_state": np.random.RandomState(0)},
    {"activations": ("default", "kinks"), "forbidden_inputs": 1, "required_inputs": "x0", "output_range": [None, 3]},
    {"monotonic": {}, "units": {}, "constants": {"k_B": None}, "functions": "f(x) = x", "own_constants": np.int64(2)},
    {"second_order": (), "forbidden_inputs": {"x": ["y"]}, "timer": sum, "unknown": object()}], ids=", ".join)
def test_options_that_can_be_used_are_accepted(options: dict[str, Any]) -> None:
    check_options(options)


def test_the_sentence_says_what_is_expected() -> None:
    with pytest.raises(DataError, match=r"^parameters is 'no'; expected True or False\.$"):
        check_options({"parameters": "no"})


def test_an_option_of_prior_knowledge_raises_the_error_of_constraints() -> None:
    with pytest.raises(ConstraintError, match="max_parameters is 'a'; expected a whole number from 0"):
        check_options({"max_parameters": "a"})
