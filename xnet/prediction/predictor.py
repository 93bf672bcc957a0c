"""Applying a formula to rows that are new: columns found by name; gaps, text and values beyond the known rows told.

Only the inputs that the formula reads are asked for. Whatever else a table holds is carried along, and two columns
come to it: the formula's value, and a remark on every row that deserves one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.atomic_files import read_json
from xnet.config.run_options import RunError, with_current_keys
from xnet.engine.networks.network import Network
from xnet.errors import NetworkError
from xnet.runs.run import Run
from xnet.tables.column_recipes import ColumnRecipe, RecipeError, recipes_from_config

#: Beyond the range by less than this share of it is no extrapolation: the ranges are shown with four or five digits.
TOLERANCE = 1e-4
REMARKS = "remarks"

#: How a moment is written, by what was made of it.
_SHOWN = {"days": "%Y-%m-%d", "years": "%Y-%m-%d", "hours": "%H:%M"}


@dataclass(frozen=True)
class Predictor:
    """A formula that is ready to be applied.

    Attributes:
        network: the formula; it reads some of the columns `names`.
        low, high: (d,) the range of every input in all rows of the search; None where it is not known.
        made: how inputs were made of text or dates; the table may hold these instead.
    """

    network: Network
    names: tuple[str, ...]
    target: str
    low: Array | None = None
    high: Array | None = None
    made: Mapping[str, ColumnRecipe] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """The inputs that the formula reads."""
        return tuple(self.names[i] for i in self.network.variables)

    @property
    def asked(self) -> tuple[str, ...]:
        """The columns that a table has to hold: the inputs that the formula reads, or what they were made of."""
        return tuple(dict.fromkeys(self.made[name].column if name in self.made else name for name in self.used))

    def range_of(self, name: str) -> tuple[float, float] | None:
        """The range of an input in all rows of the search, held out or not."""
        i = self.names.index(name)
        return None if self.low is None or self.high is None else (float(self.low[i]), float(self.high[i]))

    def made_from(self, column: str) -> tuple[str, ColumnRecipe] | None:
        """The first input that the formula reads and that was made of this column, and how; None if none was."""
        return next(((name, self.made[name]) for name in self.used
                     if name in self.made and self.made[name].column == column), None)

    def seen(self, name: str, recipe: ColumnRecipe | None = None) -> str:
        """The range of an input in these rows in words; of one made of dates, with its `recipe`, as dates."""
        low, high = self.range_of(name) or (np.nan, np.nan)
        if recipe is None or recipe.way not in _SHOWN:
            return f"{low:.5g} to {high:.5g}"
        return f"{recipe.to_date(low):{_SHOWN[recipe.way]}} to {recipe.to_date(high):{_SHOWN[recipe.way]}}"

    def values(self, given: Mapping[str, Array]) -> Array:
        """The formula's values (n,) for the inputs that it reads, (n,) each; NaN where it has none."""
        n = len(next(iter(given.values()), ()))
        X = np.zeros((n, len(self.names)))
        for name in self.used:
            X[:, self.names.index(name)] = given[name]
        values = self.network.evaluate(X)
        return np.where(np.isfinite(values), values, np.nan)


def predictor_of(run: Run, row: Mapping[str, Any]) -> Predictor:
    """The formula in a row of a run's front, with the ranges of all its rows: held-out ones are checked, too."""
    config, problem = run.config, run.problem()
    columns = np.hstack([rows.columns for rows in (problem.train, problem.holdout) if rows is not None])
    return Predictor(Network.from_json(row["network"]), tuple(config["inputs"]), config["target"],
                     columns.min(axis=1), columns.max(axis=1), recipes_from_config(config))


def read_predictor(path: Path) -> Predictor:
    """The formula in a file `formula.json`, as exports write it; such a file knows no ranges.

    Raises:
        RunError: the file cannot be read, or holds no formula.
    """
    tree = read_json(path)
    try:
        if tree is None:
            raise TypeError
        network, names = Network.from_json(tree["formula"]["network"]), tuple(map(str, tree["run"]["inputs"]))
        if network.n_inputs > len(names):
            raise TypeError
        recipes = recipes_from_config(with_current_keys(tree["run"]))
        return Predictor(network, names, str(tree["run"]["target"]), made=recipes)
    except (KeyError, TypeError, AttributeError, NetworkError, RecipeError):
        raise RunError(f"{str(path)!r} holds no formula; expected a formula.json, as `python -m xnet export RUN_ID "
                       "FOLDER` writes it.") from None
