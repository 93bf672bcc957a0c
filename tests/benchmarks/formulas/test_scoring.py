"""What counts as exact, compact, recovered and the true structure."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import accuracy
from benchmarks.formulas import measurement, scoring
from benchmarks.formulas.known_formulas import Formula
from tests.benchmarks.helpers import named, read


def scored(text: str, formula: Formula, names: str = "a") -> measurement.Row:
    network = read(text, names)
    values = network.evaluate(scoring.fresh(formula)[0])
    return measurement.scored(formula, "hand", network, [values], 1.0, text, measurement.Settings())


def test_exact_is_a_bound_on_the_largest_error():
    assert scored("2*a + 1", named("Line")).exact
    spread = scoring.fresh(named("Line"))[1].std()
    assert scored(f"2*a + 1 + {float(0.9e-5 * spread)!r}", named("Line")).exact
    assert not scored(f"2*a + 1 + {float(1.1e-5 * spread)!r}", named("Line")).exact
    assert accuracy.largest_error(np.array([1.0, np.nan]), np.array([1.0, 2.0])) == np.inf


def test_compact_is_exact_and_at_most_twice_the_truths_size_plus_four():
    line = named("Line")
    assert scored("2*a + 1", line).compact
    # Nothing but more neurons: x + sin(u)**2 + cos(u)**2 - 1 for some u
    ones = "".join(f" + sin({k}*a)**2 + cos({k}*a)**2" for k in (3, 5))
    long = scored(f"2*a - 1{ones}", line)
    assert long.exact
    assert long.complexity > 2 * line.truth.complexity + 4
    assert not long.compact
    assert not long.structure


def test_relative_is_a_bound_on_nearly_every_row():
    assert scored("2*a + 1", named("Line")).relative
    shifted = scored("2*a + 1 + 1e-6", named("Line"))  # below 0.001 |y| except beside the zero of y
    assert shifted.exact
    assert shifted.relative
    assert not scored("2*a + 1.002", named("Line")).relative


@pytest.mark.parametrize(("found", "same"), [("3*a - 2", True), ("2*a + 1", True), ("a**2", False), ("sin(3*a)", False),
                                             ("5*a", False), ("exp(0.1*a) - 3", False)])
def test_structure_is_what_becomes_exact_with_other_constants(found: str, same: bool):
    assert scoring.true_structure(read(found), named("Line")) is same


def test_shape_ignores_numbers_alone():
    assert scoring.same_shape(read("3*a - 2"), read("a*2 + 1"))
    assert not scoring.same_shape(read("a**2"), read("a*2 + 1"))


def test_noise_is_judged_against_the_noise_free_target():
    y = scoring.fresh(named("Line"))[1]
    off = np.sqrt(2.9e-5) * y.std()
    assert accuracy.r_squared(y + off, y) == pytest.approx(1 - 2.9e-5, abs=1e-9)
    row = scored(f"2*a + 1 + {float(off)!r}", named("Line"))
    assert row.recovered
    assert not row.exact
    assert row.structure
    assert not scored(f"2*a + 1 + {float(1.1 * off)!r}", named("Line")).recovered
