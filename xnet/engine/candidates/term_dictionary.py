"""The dictionary of terms: what the terms of a sum usually are, a few hundred to a few thousand candidates.

A term is a small monomial, a function of one input, or a product of both: x*exp(-abs(x)), v**2*x, T*sin(e). Such sums
are common in mechanics and chemistry, and a dictionary of them is the basis of sparse regression (Brunton, Proctor &
Kutz 2016, SINDy). The library of candidates holds larger expressions, but far from all of these products.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS

from .enumeration import CandidateEnumerator
from .library import CandidateLibrary, finish
from .monomials import exponents, of_all_inputs
from .sizes import LibrarySize

#: The largest degree of a monomial, and of one that multiplies a function.
_DEGREE, _FACTOR_DEGREE = 3, 2
#: More inputs than this make the dictionary too large for its purpose.
MOST_INPUTS = 8


def build_term_dictionary(columns: Array, activations: Sequence[str], seed: int = 0,
                          selected_inputs: Sequence[int] | None = None) -> CandidateLibrary:
    """The dictionary of terms on given rows.

    Args:
        columns: (d, n) the inputs.
        activations: names of the allowed activations; "mul" has to be among them.
        seed: of the random numbers of the hash.
        selected_inputs: positions of the inputs to build on, the first `MOST_INPUTS` of them; None for all.
    """
    selected = np.arange(len(columns)) if selected_inputs is None else np.array(selected_inputs, dtype=np.int64)
    selected = selected[:MOST_INPUTS]
    terms = CandidateEnumerator(np.ascontiguousarray(columns[selected], dtype=np.float64), LibrarySize.TERMS,
                                np.random.default_rng(seed), input_positions=selected)
    with np.errstate(all="ignore"):
        inputs = terms.add_leaves(one=False)
        factors = _monomials(terms, inputs, _FACTOR_DEGREE)
        _monomials(terms, inputs, _DEGREE)
        functions = _functions(terms, inputs, activations)
        terms.binary("mul", factors, functions)
        return finish(terms)


def _monomials(terms: CandidateEnumerator, inputs: Array, degree: int) -> Array:
    found = list(exponents(len(inputs), degree, degree, negative=False))
    return terms.monomials(of_all_inputs(terms, inputs, found))


def _functions(terms: CandidateEnumerator, inputs: Array, activations: Sequence[str]) -> Array:
    """Functions of one input, of its absolute value and of their negatives: ids, known ones included."""
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and (ACTIVATIONS[n].enumerated or n == "cbrt")]
    sizes = terms.unary("abs", inputs) if "abs" in activations else inputs[:0]
    plain = np.unique(np.concatenate([inputs, sizes]))
    arguments = np.concatenate([plain, terms.scaled(plain, -1.0)])
    made = [sizes, *(terms.unary(name, arguments) for name in unary)]
    if "log" in unary:
        made += [terms.unary("log", terms.shifted(int(i), np.array([1.0]))) for i in plain]
    return np.unique(np.concatenate(made))
