"""Networks as Python code."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.known_values import form_of, used_values
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Notation, Pattern, Precedence, Printed
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import with_names

from .precedence import print_neurons
from .printed_network import printed_network


def python_names(names: Sequence[str]) -> tuple[str, ...]:
    """One Python identifier for each column name, all different."""
    taken: set[str] = {"np", "erf"}
    result = []
    for name in names:
        base = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "x"
        base = f"x_{base}" if base[0].isdigit() or keyword.iskeyword(base) else base
        unique, k = base, 2
        while unique in taken:
            unique, k = f"{base}_{k}", k + 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


_LOOK_UP = '''def own_constants(group):
    """The constants of a group, by its name or by its number (a float; 0.0 is the first group)."""
    if not isinstance(group, float):
        return OWN_CONSTANTS[str(group)]
    table = list(OWN_CONSTANTS.values())
    return table[int(group)] if group in range(len(table)) else [np.nan] * len(table[0])

'''


def to_python(network: Network, names: Sequence[str], target_name: str = "y") -> str:
    """The source text of a NumPy function `predict(...)` of the columns that the network reads.

    Args:
        names: names of the columns.
        target_name: name of the target, for the docstring.
    """
    own, network = network.own, printed_network(network)
    shown, all_names = with_names(network, names)
    identifiers = python_names(all_names)

    known = tuple(value for value in network.known if value.name not in identifiers)

    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            return identifiers[neuron.index], Precedence.ATOM
        if neuron.activation == "constant":
            value = network.constants[neuron.index]
            if (form := form_of(value, known)) is not None:
                text = form.python if form.is_plain else f"({form.python})"
                return (f"(-{text})" if value < 0 else text), Precedence.ATOM
            return repr(value), Precedence.ATOM if value >= 0 else Precedence.NEGATION
        return f"{float(neuron.index)!r}", Precedence.ATOM

    used = network.variables
    lines = "".join(f"    {identifiers[i]}: column {names[i]!r}\n" for i in used)
    named = "".join(f"    {name} = {value!r}\n" for name, value in used_values(network.constants, known))
    body = print_neurons(shown, leaf, _notation)[-1]
    table, look_up = ("", "") if own is None else _own_table(own, identifiers, len(names))
    doc = repr(f"Predict {target_name} from columns of a table (numbers or NumPy arrays).")[1:-1].replace('"', "'")
    further = "from scipy.special import erf\n" if "erf(" in body else ""
    return (f"import numpy as np\n{further}\n{table}\ndef predict({', '.join(identifiers[i] for i in used)}):\n"
            f'    """{doc}\n\n{docstring_safe(lines)}    """\n{look_up}{named}    return {body}\n')


def _own_table(own: OwnConstants, identifiers: Sequence[str], d: int) -> tuple[str, str]:
    """The table of own constants by group, and the line of the function that looks them up."""
    rows = "".join(f"    {label!a}: {tuple(values)!r},\n"
                   for label, values in zip(own.labels, zip(*own.values, strict=True), strict=True))
    group, found = identifiers[own.column], identifiers[d:]
    return (f"# {', '.join(found)} of every group\nOWN_CONSTANTS = {{\n{rows}}}\n\n\n{_LOOK_UP}",
            f"    {', '.join(found)}, = np.array([own_constants(g) for g in np.atleast_1d({group})]).T\n")


def _notation(name: str) -> Notation:
    """Code templates have their own brackets: what they print is an atom."""
    activation = ACTIVATIONS[name]
    return Pattern(activation.python, (Precedence.ATOM,) * activation.arity, Precedence.ATOM)


def docstring_safe(text: str) -> str:
    """Text that can stand in a docstring of exported code."""
    return text.replace("\\", "\\\\").replace('"', "'")
