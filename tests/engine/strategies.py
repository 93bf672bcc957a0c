"""All Hypothesis strategies: random networks, their inputs, and malicious column names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, Network, Neuron

#: Constants of two or three digits, as a formula shows them; zero and one are among them.
constants = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -0.5, 3.0, np.pi, 1 / 3]),
                      st.floats(-4, 4, allow_nan=False, width=32).map(lambda c: float(f"{c:.3g}")))


@st.composite
def networks(draw: st.DrawFn, n_inputs: int = 3, activations: Sequence[str] = tuple(ACTIVATIONS), most: int = 7,
             with_constants: bool = True, with_numbers: bool = True) -> Network:
    """Random DAGs: up to `most` neurons over leaves and earlier neurons; neurons without effect are dropped."""
    neurons = [Neuron("variable", (), i) for i in range(n_inputs)]
    values: list[float] = []
    if with_constants:
        values = draw(st.lists(constants, max_size=3))
        neurons += [Neuron("constant", (), i) for i in range(len(values))]
    if with_numbers:
        neurons += [Neuron("number", (), i) for i in draw(st.lists(st.integers(1, 4), max_size=1))]
    for _ in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from(list(activations)))
        # Drawn from the end: the newest neurons are used most, so that networks grow deep.
        children = tuple(len(neurons) - 1 - draw(st.integers(0, len(neurons) - 1))
                         for _ in range(ACTIVATIONS[name].arity))
        neurons.append(Neuron(name, children))
    return pruned(neurons, values, n_inputs)


def pruned(neurons: list[Neuron], values: list[float], n_inputs: int) -> Network:
    """The last neuron and its ancestors, with constants renumbered."""
    needed = {len(neurons) - 1}
    for i in range(len(neurons) - 1, -1, -1):
        if i in needed:
            needed.update(neurons[i].children)
    place = {old: new for new, old in enumerate(sorted(needed))}
    kept: list[Neuron] = []
    kept_values: list[float] = []
    for old in sorted(needed):
        neuron = neurons[old]
        if neuron.activation == "constant":
            kept_values.append(values[neuron.index])
            kept.append(Neuron("constant", (), len(kept_values) - 1))
        else:
            kept.append(Neuron(neuron.activation, tuple(place[c] for c in neuron.children), neuron.index))
    return Network(tuple(kept), tuple(kept_values), n_inputs)


def inputs(n_inputs: int = 3, n: int = 12, seed: int = 5, positive: bool = False) -> Array:
    """X (n, n_inputs) without special values; half of the rows have negative entries unless `positive`."""
    X = np.random.default_rng(seed).uniform(0.2, 2.2, (n, n_inputs))
    if not positive:
        X[: n // 2] *= np.random.default_rng(seed + 1).choice([-1.0, 1.0], (n // 2, n_inputs))
    return X


#: Column names as a person or an attacker might write them.
EVIL_NAMES = (
    "__import__('os').system('touch hacked')", "`rm -rf`", 'say "hi"', "it's", "two\nlines", "tab\there", "a\\b", "50%",
    "#1", "cost_$", "x^2", "{brace}", "a&b", "~", "<script>alert(1)</script>", "Größe (µm)", "温度", "🙂", "", " ",
    "class", "np", "predict", "x" * 300, "e", "pi", "sin", "1st", '"""', "a;b", "x0", "%s{0}", "\u202eright to left",
    "a`b", "a'b", "a b", "\x00nul", "lambda", "None", "\\", "ends with \\", "quoted_0_",
)

column_names = st.one_of(st.sampled_from(EVIL_NAMES), st.text(max_size=12))
