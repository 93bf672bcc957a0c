"""Moves without parameters: every kind of query finds a planted candidate exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.helpers import net, oracle, rows_of
from tests.engine.moves.query_helpers import DATA, DEFAULT, fitted_expressions, library_on_data, loss_of
from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.algebra.conversion import to_network
from xnet.engine.candidates.rules import PARAMETER_FREE
from xnet.engine.moves import parameter_free_moves

X0, X1, X2 = ("x", 0), ("x", 1), ("x", 2)

WITHOUT_PARAMETERS: dict[str, tuple[Network, Callable[[Array, Array, Array], Array]]] = {
    "a missing term": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) + np.sin(b)),
    "a term taken away": (net(3, X0, ("exp", 0), X1, ("mul", 1, 2), X2, ("add", 3, 4)),
                          lambda a, b, c: np.exp(a) * b + c - np.sin(b)),
    "a missing factor": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) * b / c),
    "a missing denominator": (net(3, X0, ("exp", 0)), lambda a, b, c: np.exp(a) / (1 + b)),
    "a wrong inner function": (net(3, X0, ("exp", 0), X1, ("mul", 1, 2)), lambda a, b, c: np.cos(a) * b),
    "a missing outer root": (net(3, X0), lambda a, b, c: np.sqrt(a + b)),
    "an opposite": (net(3, X0), lambda a, b, c: -a * b),
    "twice": (net(3, X0), lambda a, b, c: 2 * a * b),
}


@pytest.mark.parametrize("kind", list(WITHOUT_PARAMETERS))
def test_without_parameters_a_law_one_move_away_is_found_exactly(kind: str) -> None:
    network, law = WITHOUT_PARAMETERS[kind]
    rows = rows_of(DATA, law(*DATA.T))
    with np.errstate(all="ignore"):
        queries = parameter_free_moves.unscaled_network_queries(network, rows, DEFAULT)
        found = [(loss_of(expr, rows), expr)
                 for _, _, expr in fitted_expressions(queries, library_on_data(PARAMETER_FREE))]
    loss, expr = min(found, key=lambda item: item[0])
    made = to_network(expr, 3, DEFAULT, parameters=False)

    assert loss < 1e-24
    assert made is not None
    assert made.n_parameters == 0
    np.testing.assert_allclose(oracle(made, DATA), rows.y, rtol=1e-9)
