"""The dictionary of terms: monomials, functions of one input, and their products."""

from __future__ import annotations

import numpy as np

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.candidates.term_dictionary import MOST_INPUTS, build_term_dictionary
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.activations import resolve_activations

DEFAULT = resolve_activations("default")
COLUMNS = np.random.default_rng(0).uniform(-1.0, 1.0, (2, 80))


def correlations(formula: str, names: list[str], columns: np.ndarray, activations: tuple[str, ...]) -> np.ndarray:
    """The absolute correlations of a formula with all terms."""
    values = read_formula(formula, names).evaluate(columns.T)
    terms = build_term_dictionary(columns, activations)
    return np.abs(terms.standardised @ (values - values.mean())) / (np.std(values) * len(values))


def test_the_terms_of_mechanics_and_chemistry_are_in_it() -> None:
    for term in ("x", "v**3", "x*v", "x**2*v", "sin(v)", "x*exp(-abs(x))", "log(abs(v) + 1)", "v*sin(x)",
                 "x*cbrt(abs(v))", "x*v*exp(-abs(v))"):
        assert correlations(term, ["x", "v"], COLUMNS, DEFAULT).max() > 0.999999, term


def test_it_holds_allowed_activations_only() -> None:
    without = tuple(name for name in DEFAULT if name not in ("sin", "cos", "tan"))
    assert correlations("sin(3*v)", ["x", "v"], 3.0 * COLUMNS, without).max() < 0.9
    terms = build_term_dictionary(COLUMNS, ("add", "mul"))
    assert {str(op) for op in terms.enumerator.operation[terms.order]} <= {"var", "monomial", "scale"}


def test_its_size_is_limited() -> None:
    columns = np.random.default_rng(1).uniform(1.0, 2.0, (20, 60))
    terms = build_term_dictionary(columns, DEFAULT)
    assert len(terms) <= LibrarySize.TERMS == 3000
    assert len(terms.enumerator.input_positions) == MOST_INPUTS
    chosen = build_term_dictionary(columns, ("add", "mul"), selected_inputs=[3, 7])
    assert list(chosen.enumerator.input_positions) == [3, 7]
