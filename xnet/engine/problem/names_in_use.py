"""Names that a person gave a meaning, so that no constant of a formula gets them as its letter."""

from __future__ import annotations

from .problem import Problem


def names_in_use(problem: Problem) -> frozenset[str]:
    """The names of columns and named constants, and of letters and unknown parts of the template."""
    form = problem.template
    of_form = () if form is None else (*form.letters, *(hole.name for hole in form.holes))
    return frozenset([*problem.names, *(name for name, _ in problem.constants), *of_form])
