"""Fixtures for the tests of the archive: one run, and its bundle."""

from __future__ import annotations

import pytest

from tests.archive.samples import searched
from xnet.archive.bundle import make_bundle
from xnet.runs.run import Run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return searched(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def packed(run: Run) -> bytes:
    return make_bundle(run)
