"""A notebook (Jupyter, format 4.5) with the rows of a search, its formula and its plots; it needs NumPy and Matplotlib.

The rows are in the notebook, so it runs anywhere; a person's own file can take their place in one line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.formulas.python_code import to_python
from xnet.engine.networks.network import Network
from xnet.evidence.typical_error import OF_COUNTS
from xnet.runs.data_file import single_line_cells
from xnet.tables.column_recipes import needed_recipes, recipes_from_config

from .column_code import derived_call, derived_python, file_columns, renamed_among
from .program import python_list
from .table_code import READING

#: Larger tables are thinned out evenly to this number of rows in the notebook.
MAX_ROWS = 5000
_LOAD = '''FILE = None  # write the name of a CSV file here to use its rows, for example {source}

if FILE is None:
    names, rows, separator = read_rows(ROWS.encode(), {needed})
else:
    with open(FILE, "rb") as file:
        names, rows, separator = read_rows(file.read(), {wanted})
{derive}COLUMNS, TARGET = {columns}, {target}
table = {{name: np.array([number(row.get(name, ""), comma) for row in rows])
         for name, comma in ((name, has_comma(rows, name, separator)) for name in [*COLUMNS, TARGET])}}
len(rows)'''
_PREDICT = '''with np.errstate(all="ignore"):
    predicted = np.broadcast_to(predict(*(table[name] for name in COLUMNS)), len(rows)) + 0.0
actual = table[TARGET]
good = np.isfinite(actual) & np.isfinite(predicted)
residuals = actual[good] - predicted[good]
print("rows:", good.sum())
print("R²:", 1 - (residuals**2).mean() / actual[good].var())
print("typical error (RMSE):", (residuals**2).mean() ** 0.5)'''
_PLOT = '''import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
left.plot(actual[good], predicted[good], "o", color="#0072b2", alpha=0.6)
ends = [min(actual[good].min(), predicted[good].min()), max(actual[good].max(), predicted[good].max())]
left.plot(ends, ends, "--", color="gray")
left.set(xlabel=TARGET.replace("$", r"\\$") + ": actual", ylabel="by the formula", title="Fit")
right.plot(predicted[good], residuals, "o", color="#0072b2", alpha=0.6)
right.axhline(0, ls="--", color="gray")
right.set(xlabel="by the formula", ylabel="actual − formula", title="Residuals")
plt.show()'''


def notebook(network: Network, config: Mapping[str, Any], row: Mapping[str, Any], data: pd.DataFrame) -> str:
    """The notebook of a formula as JSON.

    Args:
        network: the formula.
        config: the config of the run.
        row: the formula, a row of the front (`latex` is read).
        data: the rows of the run, with its inputs and its target.
    """
    names, target = config["inputs"], config["target"]
    used = [names[i] for i in network.variables]
    derived = needed_recipes(recipes_from_config(config), [*used, target])
    kept = data.iloc[np.unique(np.linspace(0, len(data) - 1, min(MAX_ROWS, len(data))).round().astype(int))]
    rows = single_line_cells(kept[[*used, target]]).to_csv(index=False)
    wanted = file_columns(derived, [*used, target])
    renamed = renamed_among(config, wanted)
    load = _LOAD.format(source=ascii(config["source"]), needed=python_list([*used, target]),
                        wanted=python_list([*wanted, *renamed.values()]), columns=python_list(used),
                        target=ascii(target), derive=derived_call(derived, renamed))
    thinned = f" ({len(kept):,} of {len(data):,} rows)" if len(kept) < len(data) else ""
    cells = [
        _text("# A formula found by X-Net\n\n$$" + row["latex"] + "$$\n\nRun all cells: they read the rows, apply the "
              "formula, and draw the fit and the residuals."),
        _code(to_python(network, names, target_name=target).strip()),
        _text("Functions that read a table, its separator and its decimal sign."),
        _code(READING.strip() + "\n\n" + derived_python(derived, renamed)),
        _text(f"The rows of the search{thinned}."),
        _code(f"ROWS = {_lines(rows)}"),
        _code(load), _code(_PREDICT + (f"  # {OF_COUNTS}" if config.get("loss") == Poisson.name else "")), _code(_PLOT)]
    return json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "cells": [{"id": f"cell-{k}", **cell} for k, cell in enumerate(cells)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                     "language_info": {"name": "python"}}}, indent=1, ensure_ascii=False) + "\n"


def _lines(text: str) -> str:
    """A text as a Python expression, one literal a line."""
    return "(\n" + "\n".join(f"    {line!a}" for line in text.splitlines(keepends=True)) + "\n)"


def _text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
            "source": source.strip("\n").splitlines(keepends=True)}
