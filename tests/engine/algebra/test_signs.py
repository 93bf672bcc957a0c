"""Signs of constants behind + and -."""

import numpy as np

from xnet.engine.algebra.rewriting import shortest
from xnet.engine.algebra.signs import with_signs_taken_out
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron

LIBRARY = tuple(ACTIVATIONS)
#: b/(exp(k*x) - c)
QUOTIENT = (Neuron("constant", (), 0), Neuron("constant", (), 1), Neuron("variable", (), 0), Neuron("mul", (1, 2)),
            Neuron("exp", (3,)), Neuron("constant", (), 2), Neuron("sub", (4, 5)), Neuron("div", (0, 6)))


def test_a_negative_constant_behind_a_minus_is_written_with_a_plus_where_the_canonical_form_is_longer():
    network = Network(QUOTIENT, (1.1e7, 0.062, -280.0), 1)
    short = shortest(network, LIBRARY)
    assert to_text(short, ["x"]) == "11000000/(exp(0.062*x) + 280)"
    x = np.linspace(80, 150, 9)[:, None]
    np.testing.assert_array_equal(short.evaluate(x), network.evaluate(x))
    assert with_signs_taken_out(network, [name for name in LIBRARY if name != "add"]) == network


def test_the_sign_of_a_factor_is_taken_out_and_that_of_a_constant_with_two_places_stays():
    x, c = Neuron("variable", (), 0), Neuron("constant", (), 0)
    once = Network((x, c, Neuron("mul", (1, 0)), Neuron("add", (0, 2))), (-2.5,), 1)
    assert to_text(with_signs_taken_out(once, LIBRARY), ["x"]) == "x - 2.5*x"
    twice = Network((x, c, Neuron("mul", (1, 0)), Neuron("add", (2, 1))), (-2.5,), 1)
    assert with_signs_taken_out(twice, LIBRARY) == twice
    named_twice = Network((x, c, Neuron("mul", (1, 0)), c, Neuron("add", (2, 3))), (-2.5,), 1)
    assert with_signs_taken_out(named_twice, LIBRARY) == named_twice
