"""One candidate library for several targets of a table: it depends on the inputs and the matched rows alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.candidates.sizes import LibrarySize

from .problem import Problem


def with_library_of(problem: Problem, other: Problem) -> Problem:
    """The problem with the matched rows and the libraries of another one, if both search on the same rows and inputs.

    Args:
        problem: of one target.
        other: of another target of the same table, activations and seed.

    Returns:
        `problem` itself where the rows differ: in large tables the rows to search on are chosen by the target.
    """
    columns, others = problem.search.columns, other.search.columns
    if columns.shape != others.shape or not np.array_equal(columns, others):
        return problem
    shared = {key: value for key, value in other._cache.items()
              if isinstance(key, tuple) and isinstance(key[0], LibrarySize)}
    return replace(problem, match=other.match, _cache=shared)
