"""The command `predict`: applies a formula to a table of new rows."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import table_path
from .output import refuse_to_replace
from .run_names import named_run

if TYPE_CHECKING:
    from xnet.prediction.predictor import Predictor
    from xnet.runs import Run


def add_predict(commands: Any) -> None:
    """Add the command to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    parser = commands.add_parser("predict", help="apply a formula to a table", description=(
        "Write a table with the value of a formula in every row. Only the columns that the formula uses are needed. "
        "Further new columns give the typical error of these values, as the page Predict shows it, and name missing "
        "values, undefined values, and values outside the range of the search."))
    add_formula_arguments(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: standard output)")
    parser.set_defaults(command=_predict)


def add_formula_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a formula, and the table that it is applied to."""
    parser.add_argument("formula", metavar="RUN_ID_OR_FILE",
                        help="the id of a run, or a formula.json that `export` has written")
    parser.add_argument("table", metavar="TABLE", type=table_path,
                        help="a table (CSV, a workbook, Parquet, JSON, NumPy); - for the standard input")
    parser.add_argument("--complexity", type=int, metavar="N",
                        help="the formula of the run with this complexity; of several the best one (default: the best "
                             "formula)")


def _predict(options: argparse.Namespace) -> int:
    from xnet.atomic_files import write_text
    from xnet.prediction.new_rows import predict_table, predicted_csv, read_rows, wanted_columns
    from xnet.runs import RunError

    refuse_to_replace("--out", options.out, [options.table])
    predictor = _predictor(options.formula, options.complexity)
    table = read_rows(options.table, wanted=wanted_columns(predictor))
    result = predict_table(predictor, table, options.table.name)
    for sentence in result.report:
        print(f"xnet: {sentence}", file=sys.stderr)
    if options.out is None:
        sys.stdout.write(predicted_csv(result))
    else:
        try:
            write_text(options.out, predicted_csv(result))
        except OSError as error:
            raise RunError(f"The predictions cannot be written to {str(options.out)!r} ({error.strerror}). Choose "
                           "another file.") from error
        print(options.out)
    if predictor.typical_error is not None:
        print(f"xnet: {predictor.typical_error.describe()}.", file=sys.stderr)
    return 0


def _predictor(formula: str, complexity: int | None) -> Predictor:
    """The formula of a run or of a file.

    Raises:
        RunError: there is no such run or file, or the run has no formula yet, or none of this complexity.
    """
    from xnet.prediction.predictor import predictor_from_run, read_predictor

    if _is_file(formula, complexity):
        return read_predictor(Path(formula))
    return predictor_from_run(*_row_of_run(formula, complexity))


def formula_record(formula: str, complexity: int | None) -> tuple[Predictor, dict[str, Any]]:
    """The formula of a run or of a file, and the content of its `formula.json`.

    Raises:
        RunError: there is no such run or file, or the run has no formula yet, or none of this complexity.
    """
    import json

    from xnet.exports.export import Export
    from xnet.prediction.predictor import predictor_from_run, read_predictor

    if _is_file(formula, complexity):
        return read_predictor(Path(formula)), json.loads(Path(formula).read_text(encoding="utf-8"))
    run, row = _row_of_run(formula, complexity)
    return predictor_from_run(run, row), json.loads(Export.from_run(run, row).texts()["formula.json"]())


def _is_file(formula: str, complexity: int | None) -> bool:
    """Whether a formula is named by its file.

    Raises:
        RunError: the path leads to no file, or a complexity is given, which chooses among the formulas of a run.
    """
    from xnet.runs import RunError
    from xnet.runs.store import is_run_id

    path = Path(formula)
    if path.is_file():
        if complexity is not None:
            raise RunError(f"{formula!r} holds one formula, so --complexity cannot choose another. Leave it out, or "
                           "give the id of the run.")
        return True
    if not is_run_id(formula) and not (path / "config.json").is_file():
        what = "is a folder" if path.is_dir() else "is no file"
        raise RunError(f"{formula!r} {what}, and no run id, which has 16 to 64 letters, digits, - and _. Give the file "
                       "formula.json that `export` or `discover --out` has written, or the id of a run.")
    return False


def _row_of_run(name: str, complexity: int | None) -> tuple[Run, Any]:
    """A run, and its formula of a complexity (of several the best one, else that of the least loss), or the best one.

    Raises:
        RunError: there is no such run, or it has no formula yet, or none of this complexity.
    """
    from xnet.runs import RunError

    run = named_run(name)
    snapshot = run.snapshot()
    if snapshot is None:
        raise RunError(f"Run {run.id!r} has no formula yet. Wait for the first one.")
    best = snapshot["best"]
    rows = [best] if complexity in (None, best["complexity"]) else sorted(
        (row for row in snapshot["front"] if row["complexity"] == complexity),
        key=lambda row: math.inf if row["loss"] is None else row["loss"])
    if not rows:
        known = ", ".join(map(str, dict.fromkeys(row["complexity"] for row in snapshot["front"])))
        raise RunError(f"Run {run.id!r} has no formula of complexity {complexity}; its formulas have the complexities "
                       f"{known}.")
    return run, rows[0]
