"""Regression tables that come with packages: scikit-learn, statsmodels and vega_datasets (requirements-benchmarks.txt).

Rows with a missing number are left out; of tables with more than 3,000 rows, 3,000 are drawn. Dates become numbers, and
the sites of the barley table columns of zeros and ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from .real_tables import MOST_ROWS, Table

#: Table of statsmodels -> its target, and columns that are left out because they contain the target.
STATSMODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "anes96": ("logpopul", ("popul",)), "cancer": ("cancer", ()), "ccard": ("AVGEXP", ()),
    "committee": ("BILLS104", ()), "copper": ("WORLDCONSUMPTION", ()), "cpunish": ("EXECUTIONS", ()),
    "danish_data": ("lrm", ()), "engel": ("foodexp", ()), "fair": ("affairs", ()), "grunfeld": ("invest", ("firm",)),
    "heart": ("survival", ()), "interest_inflation": ("R", ()), "longley": ("TOTEMP", ()),
    "macrodata": ("realcons", ("realgdp",)), "nile": ("volume", ()), "randhie": ("mdvis", ()),
    "scotland": ("YES", ()), "stackloss": ("STACKLOSS", ()), "star98": ("NABOVE", ()), "statecrime": ("murder", ()),
    "strikes": ("duration", ()), "sunspots": ("SUNACTIVITY", ())}


def package_tables(*packages: str) -> Iterator[Table]:
    """The tables of some packages, or of all three: `sklearn`, `statsmodels`, `vega_datasets`.

    Raises:
        SystemExit: a package is not installed.
    """
    for name in packages or tuple(_LOADERS):
        try:
            yield from _LOADERS[name]()
        except ModuleNotFoundError as error:
            raise SystemExit(f"The tables of {name} need {error.name}: pip install -r requirements-benchmarks.txt"
                             ) from None


def _sklearn() -> Iterator[Table]:
    from sklearn import datasets

    frame = datasets.load_diabetes(as_frame=True)
    yield _table("sk_diabetes", frame.data, frame.target)
    frame = datasets.load_linnerud(as_frame=True)
    yield _table("sk_linnerud_pulse", frame.data, frame.target["Pulse"])


def _statsmodels() -> Iterator[Table]:
    for name, (target, omitted) in STATSMODELS.items():
        frame = import_module(f"statsmodels.datasets.{name}").load_pandas().data
        frame = frame.apply(pd.to_numeric, errors="coerce").dropna(axis=1, how="all")
        yield _table(f"sm_{name}", frame.drop(columns=[target, *(c for c in omitted if c in frame)]), frame[target])


def _vega() -> Iterator[Table]:
    data: Any = import_module("vega_datasets").local_data
    cars = data.cars().dropna()
    inputs = cars[["Cylinders", "Displacement", "Horsepower", "Weight_in_lbs", "Acceleration"]]
    yield _table("vg_cars", inputs.assign(Year=pd.to_datetime(cars["Year"]).dt.year), cars["Miles_per_Gallon"])
    driving, wheat, weather, barley = data.driving(), data.wheat().dropna(), data.seattle_weather(), data.barley()
    yield _table("vg_driving", driving[["year", "miles"]], driving["gas"])
    yield _table("vg_wheat", wheat[["year", "wheat"]], wheat["wages"])
    days = weather.assign(day=pd.to_datetime(weather["date"]).dt.dayofyear)
    yield _table("vg_seattle", days[["day", "precipitation", "temp_min", "wind"]], days["temp_max"])
    sites = pd.get_dummies(barley[["year", "site"]].astype({"year": int}), dtype=float)
    yield _table("vg_barley", sites, barley["yield"])


_LOADERS: dict[str, Callable[[], Iterator[Table]]] = {
    "sklearn": _sklearn, "statsmodels": _statsmodels, "vega_datasets": _vega}


def _table(name: str, inputs: pd.DataFrame, target: pd.Series) -> Table:
    """A table of the rows in which every number is finite, without columns that do not vary."""
    X, y = inputs.to_numpy(dtype=np.float64), target.to_numpy(dtype=np.float64)
    complete = np.isfinite(X).all(axis=1) & np.isfinite(y)
    X, y = X[complete], y[complete]
    vary = np.ptp(X, axis=0) > 0
    if len(y) > MOST_ROWS:
        drawn = np.random.default_rng(0).choice(len(y), MOST_ROWS, replace=False)
        X, y = X[drawn], y[drawn]
    names = tuple(str(column) for column, varies in zip(inputs.columns, vary, strict=True) if varies)
    return Table(name, names, str(target.name), np.ascontiguousarray(X[:, vary]), y)
