"""Independent oracles of the engine's tests: a slow evaluator of networks, finite differences, small builders.

Nothing here calls the code under test, except for building the records that tests hand to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine import Network, Neuron, Problem
from xnet.engine.fitting.rows import Rows

#: Every activation for one row at a time, from the standard library.
SCALAR: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "neg": lambda a: -a, "reciprocal": lambda a: 1 / a, "square": lambda a: a**2, "cube": lambda a: a**3,
    "sqrt": math.sqrt, "pow": math.pow, "exp": math.exp, "log": math.log, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "tanh": math.tanh, "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "abs": abs,
    "sign": lambda a: float((a > 0) - (a < 0)), "cbrt": lambda a: math.copysign(abs(a) ** (1 / 3), a),
    "cosh": math.cosh, "sinh": math.sinh, "arccosh": math.acosh, "arcsinh": math.asinh,
    "hinge": lambda a: max(0.0, a), "max": max, "min": min, "step": lambda a: float(a >= 0), "floor": math.floor,
    "mod": lambda a, b: a - b * math.floor(a / b), "arctanh": math.atanh, "erf": math.erf,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)), "gauss": lambda a: math.exp(-a * a),
}


def oracle_neurons(network: Network, X: Array, jitter: float = 0.0, seed: int = 0) -> Array:
    """Outputs of all neurons (k, n), row by row; NaN from the first neuron on that leaves its domain.

    `jitter` multiplies every neuron's output by 1 + jitter * noise; rows that hardly change are well conditioned.
    """
    noise = np.random.default_rng(seed).standard_normal((len(network.neurons), len(X)))
    result = np.full((len(network.neurons), len(X)), np.nan)
    for row, x in enumerate(X):
        for i, neuron in enumerate(network.neurons):
            if neuron.activation == "variable":
                value = float(x[neuron.index])
            elif neuron.activation == "constant":
                value = network.constants[neuron.index]
            elif neuron.activation == "number":
                value = float(neuron.index)
            else:
                try:
                    value = float(SCALAR[neuron.activation](*(float(result[c, row]) for c in neuron.children)))
                except (ValueError, ZeroDivisionError, OverflowError):
                    value = math.nan
            result[i, row] = value if neuron.activation == "number" else value * (1 + jitter * noise[i, row])
    return result


def oracle(network: Network, X: Array) -> Array:
    """Values of a network (n,), by the standard library."""
    return oracle_neurons(network, X)[-1]


def well_conditioned(network: Network, X: Array) -> Array:
    """Rows (n,) where every neuron is defined, of moderate size, and rounding of 1e-10 moves the output by < 1e-7.

    Fitted or computed powers count as defined for positive bases only.
    """
    base = oracle_neurons(network, X)
    good = np.isfinite(base).all(axis=0) & (np.abs(np.nan_to_num(base, nan=np.inf)) < 1e8).all(axis=0)
    for neuron in network.neurons:
        if neuron.activation == "pow" and network.neurons[neuron.children[1]].activation != "number":
            # Canonical expressions read b ** e as exp(e log b); other bases have tests of their own.
            good &= base[neuron.children[0]] > 0
        if neuron.activation in ("sqrt", "cbrt"):
            good &= base[neuron.children[0]] != 0  # the derivative of a root is infinite there
        good &= _away_from_corners(neuron.activation, [base[c] for c in neuron.children])
    for seed in range(3):
        moved = oracle_neurons(network, X, 1e-10, seed + 1)[-1]
        with np.errstate(invalid="ignore"):
            good &= np.abs(moved - base[-1]) <= 1e-7 * (np.abs(base[-1]) + 1e-3)
    return good


def _away_from_corners(name: str, below: Sequence[Array]) -> Array:
    """Rows where a neuron's value has one derivative: not at the corner of a kink, nor at a jump."""
    with np.errstate(all="ignore"):
        distance = {"hinge": lambda a: a, "abs": lambda a: a, "sign": lambda a: a, "step": lambda a: a,
                    "max": lambda a, b: a - b, "min": lambda a, b: a - b, "floor": lambda a: a - np.round(a),
                    "mod": lambda a, b: a / b - np.round(a / b)}.get(name)
        return np.True_ if distance is None else ~(np.abs(distance(*below)) < 1e-4)


def assert_equal_values(actual: Array, network: Network, X: Array) -> None:
    """Assert that `actual` holds the network's values on all well-conditioned rows."""
    rows = well_conditioned(network, X)
    expected = oracle(network, X)

    np.testing.assert_allclose(np.asarray(actual)[rows], expected[rows], rtol=1e-6, atol=1e-9)


def finite_difference(f: Callable[[Array], Array], x: Array, j: int, h: float = 1e-6) -> Array:
    """Central difference of f by entry j of x (p,)."""
    step = np.zeros_like(x)
    step[j] = h * max(1.0, abs(x[j]))
    return (f(x + step) - f(x - step)) / (2 * step[j])


def net(n_inputs: int, *lines: tuple, constants: tuple[float, ...] = ()) -> Network:
    """A network from short lines: ("x", 0), ("c", 0), ("n", 2) or (activation, child, ...)."""
    leaves = {"x": "variable", "c": "constant", "n": "number"}
    neurons = [Neuron(leaves[line[0]], (), line[1]) if line[0] in leaves else Neuron(line[0], tuple(line[1:]))
               for line in lines]
    return Network(tuple(neurons), constants, n_inputs)


def rows_of(X: Array, y: Array, weight: Array | None = None) -> Rows:
    """Rows to fit on, losses in units of the target's variance."""
    return Rows(np.ascontiguousarray(X.T), y, float(np.var(y)) or 1.0, weight)


def table(law: Callable[..., Array], d: int, n: int = 60, low: float = 1.0, high: float = 3.0,
          seed: int = 0) -> tuple[Array, Array]:
    """X (n, d) uniform in [low, high] and y = law(*columns)."""
    X = np.random.default_rng(seed).uniform(low, high, (n, d))
    return X, law(*X.T)


def problem_of(law: Callable[..., Array], d: int, **options: object) -> Problem:
    """A problem on a small synthetic table."""
    X, y = table(law, d)
    return Problem.from_arrays(X, y, **options)  # type: ignore[arg-type]


def line_whose_constant_is(t: float, size: float = 1.0) -> tuple[Array, Array]:
    """Inputs (60,) and targets (60,) whose line of least squares has a constant t standard errors from 0.

    Args:
        t: standard errors, exactly: the noise is orthogonal to the line.
        size: standard deviation of the noise.
    """
    rng = np.random.default_rng(8)
    x = rng.uniform(1.0, 3.0, 60)
    A = np.column_stack([np.ones(60), x])
    noise = rng.normal(size=60)
    noise -= A @ np.linalg.lstsq(A, noise, rcond=None)[0]
    error = np.sqrt(noise @ noise / 58 * np.linalg.inv(A.T @ A)[0, 0])
    return x, 0.7123 * x + size * (noise + t * error)
