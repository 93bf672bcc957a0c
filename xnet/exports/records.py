"""A formula and its scores as JSON; the front and the predictions as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from xnet.atomic_files import to_json
from xnet.engine.formulas.text import constant_text, quoted_name
from xnet.engine.networks.network import Network
from xnet.evidence.permutation_check import PermutationCheck
from xnet.evidence.typical_error import TypicalError
from xnet.runs.run import Run
from xnet.tables.csv_cells import harmless_cell
from xnet.tables.row_names import LINE, LINE_COLUMN, ROW, RowNames
from xnet.wording.definition_text import definitions_text
from xnet.wording.known_text import known_text
from xnet.wording.score_text import LOSS_SCORE_KEYS

from .column_code import readable

#: Scores of a row of the front. Only some losses have scores of their own, only a class has the last four.
SCORES = ("r2_train", "r2_holdout", *LOSS_SCORE_KEYS, "loss", "loss_holdout", "accuracy_train", "accuracy_holdout",
          "log_loss_train", "log_loss_holdout")

#: The column that says where a row stands, by the word of `RowNames`.
PLACES = {LINE: LINE_COLUMN, ROW: "row of the table"}


def formula_json(row: Mapping[str, Any], config: Mapping[str, Any], snapshot: Mapping[str, Any],
                 ranges: Mapping[str, Sequence[float]], constants: Sequence[Mapping[str, Any]],
                 check: PermutationCheck | None = None, error: TypicalError | None = None) -> str:
    """The formula, its network, scores and the settings of its run as JSON; `Network.from_json` reads the network.

    Args:
        row: the formula, a row of the front.
        config: the config of the run.
        snapshot: the last snapshot of the run.
        ranges: input -> its lowest and highest value in the rows of the search; predictions outside of them are marked.
        constants: estimates of the constants (`xnet.evidence.constants`) as plain data.
        check: the permutation check of the run; None without one.
        error: the typical error of the formula's values; None where there is none.
    """
    kept = ("text", "latex", "complexity", "n_parameters", "plain", "weighted", *SCORES, "network")
    settings = ("source", "target", "inputs", "units", "activations", "parameters", "max_complexity",
             "holdout_fraction", "split", "weight", "fill_gaps", "derived", "changes",
             "seed", "seconds", "steps", "loss", "prior")
    return to_json({"formula": {key: row[key] for key in kept if key in row} | {"constants": list(constants)},
                    "run": {key: config[key] for key in settings if key in config},
                    "ranges": {name: list(ends) for name, ends in ranges.items()},
                    **({} if error is None else {"typical_error": error.to_json()}),
                    **({} if check is None else {"permutation_check": check.to_json()}),
                    "rows_train": snapshot["rows_train"], "rows_holdout": snapshot["rows_holdout"],
                    "seconds_used": snapshot["seconds"]}) + "\n"


def predictions_csv(run: Run, predicted: np.ndarray, held_out: np.ndarray) -> str:
    """The run's rows with the formula's predictions, marked as training or held-out rows, and their places in the file.

    The columns of weights, of known standard errors and of the split follow, then the columns that were not used.

    Args:
        run: the run whose data are written.
        predicted: (n,) predictions; those that are not finite become empty cells.
        held_out: (k,) positions of the held-out rows.
    """
    config, table = run.config, run.table()
    used = [*config["inputs"], config["target"]]
    data, weights = table[used], table.drop(columns=used)
    rows = RowNames.from_config(config, len(data))
    names = [*used, f"{config['target']} by the formula", "rows", PLACES[rows.word],
             *weights.columns]
    kinds = np.full(len(data), "training", dtype=object)
    kinds[held_out] = "held out"
    others = run.other_columns()
    further: Sequence[Sequence[str]] = [()] * len(data) if others is None else others.to_numpy().tolist()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless_cell(name) for name in (*names, *(() if others is None else map(str, others)))])
    for row, value, kind, number, weight, cells in zip(
            data.to_numpy().tolist(), predicted.tolist(), kinds, rows.numbers.tolist(),
            weights.to_numpy(dtype=object).tolist(), further, strict=True):
        writer.writerow([*map(repr, row), repr(value) if np.isfinite(value) else "", kind, number,
                         *(_harmless(str(cell)) for cell in weight), *map(_harmless, cells)])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell of another column: a number as it is, and text that starts no formula."""
    try:
        float(cell)
    except ValueError:
        return harmless_cell(cell)
    return cell


def front_csv(front: Sequence[Mapping[str, Any]]) -> str:
    """The front as CSV, one formula per line, simplest first."""
    keys = ("complexity", "n_parameters", *(key for key in SCORES if front and key in front[0]))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*keys, "formula"])
    writer.writerows([*("" if row[key] is None else repr(row[key]) for key in keys), harmless_cell(row["text"])]
                     for row in front)
    return out.getvalue()


def named_lines(row: Mapping[str, Any], names: Sequence[str], start: str = "") -> str:
    """Lines that say what the names in a formula stand for: own functions, known constants, constants of groups.

    Args:
        row: the formula, a row of the front.
        names: of the inputs.
        start: of every line.
    """
    sentences = [definitions_text(row), known_text(row), *own_sentences(Network.from_json(row["network"]), names)]
    return "".join(f"{start}{sentence}\n" for sentence in sentences if sentence)


def own_sentences(network: Network, names: Sequence[str]) -> list[str]:
    """The values of the constants that groups have of their own, a sentence for each; none without groups."""
    own = network.own
    if own is None:
        return []
    found = []
    for j, values in enumerate(own.values):
        each = [f"{constant_text(v)[0]} for {readable(label)}" for label, v in zip(own.labels, values, strict=True)]
        found.append(f"{own.letter(j)}[{quoted_name(names[own.column])}] is {', '.join(each)}.")
    return found
