"""Tables of Arrow and frames of other packages as arguments: names, groups, targets, and what is refused."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from xnet import XNetRegressor
from xnet.errors import DataError
from xnet.estimators.frames import names_of, without_column

RNG = np.random.default_rng(0)
X = RNG.uniform(1.0, 3.0, (40, 2))
Y = 2.0 * X[:, 0] ** 2 / X[:, 1]


class Frame:
    """A frame with the members of a DataFrame of Polars that estimators use."""

    def __init__(self, columns: dict) -> None:
        self._columns = columns
        self.columns = list(columns)
        self.shape = (len(next(iter(columns.values()))), len(columns))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, name: str) -> np.ndarray:
        return np.asarray(self._columns[name])

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return np.column_stack(list(self._columns.values())).astype(dtype)

    def drop(self, name: str) -> "Frame":
        return Frame({key: value for key, value in self._columns.items() if key != name})


def model(**settings: object) -> XNetRegressor:
    return XNetRegressor(budget_steps=2, budget_seconds=None, random_state=0, **settings)


def test_groups_are_a_column_of_a_table_of_arrow_and_of_another_frame() -> None:
    for frame in (pa.table, Frame):
        table = frame({"g": ["u", "v"] * 20, "a": X[:, 0], "b": X[:, 1]})
        found = model().fit(table, Y * np.tile([1.0, 2.0], 20), groups="g")
        np.testing.assert_allclose(found.predict(table), Y * np.tile([1.0, 2.0], 20), rtol=1e-3)
        assert "[g]" in found.formula_


@pytest.mark.parametrize("frame", [pa.table, Frame])
def test_dates_and_text_of_other_frames_are_refused_by_name(frame: object) -> None:
    with pytest.raises(DataError, match="Column 'a' of X holds dates or times"):
        model().fit(frame({"a": np.arange(40).astype("datetime64[D]"), "b": X[:, 1]}), Y)
    with pytest.raises(DataError, match="Column 'a' of X holds text, such as 'u'"):
        model().fit(frame({"a": ["u"] * 40, "b": X[:, 1]}), Y)


def test_a_day_in_an_arrow_table_is_a_date() -> None:
    with pytest.raises(DataError, match="dates or times"):
        model().fit(pa.table({"a": [datetime.date(2020, 1, 1)] * 40, "b": X[:, 1]}), Y)


def test_several_targets_of_a_table_of_arrow_keep_their_names() -> None:
    found = model().fit(X, pa.table({"p": Y, "q": Y * Y}))
    assert [one.target_name_ for one in found.estimators_] == ["p", "q"]


@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_a_target_of_one_column_has_its_name() -> None:
    assert model().fit(X, pd.DataFrame({"z": Y})).target_name_ == "z"


def test_generators_and_queries_are_refused() -> None:
    with pytest.raises(DataError, match="generator"):
        model().fit((row for row in X.tolist()), Y)

    class Query:
        columns = ("a",)

        def collect(self) -> None:
            raise AssertionError

    with pytest.raises(DataError, match=r"X\.collect\(\)"):
        model().fit(Query(), Y)


def test_columns_of_arrays_have_no_names() -> None:
    assert names_of(X) is None
    assert list(without_column(pd.DataFrame({"a": [1], "b": [2]}), "a").columns) == ["b"]
