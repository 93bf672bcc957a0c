"""Named constants: their texts, the table of physical constants, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
import scipy.constants

from xnet.engine.networks.known_values import KnownValue
from xnet.engine.problem.named_constants import (
    Constant,
    constant_as_text,
    constant_from_text,
    constants_of,
    known_values,
    physical_constants,
)
from xnet.errors import ConstraintError


@pytest.mark.parametrize(("text", "expected"), [
    ("g = 9.81", Constant(9.81, fixed=True)), ("k=0.3[0:1]", Constant(0.3, 0.0, 1.0)), ("k[0:]", Constant(None, 0.0)),
    ("k[:1e-3]", Constant(high=1e-3)), ("n[1:6] whole", Constant(None, 1.0, 6.0, whole=True)),
    ("n whole", Constant(whole=True)), ("n=2 whole", Constant(2.0, whole=True)),
    ("q=-1.5e-7", Constant(-1.5e-7, fixed=True)), ("q[:]", Constant())])
def test_texts_are_read_and_written(text: str, expected: Constant) -> None:
    name, constant = constant_from_text(text)

    assert constant == expected
    assert constant_from_text(constant_as_text(name, constant)) == (name, expected)


def test_mappings_and_texts_say_the_same() -> None:
    assert constants_of({"g": 9.81, "k": Constant(0.3, 0, 1), "c": None}, ["x"]) == \
        constants_of(["g=9.81", "k=0.3[0:1]", "c"], ["x"])
    assert known_values(constants_of(["g=9.81", "k=0.3[0:1]"], [])) == (KnownValue("g", 9.81),)


def test_the_table_has_the_values_of_codata() -> None:
    table = physical_constants()

    assert table["c"].value == scipy.constants.c
    assert table["k_B"].value == scipy.constants.k
    assert table["g"].value == scipy.constants.g
    assert table["G"].uncertainty > 0
    assert all(math.isfinite(known.value) and known.title for known in table.values())


@pytest.mark.parametrize(("given", "message"), [
    ({"x": 1.5}, "the name of a column"), ({"sin": 1.5}, "a number or a function"), ({"pi": 3.0}, "or a function"),
    ({"if": 1.5}, "cannot stand"), ({"a b": 1.5}, "cannot stand"), ({"2a": 1.5}, "cannot stand"),
    (["k[1:0]"], "not below the highest"), (["k[1:1]"], "not below the highest"), (["k=2[0:1]"], "outside its bounds"),
    (["k=1e400"], "not finite"), ({"k": float("nan")}, "not finite"), (["n[0.2:0.7] whole"], "no whole number"),
    ({"n": Constant(2.5, whole=True, fixed=True)}, "no whole number"), ({"q": Constant(fixed=True)}, "has no value"),
    (["zz"], "physical constants lacks it"), (["k=0.3]"], "cannot be read"), (["k=1", "k=2"], "given twice"),
    ("g=9.81", "pass a mapping"), ({"k": "1"}, "expected a number"), ({"k": True}, "expected a number"),
    ([f"c{i}=1.5" for i in range(41)], "at most 40")])
def test_what_cannot_be_used_is_one_sentence(given: Any, message: str) -> None:
    with pytest.raises(ConstraintError, match=message) as error:
        constants_of(given, ["x"])
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)
