"""Shared by all tests: repeatable random numbers, and property tests with the same examples in every run."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

#: The browser that the tests in tests/e2e drive.
CHROMIUM = Path(os.environ.get("XNET_CHROMIUM", "/usr/bin/chromium"))
#: Why a test that drives a browser is skipped.
NO_CHROMIUM = "Chromium is not installed"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, max_examples=80,
                          suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """Leave the modules that are imported by now out of later garbage collections, which saves a tenth of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the last line which tests were left out because there is no Chromium, and how to get them."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = [] if reporter is None else reporter.stats.get("skipped", [])  # a worker of xdist has no reporter
    if count := sum(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        reporter.write_line(f"Left out: {count} tests in a browser (tests/e2e), because there is no {CHROMIUM}. "
                            "Install Chromium (Debian: apt-get install chromium) or name the program in "
                            "XNET_CHROMIUM, then run make test again.")


@pytest.fixture
def rng() -> np.random.Generator:
    """A random generator with the same seed in every test."""
    return np.random.default_rng(20240601)
