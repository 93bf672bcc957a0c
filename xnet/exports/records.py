"""A formula and its scores as JSON; the front and the predictions as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xnet.atomic_files import to_json
from xnet.runs.run import Run
from xnet.tables.csv_cells import harmless_cell

#: Scores of a row of the front; the robust ones only a search with Huber's loss has, the last ones only a class.
SCORES = ("r2_train", "r2_holdout", "robust_r2_train", "robust_r2_holdout", "loss", "loss_holdout", "accuracy_train",
          "accuracy_holdout", "log_loss_train", "log_loss_holdout")


def formula_json(row: Mapping[str, Any], config: Mapping[str, Any], snapshot: Mapping[str, Any],
                 ranges: Mapping[str, Sequence[float]], constants: Sequence[Mapping[str, Any]]) -> str:
    """The formula, its network and scores and how it was found, as JSON; `Network.from_json` reads the network back.

    Args:
        row: the formula, a row of the front.
        config: the config of the run.
        snapshot: its last snapshot.
        ranges: input -> its lowest and highest value in the rows of the search; predictions outside are marked.
        constants: estimates of the constants (`xnet.evidence.constants`) as plain data.
    """
    kept = ("text", "latex", "complexity", "n_parameters", *SCORES, "network")
    asked = ("source", "target", "inputs", "units", "activations", "parameters", "max_complexity",
             "holdout_fraction", "split", "weight", "fill_gaps", "derived", "seed", "seconds", "steps", "loss", "prior")
    return to_json({"formula": {key: row[key] for key in kept if key in row} | {"constants": list(constants)},
                    "run": {key: config[key] for key in asked if key in config},
                    "ranges": {name: list(ends) for name, ends in ranges.items()},
                    "rows_train": snapshot["rows_train"], "rows_holdout": snapshot["rows_holdout"],
                    "seconds_used": snapshot["seconds"]}) + "\n"


def predictions_csv(run: Run, predicted: np.ndarray, held_out: np.ndarray) -> str:
    """The run's rows with the formula's values beside them, and whether the search was shown the row.

    Args:
        run: the run whose data are written.
        predicted: (n,) values; those that are not finite are left empty.
        held_out: (k,) where the held-out rows stand.
    """
    config, data = run.config, run.data()
    names = [*config["inputs"], config["target"], f"{config['target']} by the formula", "rows"]
    kinds = np.full(len(data), "training", dtype=object)
    kinds[held_out] = "held out"
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless_cell(name) for name in names])
    for row, value, kind in zip(data.to_numpy().tolist(), predicted.tolist(), kinds, strict=True):
        writer.writerow([*map(repr, row), repr(value) if np.isfinite(value) else "", kind])
    return out.getvalue()


def front_csv(front: Sequence[Mapping[str, Any]]) -> str:
    """The front as a table, one formula a line, simplest first."""
    keys = ("complexity", "n_parameters", *(key for key in SCORES if front and key in front[0]))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*keys, "formula"])
    writer.writerows([*("" if row[key] is None else repr(row[key]) for key in keys), harmless_cell(row["text"])]
                     for row in front)
    return out.getvalue()
