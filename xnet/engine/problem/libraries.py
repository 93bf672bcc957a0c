"""The candidate libraries of a problem: by size, with the rules of its mode and of its constraints."""

from __future__ import annotations

from collections.abc import Sequence

from xnet.arrays import Array
from xnet.engine.candidates.library import CandidateLibrary, build_library, without_nesting
from xnet.engine.candidates.parametric_curves import build_parametric_library
from xnet.engine.candidates.rules import PARAMETER_FREE, WITH_PARAMETERS
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.candidates.term_dictionary import build_term_dictionary
from xnet.engine.candidates.unit_completion import build_unit_library
from xnet.engine.candidates.unit_vectors import InputUnits

from .constraints import Constraints


def made_library(columns: Array, activations: tuple[str, ...], size: LibrarySize, seed: int, constraints: Constraints,
                 chosen: tuple[int, ...] | None, others: Sequence[int], *, parameters: bool) -> CandidateLibrary:
    """A candidate library of about `size` candidates.

    Args:
        columns: (d, m) the inputs on the rows that candidates are matched on.
        chosen: the selected inputs; None for all.
        others: inputs that the library holds beside them.
        parameters: whether constants are fitted.
    """
    rule = constraints.units
    units = None if rule is None else InputUnits(rule.table(), rule.most, rule.of_target())
    if size == LibrarySize.UNITS:
        assert units is not None
        library = build_unit_library(columns, activations, size, units, seed, chosen)
    elif size == LibrarySize.CURVES:
        library = build_parametric_library(columns, activations, seed, chosen, units)
    elif size == LibrarySize.TERMS:
        library = build_term_dictionary(columns, activations, seed, chosen)
    else:
        beside = tuple(i for i in others if i not in (chosen or ()))
        rules = WITH_PARAMETERS if parameters else PARAMETER_FREE
        library = build_library(columns, activations, size, seed, rules=rules, selected_inputs=chosen,
                                other_inputs=beside, units=units)
    return without_nesting(library, constraints.nesting) if constraints.nesting else library
