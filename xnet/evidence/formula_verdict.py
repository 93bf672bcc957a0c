"""The verdict on a formula of a search, with everything that the search knows about it.

The app, the report and the command line all take their verdict from here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network
from xnet.engine.problem.repeated_rows import repeated_rows_sentence
from xnet.tables.row_names import RowNames
from xnet.wording.permutation_text import permutation_text
from xnet.wording.plain_text import LOGISTIC, plain_sentence
from xnet.wording.row_words import HELD_OUT

from .better_line import better_line_sentence
from .chosen_inputs import chosen_inputs_sentence, preselected_sentence
from .class_baselines import logistic_regression
from .class_deciding_row import deciding_row, deciding_row_sentence
from .class_evidence import class_verdict, compare_class
from .class_probability import is_class_problem, to_search_form
from .comparison import compare
from .dependent_rows import ALIKE, dependent_rows_sentence
from .extreme_rows import ExtremeRows, extreme_rows
from .group_columns import group_columns
from .growing_formulas import growing_formulas_sentence
from .quantile_share import quantile_share_sentence
from .repeated_inputs import repeated_inputs_sentences
from .required_inputs import required_inputs_sentence
from .stated_errors import stated_errors_sentence
from .verdict import WORSE, WORSE_ON_HELD_OUT, WORSE_SHARE, Verdict, verdict
from .weak_required_inputs import weak_required_sentence
from .weighted_rows import WeightedRows
from .wide_target import wide_target_sentence
from .wild_rows import (
    WildRows,
    is_of_second_look,
    left_out_sentence,
    second_look_sentence,
    wild_rows,
    wild_rows_sentence,
)
from .without_wild_rows import WithoutWildRows, held_out_is_better_sentence, scores_without_wild_rows

if TYPE_CHECKING:
    from xnet.engine import Problem

    from .permutation_check import PermutationCheck

#: A formula that shuffled rows give with a larger p-value is no strong evidence.
LEVEL = 0.05


def formula_verdict(record: Mapping[str, Any], snapshot: Mapping[str, Any], problem: Problem,
                    check: PermutationCheck | None = None, labels: Sequence[str] = ()) -> Verdict:
    """The verdict on a formula of a search.

    Args:
        record: the formula, a `FormulaRecord` of the snapshot.
        snapshot: the last snapshot of the search.
        problem: the problem of the search.
        check: the permutation check of the search; None without one.
        labels: the names of all rows of the search in the column that names them (`Run.row_labels`); empty without one.
    """
    shown = Network.from_json(record["network"])
    wild = None if is_class_problem(problem) else _wild_rows(shown, snapshot, problem, labels)
    names = _names(snapshot, problem, labels)
    extreme = None if wild is None else extreme_rows(shown, problem, names)
    found = _compared(record, problem, extreme, wild if is_of_second_look(record, snapshot) else None, names)
    if record["network"] == snapshot["best"]["network"]:
        found = replace(found, sentence=f"{_plain_sentence(snapshot, found, problem)} {found.sentence}".strip(),
                        cautions=(*found.cautions, *filter(None, [
                            growing_formulas_sentence(suggested_plain(snapshot), snapshot, problem)])))
    if found.level == "mean" and wild is not None and extreme is None:
        found = replace(found, sentence=f"{found.sentence} {better_line_sentence(shown, problem)}".strip())
    chosen = chosen_inputs_sentence(to_search_form(shown, problem), problem)
    said = [repeated_rows_sentence(problem), preselected_sentence(problem) if shown.variables else "", chosen]
    found = replace(found, cautions=(*found.cautions, *filter(None, said)))
    network, *front = (to_search_form(Network.from_json(formula["network"]), problem)
                       for formula in (record, *snapshot["front"]))
    if problem.admits(network) and (sentence := required_inputs_sentence(network, front, problem) or (
            "" if chosen else weak_required_sentence(network, problem))):
        found = replace(found, cautions=(*found.cautions, sentence))
    if wild is not None:
        scores = scores_without_wild_rows(shown, problem, wild)
        by_wild = _by_wild_rows(record, _said(scores, record, snapshot))
        cautions = [said for said in found.cautions if not (by_wild and said.startswith(WORSE_ON_HELD_OUT))]
        found = replace(found, cautions=(*cautions, *_on_wild_rows(record, snapshot, problem, wild, scores)))
    return found if check is None else _with_check(found, check)


def without_wild_rows(record: Mapping[str, Any], snapshot: Mapping[str, Any], problem: Problem,
                      network: Network, labels: Sequence[str] = ()) -> dict[str, WithoutWildRows]:
    """The R² without wild rows that stands beside the R² of a formula, where wild rows decide that one.

    It always stands there if the verdict leaves wild rows out.

    Args:
        record: the formula, a `FormulaRecord` of the snapshot.
        snapshot: the last snapshot of the search.
        problem: the problem of the search.
        network: the formula as it is shown; its numbers may be rounded.
        labels: the names of all rows of the search in the column that names them; empty without one.

    Returns:
        `TRAINING` and `HELD_OUT` -> the scores; a part where nothing needs to be said is not there.
    """
    if is_class_problem(problem):
        return {}
    wild = _wild_rows(network, snapshot, problem, labels)
    return _said(scores_without_wild_rows(network, problem, wild), record, snapshot)


def _said(scores: Mapping[str, WithoutWildRows], record: Mapping[str, Any],
          snapshot: Mapping[str, Any]) -> dict[str, WithoutWildRows]:
    """The scores that are said: all if the verdict leaves wild rows out, else those that wild rows decide."""
    always = is_of_second_look(record, snapshot)
    return {rows: score for rows, score in scores.items() if always or score.clear}


def _wild_rows(network: Network, snapshot: Mapping[str, Any], problem: Problem,
               labels: Sequence[str] = ()) -> WildRows:
    return wild_rows(network, problem, _names(snapshot, problem, labels))


def _names(snapshot: Mapping[str, Any], problem: Problem, labels: Sequence[str]) -> RowNames:
    return RowNames.from_config(snapshot, problem.n_rows).labelled(labels)


def _by_wild_rows(record: Mapping[str, Any], scores: Mapping[str, WithoutWildRows]) -> bool:
    """Whether a formula is much worse on the held-out rows only because of wild ones among them."""
    held_out, r2_train = scores.get(HELD_OUT), record["r2_train"]
    return held_out is not None and r2_train is not None and (
        1.0 - held_out.without <= max(WORSE * (1.0 - r2_train), WORSE_SHARE))


def _on_wild_rows(record: Mapping[str, Any], snapshot: Mapping[str, Any], problem: Problem, found: WildRows,
                  scores: Mapping[str, WithoutWildRows]) -> list[str]:
    """Sentences on wild rows, on the formula of a second look, on scores that wild rows decide, on wide targets."""
    better = held_out_is_better_sentence(problem, found, scores, record["r2_train"], record["r2_holdout"])
    said = _said(scores, record, snapshot)
    is_no_gain = snapshot.get("second_look") is not None and not _fits_better(snapshot, problem)
    sentences = [wild_rows_sentence(found),
                 second_look_sentence(record, snapshot, large=found.are_called_large or is_no_gain), better,
                 *(score.sentence for rows, score in said.items() if rows == HELD_OUT or not better),
                 wide_target_sentence(Network.from_json(record["network"]), problem)]
    return [sentence for sentence in sentences if sentence]


def _with_check(found: Verdict, check: PermutationCheck) -> Verdict:
    """The verdict with the permutation check: a caution where shuffled rows often give as good a formula."""
    text = permutation_text(check.to_json())
    if any(caution.startswith(ALIKE) for caution in found.cautions):
        text += " Its p-value is too small where rows depend on each other, because shuffled rows do not."
    if check.n_as_good == 0 or check.p_value <= LEVEL:
        return replace(found, sentence=f"{found.sentence} {text}")
    level = "plausible" if found.level in ("exact", "strong") else found.level
    return replace(found, level=level, cautions=(*found.cautions, text))


def recommends_second_look(snapshot: Mapping[str, Any], problem: Problem) -> bool:
    """Whether the formula of a second look is recommended: not where the rows are called large rather than wild.

    Neither is it where the suggestion of the search describes the rows better under Huber's scale, too.

    Args:
        snapshot: the last snapshot of the search; the rows are those of its suggested formula.
        problem: the problem of the search.
    """
    if snapshot.get("second_look") is None or is_class_problem(problem) or not _fits_better(snapshot, problem):
        return False
    return not _wild_rows(Network.from_json(snapshot["best"]["network"]), snapshot, problem).are_called_large


def _fits_better(snapshot: Mapping[str, Any], problem: Problem) -> bool:
    """Whether the formula of a second look is the suggestion, or fits the rows better than it under Huber's scale.

    Schwarz's criterion decides where it has more fitted numbers: 14 of them follow 24 rows by themselves.
    """
    from xnet.engine import robust_problem  # this package is imported by modules that do not search

    if snapshot["second_look"]["network"] == snapshot["best"]["network"]:
        return True
    rows = robust_problem(problem.subsampled).all_rows
    offered, best = (rows.loss(Network.from_json(snapshot[key]["network"])) for key in ("second_look", "best"))
    more = max(snapshot["second_look"]["n_parameters"] - snapshot["best"]["n_parameters"], 0)
    return offered < best * rows.n ** (-more / rows.n)


def suggestion_sentence(snapshot: Mapping[str, Any], problem: Problem) -> str:
    """The sentence that the suggested formula is a plain model, as its verdict says it; "" for a searched network."""
    best = snapshot["best"]
    if suggested_plain(snapshot) is None:
        return ""
    second_look = is_of_second_look(best, snapshot)
    network = Network.from_json(best["network"])
    wild = _wild_rows(network, snapshot, problem) if second_look else None
    extreme = None if second_look or is_class_problem(problem) else extreme_rows(network, problem)
    return _plain_sentence(snapshot, _compared(best, problem, extreme, wild), problem)


def _plain_sentence(snapshot: Mapping[str, Any], found: Verdict, problem: Problem) -> str:
    """The sentence on a suggested formula that is a plain model; `found` is the verdict by comparison."""
    best = snapshot["best"]
    network, kind = Network.from_json(best["network"]), suggested_plain(snapshot)
    kind = LOGISTIC if kind == "linear" and is_class_problem(problem) else kind
    return plain_sentence(kind, best["loss"], found.level, len(network.variables),
                          network.n_inputs, best["n_parameters"])


def suggested_plain(snapshot: Mapping[str, Any]) -> str | None:
    """The kind of plain model that the suggested formula is; None for a searched network, and in older snapshots.

    A formula without inputs is a "constant", whether a model or the search found it.
    """
    best = snapshot["best"]
    kinds = [row.get("plain") for row in (best, *snapshot["front"]) if row["network"] == best["network"]]
    return next((str(kind) for kind in kinds if kind), None) if Network.from_json(best["network"]).variables else (
        "constant")


def _compared(record: Mapping[str, Any], problem: Problem, extreme: ExtremeRows | None, wild: WildRows | None = None,
              names: RowNames | None = None) -> Verdict:
    """The verdict by comparison with simple models.

    Args:
        record: the formula.
        problem: its problem.
        extreme: the rows that make the R² of the formula; they do not count where wild rows are left out.
        wild: rows to leave out, which had no part in the fit.
        names: of all rows, to name those that decide the verdict; None to name none of a class.
    """
    network, n_parameters = Network.from_json(record["network"]), record["n_parameters"]
    train = weighted_rows(problem.train)
    held_out = None if problem.holdout is None else weighted_rows(problem.holdout)
    if not is_class_problem(problem):
        if wild is not None and wild.are_wild:
            train = _without(train, np.isin(problem.train_index, wild.positions))
            held_out = held_out and _without(held_out, np.isin(problem.holdout_index, wild.positions))
            held_out = held_out if held_out and len(held_out.y) else None
        compared = compare(network, train, held_out, n_parameters, problem.train.loss_function, group_columns(problem))
        extreme = extreme if wild is None else None
        said = [dependent_rows_sentence(network, problem), *repeated_inputs_sentences(network, problem, n_parameters),
                stated_errors_sentence(network, problem, n_parameters), quantile_share_sentence(network, problem)]
        said += [extreme.sentence] if extreme is not None and not extreme.nothing else []
        found = verdict(compared, [sentence for sentence in said if sentence])
        if extreme is not None and extreme.nothing and found.level not in ("exact", "mean"):
            found = replace(found, level="mean", sentence=extreme.sentence)
        return found if wild is None else replace(found, sentence=f"{found.sentence} {left_out_sentence(wild)}".strip())
    line = problem.cached("logistic regression", lambda: logistic_regression(train))
    by_class = compare_class(network, train, held_out, line, n_parameters)
    found, decides = class_verdict(by_class), deciding_row(by_class)
    if decides is None or names is None or problem.holdout is None:
        return found
    counted = np.arange(problem.holdout.n) if held_out is None or held_out.weight is None else np.flatnonzero(
        held_out.weight)
    name = names.name(int(problem.holdout_index[counted[decides]]))
    return replace(found, cautions=(deciding_row_sentence(by_class, decides, name), *found.cautions))


def _without(rows: WeightedRows, wild: Array) -> WeightedRows:
    """The rows without the wild ones; `wild` (n,) is true for them."""
    return WeightedRows(rows.X[~wild], rows.y[~wild], None if rows.weight is None else rows.weight[~wild])


def weighted_rows(rows: Rows) -> WeightedRows:
    """Rows of a search as they are scored."""
    return WeightedRows(rows.columns.T, rows.y, rows.weight)
