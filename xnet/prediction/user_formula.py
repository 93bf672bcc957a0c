"""A formula that the user enters, scored on the rows of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.config.run_problem import problem_from
from xnet.engine import Problem
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.engine.problem.given_form import GivenForm
from xnet.errors import FormulaError
from xnet.evidence.class_probability import as_regression
from xnet.evidence.class_scores import ClassScore, class_score
from xnet.evidence.evidence import rounded
from xnet.evidence.scores import Score, score
from xnet.runs.run import Run

#: Significant digits of fitted numbers.
DIGITS = 8


@dataclass(frozen=True)
class Scored:
    """A formula with its scores on the rows of a run.

    Attributes:
        network: the network of the formula.
        n_parameters: how many of its constants the rows determine.
        text: the formula as text, with the constants that were scored.
        latex: the formula as LaTeX.
        fitted: the letters that were fitted.
        train: scores on the training rows.
        holdout: scores on the held-out rows; None without held-out rows.
    """

    network: Network
    n_parameters: int
    text: str
    latex: str
    fitted: tuple[str, ...]
    train: Score
    holdout: Score | None


@dataclass(frozen=True)
class ProbabilityScores:
    """The scores of a formula as the probability of a class.

    Attributes:
        train: scores on the training rows.
        holdout: scores on the held-out rows; None without held-out rows.
        outside: the number of rows with a value below 0 or above 1.
    """

    train: ClassScore
    holdout: ClassScore | None
    outside: int


def rows_of(run: Run) -> Problem:
    """The rows of a run and their split, without the limits of the search, for any formula."""
    constants = (run.config.get("prior") or {}).get("constants") or []
    config = {**run.config, "activations": "everything", "parameters": True, "max_complexity": 500,
              "prior": {"constants": constants}, "device": "cpu"}
    return as_regression(problem_from(config, run.table()))


def score_text(text: str, problem: Problem) -> Scored:
    """The scores of a formula such as `a*sqrt(x) + 2`; letters that name no column are fitted to the training rows.

    Numbers are used as written.

    Raises:
        FormulaError: the text is empty, cannot be read, names an unknown column, or has no value on some row.
    """
    form = _form(text, problem)
    if form.fitted or form.fixed:
        return _with_letters(form, problem)
    text = _right_side(text.strip(), problem.target_name)
    return score_network(read_formula(text, problem.names, problem.activations), problem)


def has_letters(text: str, problem: Problem) -> bool:
    """Whether `score_text` would fit letters, which takes minutes where there are many.

    Raises:
        FormulaError: as `score_text`.
    """
    return bool(_form(text, problem).fitted)


def score_in_run(text: str, run: Run) -> Scored:
    """`score_text` on the rows of a run, for a call in a process of its own."""
    return score_text(text, rows_of(run))


def _form(text: str, problem: Problem) -> GivenForm:
    text = _right_side(text.strip(), problem.target_name)
    if not text:
        raise FormulaError("There is no formula yet. Write one such as a*sqrt(x) + 2, with the names of the columns.")
    return GivenForm.of(text, problem.names, problem.constants, problem.activations)


def _with_letters(form: GivenForm, problem: Problem) -> Scored:
    """The scores of a formula with letters: numbers and constants that are fixed stay, others keep their bounds."""
    with np.errstate(all="ignore"):
        network = form.fit([problem.search, problem.train], problem.seed)
    if network is None:
        raise FormulaError("The formula has no finite value on some row of the table, whatever its constants; check "
                           "the domains of its logarithms, roots and quotients.")
    fixed = range(len(form.fitted), len(network.constants))  # behind the letters are fixed ones and numbers
    return score_network(rounded(network.with_known(problem.known), DIGITS), problem,
                         n_determined(network, problem.search, fixed), tuple(name for name, _ in form.fitted))


def score_record(formula: Mapping[str, Any], problem: Problem) -> Scored:
    """The scores of a formula record."""
    return score_network(Network.from_json(formula["network"]), problem, formula["n_parameters"])


def score_network(network: Network, problem: Problem, n_parameters: int | None = None,
                  fitted: tuple[str, ...] = ()) -> Scored:
    """The scores of a network on the training and the held-out rows, with the weights of the search.

    Args:
        network: the formula.
        problem: the rows.
        n_parameters: how many of its constants the rows determine; None to count them.
        fitted: the letters that were fitted.
    """
    if n_parameters is None:
        n_parameters = n_determined(network, problem.search)
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    scores = [score(network.evaluate(rows.columns.T), rows.y, rows.weight) for rows in parts]
    names, target = problem.names, problem.target_name
    return Scored(network, n_parameters, to_text(network, names, target), to_latex(network, names, target), fitted,
                  scores[0], scores[1] if len(scores) > 1 else None)


def probability_scores(network: Network, problem: Problem) -> ProbabilityScores:
    """The scores of a network as the probability of a class; values below 0 or above 1 count as 0 or 1."""
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    values = [network.evaluate(rows.columns.T) for rows in parts]
    scores = [class_score(p, rows.y, rows.weight) for p, rows in zip(values, parts, strict=True)]
    outside = sum(int((np.isfinite(p) & ((p < 0.0) | (p > 1.0))).sum()) for p in values)
    return ProbabilityScores(scores[0], scores[1] if len(scores) > 1 else None, outside)


def _right_side(text: str, target: str) -> str:
    """The text without a leading `target =`."""
    for name in (target, "`" + target.replace("`", "``") + "`", "y"):
        rest = text.removeprefix(name).lstrip()
        if rest != text and rest.startswith("="):
            return rest[1:].strip()
    return text
