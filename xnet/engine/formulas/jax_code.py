"""Networks as JAX code: a function of the columns and of its constants, to differentiate, to compile and to train.

JAX has NumPy's functions under NumPy's names, so the Python form of every activation is its JAX form.
"""

from __future__ import annotations

from collections.abc import Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.expansion import expanded
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Notation, Pattern, Precedence, Printed

from .precedence import print_neurons

_HEAD = '''# JAX computes in 32 bits by default; for 64 bits: jax.config.update("jax_enable_x64", True)
{imports}
#: The constants of the formula, in the order of `theta` below.
THETA = jnp.array([{values}])
{table}

def predict(X, theta=THETA{argument}):
    """Predict {target} from the columns of X (n, d): jax.grad, jax.jit and jax.vmap apply.

{columns}    """
{look_up}    return jnp.broadcast_to({body}, (X.shape[0],))
'''
_OWN_TABLE = """#: The constants that every group has of its own, one row each; the groups are {labels}.
OWN = jnp.array({values})
"""
_LOOK_UP = """    group = X[:, {column}]  # the number of the group, from 0; another number gives NaN
    known = (group >= 0) & (group < own.shape[1]) & (group == jnp.floor(group))
    of_row = jnp.where(known, own[:, jnp.where(known, group, 0).astype(int)], jnp.nan)
"""


def to_jax(network: Network, names: Sequence[str], target_name: str = "y") -> str:
    """The source text of a JAX function `predict(X, theta=THETA)`; `theta` are the constants.

    The function of a formula with groups has a third argument, `own=OWN`: the constants of every group, (k, groups).

    Args:
        network: the formula; own functions are written out.
        names: names of the columns of X.
        target_name: name of the target, for the docstring.

    >>> from xnet.engine.formulas.parser import read_formula
    >>> print(to_jax(read_formula("2.5*sin(t)", ["t"]), ["t"]).splitlines()[-1])
        return jnp.broadcast_to((theta[0] * jnp.sin(X[:, 0])), (X.shape[0],))
    """
    own, network = network.own, expanded(network)

    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            return f"X[:, {neuron.index}]", Precedence.ATOM
        if neuron.activation == "constant":
            return f"theta[{neuron.index}]", Precedence.ATOM
        if neuron.activation == "own":
            return f"of_row[{neuron.index}]", Precedence.ATOM
        return f"{float(neuron.index)!r}", Precedence.ATOM

    body = print_neurons(network, leaf, _notation)[-1]
    imports = "import jax.numpy as jnp\n" + "from jax.scipy.special import erf\n" * ("erf(" in body)
    columns = "".join(f"    X[:, {i}]: {_plain(names[i])}\n" for i in network.variables)
    table = "" if own is None else _OWN_TABLE.format(labels=", ".join(map(_plain, own.labels)),
                                                     values=[list(row) for row in own.values])
    return _HEAD.format(imports=imports, values=", ".join(map(repr, network.constants)), target=_plain(target_name),
                        columns=columns, body=body, table=table, argument="" if own is None else ", own=OWN",
                        look_up="" if own is None else _LOOK_UP.format(column=own.column))


def _notation(name: str) -> Notation:
    """The Python form with JAX in the place of NumPy; the templates have their own brackets."""
    activation = ACTIVATIONS[name]
    return Pattern(activation.python.replace("np.", "jnp."), (Precedence.ATOM,) * activation.arity, Precedence.ATOM)


def _plain(name: str) -> str:
    """A name in plain ASCII within quotes, which cannot end the docstring."""
    return ascii(name).replace("\\", "\\\\").replace('"', "'")
