"""A formula that can be applied to new rows, with the ranges of its inputs in the rows of the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.atomic_files import read_json
from xnet.config.class_runs import is_class
from xnet.config.run_options import RunError, with_current_keys
from xnet.engine.networks.network import Network
from xnet.evidence.typical_error import TypicalError, typical_error_from_json, typical_error_of
from xnet.runs.run import Run
from xnet.tables.changes import changes_from_json, original_names
from xnet.tables.column_recipes import ColumnRecipe, needed_recipes, recipes_from_config

#: Values outside the range by less than this share of it are accepted, because ranges are shown with few digits.
TOLERANCE = 1e-4
REMARKS, TYPICAL_ERROR = "remarks", "typical error"

#: The format of dates in remarks, by the kind of conversion.
DATE_FORMATS = {"days": "%Y-%m-%d", "elapsed": "%Y-%m-%d %H:%M:%S", "years": "%Y-%m-%d",
                "month": "%B", "yearday": "%d %B", "hours": "%H:%M"}


@dataclass(frozen=True)
class Predictor:
    """A formula that can be applied to new rows.

    Attributes:
        network: the formula; it uses some of the columns `names`.
        names: the names of the d inputs of the search.
        target: the name of the target.
        low: (d,) the lowest value of every input in all rows of the search, NaN if unknown; None if all are unknown.
        high: (d,) the highest value.
        derived: recipes of inputs that were derived from text, dates or other rows; a table may hold the original
            columns.
        renamed: columns that were renamed before the search (name -> name in the file); a table may have either.
        typical_error: of the formula's values; None if unknown, and for the probability of a class.
        units: of the columns of the search, by name.
    """

    network: Network
    names: tuple[str, ...]
    target: str
    low: Array | None = None
    high: Array | None = None
    derived: Mapping[str, ColumnRecipe] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    typical_error: TypicalError | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def used(self) -> tuple[str, ...]:
        """The inputs that the formula uses."""
        return tuple(self.names[i] for i in self.network.variables)

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """The columns that a table must have: the inputs that the formula uses, or the columns they derive from."""
        return source_columns(self.used, self.recipes)

    @property
    def recipes(self) -> dict[str, ColumnRecipe]:
        """The recipes of the derived columns that the formula uses, and of their sources, sources first."""
        return needed_recipes(self.derived, self.used)

    def of_single_rows(self) -> Predictor:
        """The same for rows that are typed one by one: columns derived from other rows are given as numbers."""
        return replace(self, derived={name: r for name, r in self.derived.items() if not r.reads_rows})

    def range_of(self, name: str) -> tuple[float, float] | None:
        """The lowest and highest value of an input in all rows of the search; None if unknown."""
        i = self.names.index(name)
        if self.low is None or self.high is None or not np.isfinite([self.low[i], self.high[i]]).all():
            return None
        return float(self.low[i]), float(self.high[i])

    def derived_from(self, column: str) -> tuple[str, ColumnRecipe] | None:
        """The first input of the formula that derives from a column, with its recipe; None if there is none."""
        return next(((name, self.derived[name]) for name in self.used
                     if name in self.derived and self.derived[name].column == column), None)

    def describe_range(self, name: str, recipe: ColumnRecipe | None = None) -> str:
        """The range of an input as text; with a `recipe` for dates, as dates."""
        low, high = self.range_of(name) or (np.nan, np.nan)
        if recipe is None or recipe.way not in DATE_FORMATS:
            return f"{low:.5g} to {high:.5g}"
        return f"{recipe.to_date(low):{DATE_FORMATS[recipe.way]}} to {recipe.to_date(high):{DATE_FORMATS[recipe.way]}}"

    def values(self, given: Mapping[str, Array]) -> Array:
        """Evaluate the formula.

        Args:
            given: (n,) values of every input that the formula uses, by name.

        Returns:
            (n,) values; NaN where the formula has none.
        """
        n = len(next(iter(given.values()), ()))
        X = np.zeros((n, len(self.names)))
        for name in self.used:
            X[:, self.names.index(name)] = given[name]
        values = self.network.evaluate(X)
        return np.where(np.isfinite(values), values, np.nan)


def source_columns(used: Iterable[str], recipes: Mapping[str, ColumnRecipe]) -> tuple[str, ...]:
    """The columns of a table that some columns are computed from, themselves where they have no recipe."""
    needed: dict[str, None] = {}
    for name in (*used, *recipes):
        recipe = recipes.get(name)
        read = (name,) if recipe is None else recipe.file_columns if recipe.reads_rows else (recipe.column,)
        needed |= dict.fromkeys(read)
    return tuple(column for column in needed if column not in recipes)


def predictor_from_run(run: Run, formula: Mapping[str, Any]) -> Predictor:
    """A formula record of a run, with the ranges of the inputs in all rows, training and held-out."""
    config, problem = run.config, run.problem()
    columns = np.hstack([rows.columns for rows in (problem.train, problem.holdout) if rows is not None])
    network = Network.from_json(formula["network"])
    return Predictor(network, tuple(config["inputs"]), config["target"], columns.min(axis=1), columns.max(axis=1),
                     recipes_from_config(config), original_names(changes_from_json(config.get("changes"))),
                     None if is_class(config) else typical_error_of(network, problem), config.get("units") or {})


def read_predictor(path: Path) -> Predictor:
    """The formula of a file `formula.json`, as exports write it, with the ranges of the inputs; older files have none.

    Raises:
        RunError: the file cannot be read, or contains no formula.
    """
    tree = read_json(path)
    try:
        if tree is None:
            raise TypeError
        network, names = Network.from_json(tree["formula"]["network"]), tuple(map(str, tree["run"]["inputs"]))
        if network.n_inputs > len(names):
            raise TypeError
        recipes = recipes_from_config(with_current_keys(tree["run"]))
        low, high = _ranges(tree.get("ranges"), names)
        renamed = original_names(changes_from_json(tree["run"].get("changes")))
        return Predictor(network, names, str(tree["run"]["target"]), low, high, recipes, renamed,
                         typical_error_from_json(tree.get("typical_error")), dict(tree["run"].get("units") or {}))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise RunError(f"{str(path)!r} contains no formula. Expected a formula.json, as `python -m xnet export RUN_ID "
                       "FOLDER` writes it.") from None


def _ranges(tree: Any, names: tuple[str, ...]) -> tuple[Array | None, Array | None]:
    """The lowest and the highest values (d,) of a file; None without ranges, NaN for an input whose range is none."""
    if not isinstance(tree, Mapping):
        return None, None
    ends = np.full((2, len(names)), np.nan)
    for i, name in enumerate(names):
        match tree.get(name):
            case [int() | float() as low, int() | float() as high] if low <= high:
                ends[:, i] = low, high
    return ends[0], ends[1]
