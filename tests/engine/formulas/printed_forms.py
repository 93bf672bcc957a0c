"""What every printed form of a network has in common: it gives the network's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from xnet.arrays import Array
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.sympy_form import to_sympy
from xnet.engine.networks.network import Network
from xnet.exports.languages import to_sympy_code


def printed_forms_give(values: Array, network: Network, printed: Network, names: Sequence[str], X: Array) -> Any:
    """Check the network as printed, its SymPy form and its Python code at the rows X.

    Returns:
        The formula of its SymPy code, which is run as well.
    """
    np.testing.assert_allclose(printed.evaluate(X), values, rtol=1e-12)
    np.testing.assert_allclose(sp.lambdify(sp.symbols(names), to_sympy(network, names))(*X.T), values, rtol=1e-12)
    space: dict = {}
    exec(to_python(network, names), space)  # noqa: S102 - our own text
    np.testing.assert_allclose(space["predict"](*(X[:, i] for i in network.variables)), values, rtol=1e-12)
    code: dict = {}
    exec(to_sympy_code(network, names, "y"), code)  # noqa: S102 - our own text
    return code["formula"]
