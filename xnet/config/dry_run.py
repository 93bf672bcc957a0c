"""Settings tried out before a run is made of them: what the engine would refuse is known while they are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xnet.engine import usable_template
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.evidence.class_probability import LOGISTIC

from .run_options import make_config, problem_from
from .settings import Settings

if TYPE_CHECKING:
    import pandas as pd

#: Settings are tried on so many rows: more than the largest network may have neurons.
_ROWS = 200


def rehearse(told: Settings, data: pd.DataFrame, as_class: bool = False) -> dict[str, str] | None:
    """Check the settings as a run on these rows would; returns the formula to start from, as `text` and `latex`.

    Args:
        data: the inputs' columns, then the target's, as `xnet.data.usable` gives them.
        as_class: whether the target is a class against the rest.

    Returns:
        None when the search is to start from nothing.

    Raises:
        XNetError: a run would refuse the settings; the message says why.
    """
    *inputs, target = data.columns
    options = told.options(inputs)
    if as_class:
        options["loss"] = LOGISTIC
        data = data.groupby(target).head(_ROWS // 2)  # a class may be rare
    config = make_config("", target=target, inputs=inputs, source="", options=options)
    problem = problem_from(config, data.head(_ROWS))
    if problem.initial_formula is None:
        return None
    free = usable_template(problem.initial_formula, problem).free
    names = (*problem.names, *free)  # to be printed, a constant that is to be fitted is a name like any column's
    network = read_formula(problem.initial_formula, names)
    return {"text": to_text(network, names, target), "latex": to_latex(network, names, target)}
