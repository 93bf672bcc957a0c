"""The usual order of sums and products: a sum with the constant 0 is written without it."""

from __future__ import annotations

import numpy as np

from xnet.engine.formulas.arrangement import arranged
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network, Neuron


def test_a_sum_with_zero_is_written_without_it_and_no_constant_is_left_over() -> None:
    x, zero, two = Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("constant", (), 1)
    network = Network((x, zero, Neuron("add", (0, 1)), two, Neuron("mul", (2, 3))), (0.0, 2.5), 1)
    found = arranged(network)
    assert to_text(found, ("x",)) == "2.5*x"
    assert found.constants == (2.5,)
    X = np.array([[1.0], [3.0]])
    np.testing.assert_array_equal(found.evaluate(X), network.evaluate(X))


def test_constants_and_numbers_of_a_sum_are_added_up_but_not_those_with_a_name_or_another_place() -> None:
    """A template printed 4.5 + 1 + 1."""
    x, c, d, one = (Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("constant", (), 1),
                    Neuron("number", (), 1))
    found = arranged(Network((c, one, Neuron("add", (0, 1)), x, Neuron("sub", (2, 3)), d, Neuron("add", (4, 5))),
                             (4.5, 1.0), 1))
    assert (to_text(found, ("x",)), found.constants) == ("6.5 - x", (6.5,))
    twice = Network((c, x, Neuron("mul", (0, 1)), Neuron("add", (2, 0)), one, Neuron("add", (3, 4))), (4.5,), 1)
    assert arranged(twice).constants == (4.5,)
    named = Network((c, x, Neuron("add", (0, 1)), one, Neuron("add", (2, 3))), (9.81,), 1, known=(("g", 9.81),))
    assert arranged(named).constants == (9.81,)


def test_a_negative_term_is_subtracted() -> None:
    x, two = Neuron("variable", (), 0), Neuron("constant", (), 0)
    network = Network((two, x, Neuron("neg", (1,)), Neuron("add", (0, 2))), (2.5,), 1)
    assert to_text(arranged(network), ("x",)) == "2.5 - x"


def test_a_product_with_the_exact_number_1_is_written_without_it() -> None:
    x, two, one = Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("number", (), 1)
    found = arranged(Network((two, one, Neuron("mul", (0, 1)), x, Neuron("add", (2, 3))), (2.5,), 1))
    assert sorted(to_text(found, ("x",)).split(" + ")) == ["2.5", "x"]


def test_a_constant_1_beside_another_constant_is_not_written_and_one_that_says_something_is() -> None:
    x, two, one = Neuron("variable", (), 0), Neuron("constant", (), 0), Neuron("constant", (), 1)
    found = arranged(Network((two, one, Neuron("mul", (0, 1)), x, Neuron("mul", (2, 3))), (8.0, 1.0), 1))
    assert to_text(found, ("x",)) == "8*x"
    assert found.constants == (8.0,)
    assert arranged(Network((Neuron("constant", (), 0), x, Neuron("mul", (0, 1))), (1.0,), 1)).constants == (1.0,)
