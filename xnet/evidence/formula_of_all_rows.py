"""A formula of a run with its constants fitted to all rows, to take away; the scores of the run are not its own.

The constants of a front are those of the training rows, so that the held-out rows test them. The estimator fits the
constants of its formula to all rows at the end (`xnet.engine.refitted`); here this is done for a formula of a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.engine.formulas.text import to_text
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.networks.network import Network
from xnet.wording.constant_text import outside

from .class_probability import is_class_problem, probability_of, to_search_form
from .wild_rows import is_of_second_look

if TYPE_CHECKING:
    from xnet.engine import Problem


def formula_of_all_rows(row: Mapping[str, Any], snapshot: Mapping[str, Any], problem: Problem) -> Network | None:
    """The formula as it is displayed, with constants of all rows; None where these are the printed ones.

    Args:
        row: a `FormulaRecord` of the front.
        snapshot: the snapshot that it belongs to.
        problem: of the search.
    """
    from xnet.engine import make_entry, refitted  # this package is imported by modules that do not search

    if row.get("parts") is not None or problem.holdout is None or not problem.parameters:
        return None  # the numbers of a form belong to its letters and unknown parts
    searched = to_search_form(Network.from_json(row["network"]), problem)
    kind = row.get("plain")
    with np.errstate(all="ignore"):  # the formula may have no value in some rows
        entry = replace(make_entry(searched, problem), plain=None if kind is None else PlainKind(kind),
                        is_robust=is_of_second_look(row, snapshot))
        found = refitted(entry, problem)
    if found == searched:
        return None
    return probability_of(found) if is_class_problem(problem) else found


def text_where_outside(constants: Sequence[Mapping[str, Any]], row: Mapping[str, Any], snapshot: Mapping[str, Any],
                       problem: Problem) -> str:
    """The formula with constants of all rows as text, where printed constants lie outside their intervals; else "".

    Args:
        constants: estimates of the printed constants as plain data.
        row, snapshot, problem: as for `formula_of_all_rows`.
    """
    network = formula_of_all_rows(row, snapshot, problem) if any(map(outside, constants)) else None
    return "" if network is None else to_text(network, problem.names, problem.target_name)
