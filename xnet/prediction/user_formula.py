"""A formula of a person's own, held against the rows of a run beside what the search found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.config.run_problem import problem_from
from xnet.engine import Problem, fitted_formula
from xnet.engine.fitting.r_squared import target_variance
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.errors import FormulaError
from xnet.evidence.class_probability import as_regression
from xnet.evidence.class_scores import ClassScore, class_score
from xnet.evidence.evidence import rounded
from xnet.evidence.scores import Score, score
from xnet.runs.run import Run

#: Digits of fitted numbers: enough for any table, and few enough to be read.
DIGITS = 8


@dataclass(frozen=True)
class Scored:
    """A formula with its scores on a run's rows.

    Attributes:
        text, latex: the formula as it is printed, and as it was scored.
        fitted: the letters that were fitted.
        train, holdout: scores; None for held-out rows where there are none.
    """

    network: Network
    text: str
    latex: str
    fitted: tuple[str, ...]
    train: Score
    holdout: Score | None


@dataclass(frozen=True)
class AsProbability:
    """How a formula does as the probability of a class.

    Attributes:
        train, holdout: scores; None for held-out rows where there are none.
        outside: in how many rows its value is none that a probability can have, below 0 or above 1.
    """

    train: ClassScore
    holdout: ClassScore | None
    outside: int


def rows_of(run: Run) -> Problem:
    """The rows of a run and their split, for any formula: what the search was allowed to use is no limit here."""
    asked = {**run.config, "activations": "everything", "parameters": True, "max_complexity": 500, "prior": {},
             "device": "cpu"}
    return as_regression(problem_from(asked, run.table()))


def score_text(text: str, problem: Problem) -> Scored:
    """The scores of a formula such as `a*sqrt(x) + 2`; letters that name no column are fitted to the training rows.

    Without letters every number counts as it is written. With letters the written numbers are where the fit starts.

    Raises:
        FormulaError: the text is empty, cannot be read, names what is not there, or has no value on some row.
    """
    text = _right_side(text.strip(), problem.target_name)
    if not text:
        raise FormulaError("There is no formula yet; write one such as a*sqrt(x) + 2, in the names of the columns.")
    free = read_template(text, problem.names).free
    if not free:
        return score_network(read_formula(text, problem.names), problem)
    try:
        with np.errstate(all="ignore"):  # starts that leave a domain are passed over there
            network = fitted_formula(text, problem).network
    except FormulaError as error:
        raise FormulaError(str(error).replace("The initial formula", "The formula")) from None
    return score_network(rounded(network, DIGITS), problem, free)


def score_row(row: Mapping[str, Any], problem: Problem) -> Scored:
    """The scores of a row of a front."""
    return score_network(Network.from_json(row["network"]), problem)


def score_network(network: Network, problem: Problem, fitted: tuple[str, ...] = ()) -> Scored:
    """The scores of a network on the training and the held-out rows, which count as much as in the search."""
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    y = np.concatenate([rows.y for rows in parts])
    weights = [np.ones_like(rows.y) if rows.weight is None else rows.weight for rows in parts]
    together = np.concatenate(weights)
    variance = target_variance(y, together)
    scores = [score(network.evaluate(rows.columns.T), rows.y, variance, weight)
              for rows, weight in zip(parts, weights, strict=True)]
    names, target = problem.names, problem.target_name
    return Scored(network, to_text(network, names, target), to_latex(network, names, target), fitted, scores[0],
                  scores[1] if len(scores) > 1 else None)


def as_probability(network: Network, problem: Problem) -> AsProbability:
    """The scores of a network as the probability of a class; values below 0 or above 1 count as 0 or 1."""
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    values = [network.evaluate(rows.columns.T) for rows in parts]
    scores = [class_score(p, rows.y) for p, rows in zip(values, parts, strict=True)]
    outside = sum(int((np.isfinite(p) & ((p < 0.0) | (p > 1.0))).sum()) for p in values)
    return AsProbability(scores[0], scores[1] if len(scores) > 1 else None, outside)


def _right_side(text: str, target: str) -> str:
    """What stands right of `target =`, if the person wrote that too."""
    for name in (target, "`" + target.replace("`", "``") + "`", "y"):
        rest = text.removeprefix(name).lstrip()
        if rest != text and rest.startswith("="):
            return rest[1:].strip()
    return text
