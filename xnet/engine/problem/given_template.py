"""A template is read and checked against the table and the other settings before a search begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.formulas.parser import read_template
from xnet.engine.formulas.partial_form import PartialForm, read_partial_form
from xnet.errors import FormulaError

from .constraints import Constraints
from .groups import Groups
from .named_constants import NamedConstants

#: What cannot stand beside a template.
_BESIDE = ("an initial formula", "a target of classes")


def checked_forms(initial_formula: str | None, text: str | None, X: Array, names: Sequence[str],
                  library: Sequence[str], constants: NamedConstants, constraints: Constraints, parameters: bool,
                  groups: Groups | None, of_classes: bool) -> PartialForm | None:
    """The form with unknown parts, read and checked, and the initial formula read; None without a form.

    Args:
        initial_formula, text: as they were written; None for none.
        X: (n, d) the inputs.
        groups: groups of rows, whose column the form does not name.
        of_classes: whether the target are classes.

    Raises:
        FormulaError: one of them cannot be read or used; the message says why and what to do.
    """
    if initial_formula is not None:
        read_template(initial_formula, names, dict(constants), library)
    if text is None:
        return None
    _check_beside((initial_formula is not None, of_classes), parameters)
    form = read_partial_form(text, names, library, {name: float(c.start or 0.0) for name, c in constants if c.fixed},
                             {name: c.letter for name, c in constants if not c.fixed})
    unused = [name for name, c in constants if not c.fixed and name not in form.letters]
    if unused:
        raise FormulaError(f"The constant {unused[0]!r} has bounds, but the template does not name it. Write it in the "
                           "template, or leave it out.")
    _check_columns(form, X, names, constraints)
    if groups is not None:
        _check_groups(form, groups)
    return form


def _check_beside(beside: Sequence[bool], parameters: bool) -> None:
    """Refuse settings that do not go with a template."""
    for given, what in zip(beside, _BESIDE, strict=True):
        if given:
            raise FormulaError(f"A template cannot be used together with {what}. Leave one of them out.")
    if not parameters:
        raise FormulaError("A template needs fitted constants, but parameters are switched off. Allow parameters, or "
                           "leave the template out.")


def _check_groups(form: PartialForm, groups: Groups) -> None:
    """Refuse a form that reads the column of groups."""
    column = form.columns[groups.column]
    networks = (form.network, *(argument for call in form.calls for argument in call.arguments))
    if any(groups.column in network.variables for network in networks):
        raise FormulaError(f"The template names {column!r}, the column of groups. Leave it out: every constant may "
                           "have a value of its own in every group.")


def _check_columns(form: PartialForm, X: Array, names: Sequence[str], constraints: Constraints) -> None:
    """Refuse holes of forbidden inputs, holes whose columns do not vary, and required inputs that nothing reads."""
    read = {i for i in form.network.variables if i < form.n_inputs}.union(*form.columns_of_holes)
    absent = [names[i] for i in constraints.required if i not in read]
    if absent:
        raise FormulaError(f"The template does not read {absent[0]!r}, which is required. Write it in the template, "
                           "such as a column of an unknown part, or do not require it.")
    for hole, columns in zip(form.holes, form.columns_of_holes, strict=True):
        forbidden = [names[i] for i in columns if i in constraints.forbidden]
        if forbidden:
            raise FormulaError(f"The unknown part {hole.name!r} of the template depends on {forbidden[0]!r}, which is "
                               "forbidden. Allow this input, or take it out of the template.")
        if all(np.ptp(X[:, i]) == 0 for i in columns):
            what = f"{names[columns[0]]!r} is" if len(columns) == 1 else "its columns are"
            raise FormulaError(f"The unknown part {hole.name!r} of the template cannot be found, because {what} "
                               "constant in the table. Write a constant instead, such as a.")
