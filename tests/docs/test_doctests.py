"""The examples in docstrings, which the API reference shows, give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted((ROOT / "xnet").rglob("*.py"))
           if ">>>" in path.read_text("utf-8")]
#: Modules whose examples search for seconds.
SLOW = ("xnet.estimators.regressor", "xnet.estimators.classifier", "xnet.dynamics.estimator")


def failed(name: str) -> int:
    found = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.attempted
    return found.failed


@pytest.mark.parametrize("name", [name for name in MODULES if name not in SLOW])
def test_examples_give_what_they_say(name: str) -> None:
    assert failed(name) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_examples_of_estimators_give_what_they_say(name: str) -> None:
    assert failed(name) == 0


@pytest.mark.slow
@pytest.mark.parametrize("page", ["losses.md", "worked_examples.md"])
def test_the_examples_of_a_page_give_what_they_say(page: str) -> None:
    found = doctest.testfile(str(ROOT / "docs" / page), module_relative=False)

    assert found.attempted > 15
    assert found.failed == 0
