"""A dry run: settings are checked before a run is created, so that errors appear while the settings are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from xnet.engine import usable_template
from xnet.engine.formulas.eulers_number import eulers_number_sentence
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text
from xnet.evidence.class_probability import LOGISTIC

from .run_options import make_config
from .run_problem import problem_from
from .settings import Settings

if TYPE_CHECKING:
    import pandas as pd

#: The number of rows that the settings are checked on: more than the largest network may have neurons.
_ROWS = 200


def dry_run(settings: Settings, data: pd.DataFrame, is_class: bool = False,
            units: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """Check the settings as a new run would.

    Args:
        settings: the settings to check.
        data: the columns of the inputs, then the target, as `xnet.tables.usable_rows.usable` returns them.
        is_class: whether the search separates one class from the rest.
        units: column -> unit of the table.

    Returns:
        The initial formula as `text` and `latex`, or what was understood of a template as `template`, and a sentence
        on it as `note` where one is needed; None without either.

    Raises:
        XNetError: a run would refuse the settings; the message says why.
    """
    *inputs, target = data.columns
    options = settings.to_options(inputs)
    options["units"] = units
    if is_class:
        options["loss"] = LOGISTIC
        data = data.groupby(target).head(_ROWS // 2)  # the class may be rare
    config = make_config("", target=target, inputs=inputs, source="", options=options)
    # Rows from the whole table: in the first ones a column may be constant.
    problem = problem_from(config, data.iloc[np.linspace(0, len(data) - 1, min(len(data), _ROWS)).astype(int)])
    given = problem.initial_formula if problem.template is None else problem.template.text
    note = "" if given is None else eulers_number_sentence(given, problem.names)
    noted = {"note": note} if note else {}
    if problem.template is not None:
        return {"template": problem.template.describe(), **noted}
    if problem.initial_formula is None:
        return None
    free = usable_template(problem.initial_formula, problem).free
    names = (*problem.names, *free)  # a free constant is printed like the name of a column
    network = read_formula(problem.initial_formula, names, problem.activations)
    return {"text": to_text(network, names, target), "latex": to_latex(network, names, target), **noted}
