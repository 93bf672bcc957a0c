"""`discover` for a target of several classes: formulas of their scores. It creates no run folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xnet.counts import counted

from .output import make_folder

#: A column with more values than this is not treated as classes.
MOST_CLASSES = 20
#: Why printed constants of scores may lie outside their intervals.
CALIBRATED = ("Printed constants are calibrated by rows that their fit has not seen, and rounded. So some lie outside "
              "the intervals, which belong to the fitted ones.")


def is_classes(table: Any, target: str, asked: bool) -> bool:
    """Whether the target is treated as classes: on request, or if it is text with few values.

    Args:
        table: the table.
        target: the column to explain.
        asked: whether the user requested it.

    Raises:
        TableError: the column has one value, or the user requested it and the column has too many.
    """
    from xnet.tables.limits import TableError

    if not asked and target in table.numeric_columns:
        return False
    values = table.frame[target].nunique()
    if values == 1:
        raise TableError(f"The target {target!r} is {str(table.frame[target].dropna().iloc[0])[:40]!r} in every row: "
                         "choose a target that varies.")
    if values <= MOST_CLASSES:
        return True
    if asked:
        raise TableError(f"The target {target!r} has {values:,} values; at most {MOST_CLASSES} classes are supported. "
                         "Choose another column, or leave --classify out for a column of numbers.")
    return False


def one_class_target(options: argparse.Namespace, table: Any, target: str) -> tuple[Any, str, str]:
    """The target of `--class`.

    Returns:
        The table with a column of 0 and 1 for the class, the name of that column, and the loss.

    Raises:
        TableError: the column holds no classes, or not this class, or an option cannot be combined with --class.
    """
    from xnet.evidence.class_probability import LOGISTIC
    from xnet.tables.class_target import with_class_column
    from xnet.tables.limits import TableError

    if options.classify or options.loss != "squared_error":
        other = "--classify" if options.classify else "--loss"
        raise TableError(f"{other} cannot be combined with --class. Leave one of them out.")
    table, target = with_class_column(table, target, options.one_class)
    return table, target, LOGISTIC


def discover_classes(options: argparse.Namespace, table: Any, target: str, inputs: Sequence[str],
                     activations: str | list[str]) -> tuple[dict[str, Any], str]:
    """Search, and return the result for printing, and the formulas as a Python script.

    Raises:
        TableError: a column cannot be used, or an option cannot be used with classes.
        DataError, ActivationError: the data or the activations cannot be used.
    """
    import pandas as pd

    from xnet.config.run_options import table_options
    from xnet.estimators.classifier import XNetClassifier
    from xnet.evidence.joint_verdict import joint_verdict
    from xnet.exports.class_code import classes_python
    from xnet.tables.limits import TableError
    from xnet.tables.numbers import has_no_label
    from xnet.tables.usable_rows import usable

    if options.loss != "squared_error":
        raise TableError("--loss cannot be used with a target of classes. Leave it out.")
    prior = _prior(options, inputs)
    column = table.frame[target]
    if not pd.api.types.is_numeric_dtype(column):
        column = column.where([not has_no_label(str(cell).strip()) for cell in column])
    codes, labels = pd.factorize(column, sort=True)
    coded = table.frame.assign(**{target: pd.Series(codes, index=column.index).where(codes >= 0)})
    frame = usable(replace(table, frame=coded), target, list(inputs))
    y = labels.to_numpy()[frame[target].to_numpy().astype(int)]
    model = XNetClassifier(activations=activations, parameters=not options.no_parameters, n_jobs=options.jobs,
                           budget_seconds=options.seconds, random_state=options.seed,
                           max_complexity=60 if options.max_complexity is None else options.max_complexity,
                           class_weight=options.class_weight, **prior)
    make_folder(options.out)
    print(f"xnet: searching for {options.seconds:g} s for formulas of {len(labels)} classes.", file=sys.stderr)
    model.fit(frame[list(inputs)], y)
    shown = model.classes_[1:] if len(model.formulas_) == 1 else model.classes_
    joint = model.joint_classes(frame[list(inputs)], y)
    found = joint_verdict(joint)
    constants = [model.constants_[model.constants_["class"] == label] for label in shown]
    code = classes_python(model.networks_, inputs, joint.labels, target=target, config=table_options(table))
    return {"target": target, "classes": [str(label) for label in model.classes_], "rows": len(frame),
            "functions": model.definitions_,
            "scores": [{"class": str(label), "formula": formula, "latex": latex, "complexity": network.complexity,
                        "parameters": int((estimates["method"] != "held").sum()),
                        "constants": _records(estimates)}
                       for label, formula, latex, network, estimates in zip(shown, model.formulas_, model.latexes_,
                                                                        model.networks_, constants, strict=True)],
            "accuracy": model.accuracy_, "accuracy_held_out": model.accuracy_held_out_,
            "log_loss": model.log_loss_, "log_loss_held_out": model.log_loss_held_out_,
            "confusion": joint.confusion().tolist(),
            "importance": dict(zip(inputs, joint.importance().tolist(), strict=True)),
            **({} if options.class_weight is None else {"class_weight": options.class_weight}),
            "verdict": {"level": found.level, "sentence": found.sentence, "cautions": found.cautions},
            "log_loss_of_shares": model.base_log_loss_, "parameters": model.n_parameters_,
            "complexity": model.complexity_}, code


def _prior(options: argparse.Namespace, inputs: Sequence[str]) -> dict[str, Any]:
    """The prior knowledge of the options, as `XNetClassifier` takes it.

    Raises:
        TableError: an option is about numbers, not about scores of classes.
        ConstraintError: an option cannot be read.
    """
    from xnet.tables.limits import TableError

    from .prior_options import prior_from_options

    prior = prior_from_options(options, inputs)
    names = {"output_range": "--output-range", "initial_formula": "--initial-formula", "constants": "--constant",
             "units": "--enforce-units", "template": "--template"}
    if refused := next((names[key] for key in names if key in prior), None):
        raise TableError(f"{refused} cannot be used with a target of classes. Leave it out.")
    return prior


def _records(constants: Any) -> list[dict[str, Any]]:
    """The rows of `constants_` of one class as plain data."""
    table = constants.drop(columns="class")
    return list(table.astype(object).where(table.notna(), None).to_dict("records"))


def class_lines(result: dict[str, Any]) -> list[str]:
    """The lines of a result as text."""
    names, found = result["classes"], result["scores"]
    if len(found) == 1:
        lines = [f"log-odds of {names[1]} = {found[0]['formula']}", "",
                 f"The probability of {names[1]} is 1/(1 + exp(-log-odds)); {names[0]} has the remaining probability."]
    else:
        lines = [*(f"score of {row['class']} = {row['formula']}" for row in found), "",
                 "The probability of a class is exp(score) divided by the sum of exp(score) over all classes."]
    if result["functions"]:
        lines += [f"  where {'; '.join(result['functions'])}"]
    from xnet.wording.constant_text import METHODS, SMOOTHED_LABELS, outside

    from .output import constant_item

    for row in found:
        if row["constants"]:
            what = f"log-odds of {names[1]}" if len(found) == 1 else f"score of {row['class']}"
            by = next((f" by the {METHODS[e['method']]}" for e in row["constants"] if e["error"] is not None), "")
            how = f"95 % interval{by}; {SMOOTHED_LABELS}"
            lines += ["", f"Constants of the {what}, fitted to all rows ({how}):",
                      *map(constant_item, row["constants"])]
    if any(outside(estimate) for row in found for estimate in row["constants"]):
        lines += ["", CALIBRATED]
    lines += ["", *_confusion_lines(names, result["confusion"]), "", *_importance_lines(names, result["importance"])]
    weighted = "; log losses have the weights of the classes" if "class_weight" in result else ""
    return [
        *lines, "",
        (f"Accuracy {result['accuracy']:.4f}, log loss {result['log_loss']:.4f} on all {result['rows']} rows; "
         f"{result['accuracy_held_out']:.4f} and {result['log_loss_held_out']:.4f} with constants that are fitted to "
         f"other rows (log loss of the class shares: {result['log_loss_of_shares']:.4f}{weighted})."),
        result["verdict"]["sentence"], *result["verdict"]["cautions"],
        f"{counted(result['parameters'], 'parameter')}, complexity {result['complexity']}."]


def _confusion_lines(names: Sequence[str], counts: Sequence[Sequence[int]]) -> list[str]:
    """The confusion matrix: a line for each actual class."""
    width = max(8, *(len(name) for name in names)) + 2
    head = "".join(f"{name:>{width}}" for name in names)
    return ["Rows by actual class (lines) and most probable class (columns):", f"{'':{width}}{head}",
            *(f"{name:<{width}}" + "".join(f"{n:>{width}}" for n in line) for name, line in
              zip(names, counts, strict=True))]


def _importance_lines(names: Sequence[str], importance: dict[str, list[float]]) -> list[str]:
    """The rise of the log loss of a class's rows when an input is shuffled: a line for each input that is used."""
    used = {name: values for name, values in importance.items() if any(values)}
    if not used:
        return ["The formulas use no input."]
    first, width = max(len(name) for name in used) + 2, max(8, *(len(name) for name in names)) + 2
    return ["Rise of the log loss of a class when an input is shuffled:",
            f"{'':{first}}" + "".join(f"{name:>{width}}" for name in names),
            *(f"{name:<{first}}" + "".join(f"{value:>{width}.3f}" for value in values)
              for name, values in sorted(used.items(), key=lambda item: -sum(item[1])))]
