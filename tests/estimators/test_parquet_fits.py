"""The estimator takes Parquet files larger than memory: a sample is searched, all rows are fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from xnet import XNetRegressor
from xnet.errors import XNetError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root, rng = tmp_path_factory.mktemp("large"), np.random.default_rng(0)
    for k in range(3):
        a, b = rng.uniform(0.5, 3, (2, 1000))
        y = 3 * a * b + 2 + rng.normal(0, 0.1, 1000)
        y[::50] = np.nan
        parquet.write_table(pa.table({"a": a, "b": b, "y": y, "t": ["x"] * 1000}), root / f"part{k}.parquet")
    return root


def test_a_folder_is_fitted(folder: Path) -> None:
    said: list[str] = []
    model = XNetRegressor(budget_steps=2, random_state=0)
    model.fit_parquet(folder, "y", sample_rows=300, progress=said.append)
    frame = parquet.read_table(folder).to_pandas().dropna()
    X, y = frame[["a", "b"]], frame["y"]

    assert model.names_ == ("a", "b")
    assert len(said) == len(model.all_rows_)
    assert "to 2,940 rows" in said[0]
    for k, r2 in enumerate(model.all_rows_["r2"]):
        assert model.select(index=k).score(X, y) == pytest.approx(r2, abs=1e-9)
        assert model.select(index=k, refit=True).score(X, y) == pytest.approx(r2, abs=1e-9), "not fitted to the sample"
    assert (model.all_rows_["r2"] >= model.all_rows_["r2_of_sample_constants"] - 1e-12).all()
    assert model.score(X, y) > 0.999
    assert model.formula_ in list(model.all_rows_["formula"])
    model.fit(X[:50], y[:50])
    with pytest.raises(AttributeError, match="belongs to fit_parquet"):
        model.all_rows_  # noqa: B018


def test_what_cannot_be_fitted_is_said(folder: Path) -> None:
    with pytest.raises(ValueError, match="by squared error only"):
        XNetRegressor(loss="huber").fit_parquet(folder, "y")
    with pytest.raises(XNetError, match="no column of numbers 't'"):
        XNetRegressor().fit_parquet(folder, "t")
    with pytest.raises(XNetError, match="no file or folder"):
        XNetRegressor().fit_parquet(folder / "nowhere", "y")
