"""`discover` for a column of classes: formulas of the scores, searched in this process; no run's folder is made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

#: A text column with more values than this is no column of classes.
MOST_CLASSES = 20


def is_classes(table: Any, target: str, asked: bool) -> bool:
    """Whether a search for the column is one for classes: where asked for, or where it is text of a few values.

    Raises:
        TableError: it was asked for, and the column has too many values.
    """
    from xnet.tables.limits import TableError

    if not asked and target in table.numeric_columns:
        return False
    values = table.frame[target].nunique()
    if values <= MOST_CLASSES:
        return True
    if asked:
        raise TableError(f"The target {target!r} has {values:,} values, and at most {MOST_CLASSES} classes can be told "
                         "apart: choose another column, or leave --classify out for a column of numbers.")
    return False


def told_apart(options: argparse.Namespace, table: Any, target: str) -> tuple[Any, str, str]:
    """The table with a column of 0 and 1 for the class that is asked about, that column's name, and the loss.

    Raises:
        TableError: the column holds no classes, or not this one, or an option does not go with a class.
    """
    from xnet.evidence.class_probability import LOGISTIC
    from xnet.tables.class_target import with_class_column
    from xnet.tables.limits import TableError

    if options.classify or options.loss != "squared_error":
        other = "--classify" if options.classify else "--loss"
        raise TableError(f"{other} does not go with --class: leave one of them out.")
    table, target = with_class_column(table, target, options.one_class)
    return table, target, LOGISTIC


def discover_classes(options: argparse.Namespace, table: Any, target: str, inputs: Sequence[str],
                     activations: str | list[str]) -> dict[str, Any]:
    """Search, and return what there is to print.

    Raises:
        TableError: a column cannot be used, or an option does not go with classes.
        DataError, ActivationError: the search refuses the data or the activations.
    """
    import pandas as pd

    from xnet.estimators.classifier import XNetClassifier
    from xnet.tables.limits import TableError
    from xnet.tables.numbers import is_missing
    from xnet.tables.usable_rows import usable

    if options.out or options.loss != "squared_error":
        raise TableError(f"{'--out' if options.out else '--loss'} does not go with a column of classes: leave it out"
                         f"{' and use --json' if options.out else ''}.")
    column = table.frame[target]
    if not pd.api.types.is_numeric_dtype(column):
        column = column.where([not is_missing(str(cell).strip()) for cell in column])
    codes, labels = pd.factorize(column, sort=True)
    coded = table.frame.assign(**{target: pd.Series(codes, index=column.index).where(codes >= 0)})
    frame = usable(replace(table, frame=coded), target, list(inputs))
    y = labels.to_numpy()[frame[target].to_numpy().astype(int)]
    model = XNetClassifier(activations=activations, parameters=not options.no_parameters, n_jobs=options.jobs,
                           budget_seconds=options.seconds, random_state=options.seed,
                           max_complexity=60 if options.max_complexity is None else options.max_complexity)
    print(f"xnet: searching for {options.seconds:g} s for what tells {len(labels)} classes apart.", file=sys.stderr)
    model.fit(frame[list(inputs)], y)
    shown = model.classes_[1:] if len(model.formulas_) == 1 else model.classes_
    return {"target": target, "classes": [str(label) for label in model.classes_], "rows": len(frame),
            "scores": [{"class": str(label), "formula": formula, "latex": latex, "parameters": network.n_parameters,
                        "complexity": network.complexity}
                       for label, formula, latex, network in zip(shown, model.formulas_, model.latexes_,
                                                                 model.networks_, strict=True)],
            "accuracy": model.accuracy_, "accuracy_held_out": model.accuracy_held_out_,
            "log_loss": model.log_loss_, "log_loss_held_out": model.log_loss_held_out_,
            "log_loss_of_shares": model.base_log_loss_, "parameters": model.n_parameters_,
            "complexity": model.complexity_}


def class_lines(result: dict[str, Any]) -> list[str]:
    """What a person reads of a result."""
    names, found = result["classes"], result["scores"]
    if len(found) == 1:
        lines = [f"log-odds of {names[1]} = {found[0]['formula']}", "",
                 f"The probability of {names[1]} is 1/(1 + exp(-log-odds)), that of {names[0]} is the rest."]
    else:
        lines = [*(f"score of {row['class']} = {row['formula']}" for row in found), "",
                 "The probability of a class is exp(its score) over the sum of exp(score) of all classes."]
    return [
        *lines, "",
        (f"Accuracy {result['accuracy']:.4f}, log-loss {result['log_loss']:.4f} on all {result['rows']} rows; "
         f"{result['accuracy_held_out']:.4f} and {result['log_loss_held_out']:.4f} where each row's constants were "
         f"fitted to others (log-loss of the classes' shares: {result['log_loss_of_shares']:.4f})."),
        f"{result['parameters']} parameters, complexity {result['complexity']}."]
