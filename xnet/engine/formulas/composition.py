"""A form with its unknown parts filled: one network of the columns.

The networks of the holes stand inside the form as they are, neuron by neuron. A canonical sum would mix the terms of
two holes. A hole that is called twice has its constants once: the neurons of both calls read the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.parts import Parts

from .partial_form import PartialForm
from .text import quoted_name, to_text


def composed(form: PartialForm, parts: Parts) -> Network:
    """The network of a form with its parts.

    Returns:
        A network of the columns. Its constants are the letters, those of the holes, and the numbers of the form.
    """
    writer, d = Writer(), form.n_inputs
    values, starts = list(parts.letters), []
    for hole in parts.holes:
        starts.append(len(values))
        values += hole.constants

    def column_or_letter(i: int) -> Neuron:
        return Neuron("variable", (), i) if i < d else Neuron("constant", (), i - d)

    def numbers_of(network: Network) -> int:
        values.extend(network.constants)
        return len(values) - len(network.constants)

    calls = []
    for call in form.calls:
        arguments = [writer.write(a, column_or_letter, numbers_of(a)) for a in call.arguments]
        calls.append(writer.write(parts.holes[call.hole], arguments.__getitem__, starts[call.hole]))
    first = d + len(form.letters)
    writer.write(form.network, lambda i: column_or_letter(i) if i < first else calls[i - first],
                 numbers_of(form.network))
    return Network(writer.reached(), tuple(values), d)


def complexity_of(form: PartialForm, parts: Parts) -> int:
    """The complexity of a form with its parts; a letter counts once, also where every group has its own."""
    plain = form if form.of_all is None else form.of_all
    return composed(plain, Parts(parts.holes, parts.letters[:len(plain.letters)])).complexity


class Writer:
    """Appends networks to one list of neurons."""

    def __init__(self) -> None:
        self.neurons: list[Neuron] = []

    def write(self, network: Network, source: Callable[[int], Neuron | int], first: int) -> int:
        """Append a network; returns the position of its output.

        Args:
            source: (input) -> a leaf, or the position of the neuron that is the input.
            first: the position of its first constant among those of the whole.
        """
        at: list[int] = []
        for neuron in network.neurons:
            if neuron.activation == "variable":
                found: Neuron | int = source(neuron.index)
                if isinstance(found, int) and not self.neurons[found].children:
                    found = self.neurons[found]  # a leaf has one parent, as in every network
                if isinstance(found, int):
                    at.append(found)
                    continue
            elif neuron.activation == "constant":
                found = Neuron("constant", (), first + neuron.index)
            else:
                found = Neuron(neuron.activation, tuple(at[c] for c in neuron.children), neuron.index)
            self.neurons.append(found)
            at.append(len(self.neurons) - 1)
        return at[-1]

    def reached(self) -> tuple[Neuron, ...]:
        """The neurons that the last one depends on: a hole may leave an argument out."""
        kept: set[int] = {len(self.neurons) - 1}
        for i in range(len(self.neurons) - 1, -1, -1):
            if i in kept:
                kept.update(self.neurons[i].children)
        place = {old: new for new, old in enumerate(sorted(kept))}
        return tuple(Neuron(n.activation, tuple(place[c] for c in n.children), n.index)
                     for i, n in enumerate(self.neurons) if i in kept)


def movable(network: Network, free: Sequence[int]) -> tuple[Network, tuple[float, ...]]:
    """The network with the constants at the positions `free` alone, and the values of the others, its further inputs.

    Nothing fits an input, so these constants stay as they are.
    """
    d, kept = network.n_inputs, {old: new for new, old in enumerate(free)}
    held = {old: d + new for new, old in enumerate(i for i in range(len(network.constants)) if i not in kept)}
    neurons = tuple(n if n.activation != "constant" else Neuron("constant", (), kept[n.index]) if n.index in kept
                    else Neuron("variable", (), held[n.index]) for n in network.neurons)
    return (Network(neurons, tuple(network.constants[i] for i in free), d + len(held)),
            tuple(network.constants[i] for i in held))


def hole_texts(form: PartialForm, parts: Parts, *, with_arguments: bool = False,
               group: str = "group") -> dict[str, str]:
    """The formula of every hole in its arguments, by the name of the hole.

    Args:
        with_arguments: whether the arguments belong to the name, as in "f(x1, x2)".
        group: the name of the column of groups.
    """
    names = [f"{hole.name}({', '.join(map(quoted_name, hole.arguments))})" if with_arguments else hole.name
             for hole in form.holes]
    return {name: to_text(network, (*hole.arguments, group)[:network.n_inputs])
            for name, hole, network in zip(names, form.holes, parts.holes, strict=True)}


def letter_values(form: PartialForm, parts: Parts, group: str = "group",
                  constants: OwnConstants | None = None) -> dict[str, float | str]:
    """The value of every letter, by its name; a letter of which every group has its own as in the formula: `a[planet]`.

    Args:
        group: the name of the column of groups.
        constants: the own constants of the formula; None without any.
    """
    own = parts.own_letters or (-1,) * len(parts.letters)
    return {name: value if j < 0 or constants is None else f"{constants.letter(j)}[{group}]"
            for name, value, j in zip(form.letters, parts.letters, own, strict=True)}
