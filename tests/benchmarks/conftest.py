"""Data for the benchmarks' tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.helpers import FORMULAS, write_table


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three formulas and two small tables."""
    (tmp_path / "formulas.csv").write_text(FORMULAS, encoding="utf-8")
    rng = np.random.default_rng(0)
    a, b = rng.uniform(1, 3, (2, 30))
    write_table(tmp_path, "area", "regression", "y", {"a": a, "b": b, "y": a * b})
    write_table(tmp_path, "side", "classification", "kind",
                {"a": a, "b": b, "kind": np.where(a > 2, "right", "left")})
    monkeypatch.setenv("XNET_BENCHMARKS", str(tmp_path))
    monkeypatch.setenv("XNET_DATA", str(tmp_path))
    return tmp_path
