"""The events of a search for a viewer: which neuron changed, from which activation to which, and what it gained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xnet.counts import counted
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron


@dataclass(frozen=True)
class Event:
    """A change of the search that a viewer can show.

    Attributes:
        kind: "improved" (the default pick changed) or "tried" (the latest network of the search).
        loss, loss_holdout: losses as shares of the loss of the best constant of the same rows (1 - R² for squared
            errors). If that constant fits exactly, `loss` is the normalised loss of the search and `loss_holdout`
            is None.
        network: the network after the change; `changed` are positions of its neurons that are new.
        reason: the change in plain words.
    """

    kind: str
    step: int
    seconds: float
    loss: float
    loss_holdout: float | None
    complexity: int
    n_parameters: int
    network: Network
    changed: tuple[int, ...]
    reason: str

    def to_json(self) -> dict[str, Any]:
        """A JSON tree of the event."""
        return {**{k: v for k, v in self.__dict__.items() if k != "network"}, "changed": list(self.changed),
                "network": self.network.to_json()}


def make_event(kind: str, step: int, entry: FrontEntry, before: FrontEntry) -> Event:
    """The event of going from one network to another."""
    return Event(kind, step, 0.0, entry.shown_loss, entry.unexplained_holdout, entry.complexity, entry.n_parameters,
                 entry.network, changed_neurons(before.network, entry.network), describe_change(before, entry))


def changed_neurons(before: Network, after: Network) -> tuple[int, ...]:
    """Positions in `after` of the neurons whose sub-network is not part of `before`, whatever its constants."""
    old: set[str] = set()
    _describe(before, lambda i, text: old.add(text))
    changed: list[int] = []
    _describe(after, lambda i, text: changed.append(i) if text not in old else None)
    return tuple(changed)


def describe_change(before: FrontEntry, after: FrontEntry) -> str:
    """The change in plain words, e.g. "sin became exp: error down 32 %"."""
    old, new = _first_difference(before.network, after.network)
    if old is None or new is None:
        what = "numbers refitted"
    elif old == new:
        what = f"{new} rewired"
    else:
        what = f"{old} became {new}"
    return f"{what}: {_gain(before, after)}"


def _gain(before: FrontEntry, after: FrontEntry) -> str:
    if after.loss < before.loss:
        if after.loss <= 1e-20:
            return "exact"
        times = before.loss / after.loss
        if times >= 10:
            return f"error {times:,.0f} times smaller" if times < 1e6 else "error over a million times smaller"
        return f"error down {100 * (1 - 1 / times):.0f} %" if times > 1.005 else "error hardly changed"
    fewer = before.complexity - after.complexity
    more = _error_increase(before, after)
    if fewer > 0:
        cost = f"for {100 * more:.0f} % more error" if more < 9 else f"for {1 + more:,.0f} times the error"
        cost = "as good on held-out rows" if more <= 0.005 else cost
        return f"{counted(fewer, 'neuron')} fewer, {cost}"
    # The suggestion is chosen by leave-one-out errors with a price on the structure (`front.selection`).
    return "better on held-out rows" if more < 0 else "better leave-one-out score"


def _error_increase(before: FrontEntry, after: FrontEntry) -> float:
    """The relative increase of the error, on the held-out rows if there are any."""
    old, new = before.loss_holdout, after.loss_holdout
    if old is None or new is None:
        old, new = before.loss, after.loss
    return new / old - 1.0 if old > 0 else float(new > 0)


def _label(network: Network, i: int) -> str:
    neuron = network.neurons[i]
    if neuron.activation == "variable":
        return "an input"
    if neuron.activation == "constant":
        return "a fitted number"
    if neuron.activation == "own":
        return "a number of every group"
    if neuron.activation == "number":
        return f"the number {neuron.index}"
    return ACTIVATIONS[neuron.activation].symbol


def _first_difference(before: Network, after: Network) -> tuple[str | None, str | None]:
    """Labels of the first neurons, from the output down, whose activations or children differ."""
    a, b = len(before.neurons) - 1, len(after.neurons) - 1
    while True:
        old, new = before.neurons[a], after.neurons[b]
        if (old.activation, _kind(old)) != (new.activation, _kind(new)):
            return _label(before, a), _label(after, b)
        different = [(c, d) for c, d in zip(old.children, new.children, strict=True)
                     if _structure(before, c) != _structure(after, d)]
        if not different:
            return None, None
        if len(different) > 1:
            return _label(before, a), _label(after, b)
        a, b = different[0]


def _kind(neuron: Neuron) -> int:
    """Distinguishes leaves: the column of an input or the value of an exact number; 0 for all fitted constants."""
    return neuron.index if neuron.activation in ("variable", "number", "own") else 0


def _structure(network: Network, i: int) -> str:
    found: dict[int, str] = {}
    _describe(network, lambda j, text: found.update({j: text}))
    return found[i]


def _describe(network: Network, visit: Callable[[int, str], Any]) -> None:
    def combine(i: int, neuron: Neuron, below: list[str]) -> str:
        text = f"{neuron.activation}{neuron.index if neuron.activation != 'constant' else ''}({','.join(below)})"
        visit(i, text)
        return text

    network.fold(combine)
