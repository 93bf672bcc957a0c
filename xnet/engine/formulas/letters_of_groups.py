"""A form with unknown parts for groups of rows: letters with a value for every group, own constants in the holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.parts import Parts

from .arrangement import arranged
from .composition import Writer, composed
from .partial_form import HoleCall, PartialForm


def with_letters_of_groups(form: PartialForm, n_groups: int) -> PartialForm:
    """The form with every letter a as the sum of a1*i1, a2*i2, ...: a letter for every group times its indicator.

    Returns:
        A form of n_groups more columns, the indicators (1 in the rows of the group, else 0). Its letters are those of
        the first letter for all groups, then those of the second one.
    """
    d, n = form.n_inputs, len(form.letters)
    width = d + n_groups * (1 + n)

    def rewritten(network: Network) -> Network:
        writer = Writer()

        def source(i: int) -> Neuron | int:
            if i < d:
                return Neuron("variable", (), i)
            if i >= d + n:
                return Neuron("variable", (), i - d - n + width)
            return _sum_over_groups(writer, d, d + n_groups * (1 + i - d), n_groups)

        writer.write(network, source, 0)
        return Network(writer.reached(), network.constants, network.n_inputs - d - n + width)

    calls = tuple(HoleCall(call.hole, tuple(map(rewritten, call.arguments))) for call in form.calls)
    names = [f"{letter} of group {g + 1}" for letter in form.letters for g in range(n_groups)]
    known = tuple(letter for letter in form.known for _ in range(n_groups))
    return replace(form, columns=(*form.columns, *(f"group {g + 1}" for g in range(n_groups))), letters=tuple(names),
                   calls=calls, network=rewritten(form.network), known=known, of_all=form)


def _sum_over_groups(writer: Writer, first_indicator: int, first_letter: int, n_groups: int) -> int:
    """Append the sum of products of letters and indicators; returns the position of its output."""
    def append(name: str, *children: int, index: int = 0) -> int:
        writer.neurons.append(Neuron(name, children, index))
        return len(writer.neurons) - 1

    def product(g: int) -> int:
        letter = append("variable", index=first_letter + g)
        return append("mul", letter, append("variable", index=first_indicator + g))

    total = product(0)
    for g in range(1, n_groups):
        total = append("add", total, product(g))
    return total


def composed_of_groups(form: PartialForm, holes: Sequence[Network], letters: Sequence[float],
                       own_letters: Mapping[int, int], own: OwnConstants | None) -> tuple[Network, Parts]:
    """The network of a form whose parts have own constants, and these parts.

    Args:
        holes: their inputs are the arguments and, behind them, all own constants.
        letters: one value a letter; that of an own letter does not count.
        own_letters: letter -> its position among the own constants.
        own: the own constants.
    """
    d, n = form.n_inputs, len(form.letters)
    k = 0 if own is None else len(own.values)
    shared = [i for i in range(n) if i not in own_letters]
    # Columns, own constants, shared letters, and calls behind one another.
    places = [*range(d), *(d + own_letters[i] if i in own_letters else d + k + shared.index(i) for i in range(n))]

    def moved(network: Network) -> Network:
        calls = range(d + k + len(shared), d + k + len(shared) + network.n_inputs - d - n)
        return _with_inputs(network, (*places, *calls), d + k + len(shared) + len(calls))

    inputs = [Network((Neuron("variable", (), d + j),), (), d + k + len(shared)) for j in range(k)]
    written = replace(form, columns=(*form.columns, *(f"own {j + 1}" for j in range(k))), network=moved(form.network),
                      letters=tuple(form.letters[i] for i in shared),
                      calls=tuple(HoleCall(call.hole, (*map(moved, call.arguments), *inputs)) for call in form.calls))
    whole = composed(written, Parts(tuple(holes), tuple(letters[i] for i in shared)))
    filled = [arranged(_as_own(hole, hole.n_inputs - k, own, hole.n_inputs - k)) for hole in holes]
    parts = Parts(tuple(filled), tuple(letters), tuple(own_letters.get(i, -1) for i in range(n)) if own else ())
    return arranged(_as_own(whole, d, own, None)), parts


def _with_inputs(network: Network, places: Sequence[int], n_inputs: int) -> Network:
    """The network with input i at another place."""
    neurons = tuple(replace(n, index=places[n.index]) if n.activation == "variable" else n for n in network.neurons)
    return Network(neurons, network.constants, n_inputs)


def _as_own(network: Network, first: int, own: OwnConstants | None, column: int | None) -> Network:
    """The network whose inputs from `first` on become own constants.

    Args:
        column: the input of the groups, where it is not that of `own` but a further one.
    """
    if own is None:
        return network
    neurons = tuple(Neuron("own", (), n.index - first) if n.activation == "variable" and n.index >= first else n
                    for n in network.neurons)
    if not any(n.activation == "own" for n in neurons):
        return Network(neurons, network.constants, first)
    own = own if column is None else replace(own, column=column)
    return Network(neurons, network.constants, first if column is None else first + 1, own=own)
