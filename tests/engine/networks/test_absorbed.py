"""Parts of own constants alone become own constants."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.formulas.text import to_text
from xnet.engine.networks.absorbed import absorbed
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants

OWN = OwnConstants(1, ((1.5, 2.0), (3.0, -4.0)), ("u", "v"))
X, A, B, C, D = (Neuron("variable", (), 0), Neuron("own", (), 0), Neuron("own", (), 1), Neuron("constant", (), 0),
                 Neuron("constant", (), 1))
ROWS = np.array([[2.0, 0], [0.7, 1], [3.1, 0], [1.2, 1]])


@pytest.mark.parametrize(("neurons", "expected", "shared"), [
    ((C, A, Neuron("mul", (0, 1)), X, Neuron("mul", (2, 3))), "a[g]*x", ()),
    ((C, A, Neuron("mul", (0, 1)), Neuron("exp", (2,)), D, X, Neuron("mul", (4, 5)), Neuron("add", (3, 6))),
     "a[g] + 0.3*x", (0.3,)),
    ((A, C, Neuron("mul", (0, 1)), B, Neuron("sub", (2, 3)), X, Neuron("mul", (4, 5))), "a[g]*x", ()),
    ((C, A, Neuron("mul", (0, 1)), X, Neuron("mul", (1, 3)), Neuron("add", (2, 4))), "7.2*a[g] + a[g]*x", (7.2, 0.3)),
    ((C, A, Neuron("mul", (0, 1)), X, Neuron("pow", (3, 0)), Neuron("add", (2, 4))), "7.2*a[g] + x**7.2", (7.2, 0.3)),
    ((B, Neuron("log", (0,)), X, Neuron("mul", (1, 2))), "log(b[g])*x", (7.2, 0.3))])  # which has no value in a group
def test_a_part_that_reads_own_constants_alone_is_one(neurons: tuple[Neuron, ...], expected: str,
                                                      shared: tuple[float, ...]) -> None:
    network = Network(neurons, (7.2, 0.3), 2, own=OWN)
    found = absorbed(network)
    assert to_text(found, ("x", "g")) == expected
    assert found.constants == shared
    np.testing.assert_allclose(found.evaluate(ROWS), network.evaluate(ROWS), rtol=1e-12)
