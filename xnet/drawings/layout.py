"""Positions, labels and stable identities of the neurons in drawings of a network.

Readers can follow an animation only if unchanged neurons keep their identity while other neurons come and go. Three
cases show how `NodeIds` works. sin(x) -> sin(x) + z: the whole sin(x) keeps its ids
and the sum above it is new. sin(x) -> exp(x): the same place, so the neuron keeps its id and is drawn as changed.
sin(x)·z -> z·sin(x): both factors keep their ids and trade places.

The drawing is a tidy tree that grows from left to right: inputs and constants on the left, the output at x = 1. Every
leaf gets a row of its own and every other neuron stands in the middle of its children, so nothing overlaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from xnet.engine.formulas.text import constant_text
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import LEAVES, Network, Neuron
from xnet.name_lists import cut_names
from xnet.wording.formula_notation import typeset_text

#: Longer column names are cut in the drawing; the formula below it shows them in full.
MAX_LABEL = 22


def layout(network: Network) -> list[list[float]]:
    """Positions of the neurons, one [x, y] in 0..1 each: the output at x = 1, the first child above (smaller y)."""
    root = len(network.neurons) - 1
    depth = [0] * (root + 1)  # the longest way from the output
    for i in range(root, -1, -1):  # parents come after their children in a network
        for child in network.neurons[i].children:
            depth[child] = max(depth[child], depth[i] + 1)
    rows = _rows(network)
    deepest = max(depth)
    n_rows = max(rows.values())
    return [[round(1 - depth[i] / deepest if deepest else 1.0, 4), round(rows[i] / n_rows if n_rows else 0.5, 4)]
            for i in range(root + 1)]


def _rows(network: Network) -> dict[int, float]:
    """Heights of the neurons in rows from the top: leaves take the next free row, parents the middle of theirs."""
    rows: dict[int, float] = {}
    free = 0
    # The output, being last, is taken first. An entry holds a neuron and, on the way up, the children it is placed by.
    stack: list[tuple[int, list[int]]] = [(i, []) for i in range(len(network.neurons))]
    while stack:
        i, own = stack.pop()
        if i in rows:
            continue
        if own:
            rows[i] = (rows[own[0]] + rows[own[-1]]) / 2
            continue
        # A child that another parent has placed already keeps its place; it must not pull this parent onto it.
        own = [c for c in dict.fromkeys(network.neurons[i].children) if c not in rows]
        if own:
            stack.append((i, own))
            stack.extend((c, []) for c in reversed(own))
        else:
            rows[i] = float(free)
            free += 1
    return rows


def labels(network: Network, names: Sequence[str]) -> list[str]:
    """A short text for every neuron: its activation's symbol, its column's name, or its number."""
    names = cut_names(names, MAX_LABEL)
    return [_label(network, i, names) for i in range(len(network.neurons))]


def _label(network: Network, i: int, names: Sequence[str]) -> str:
    neuron = network.neurons[i]
    if neuron.activation == "variable":
        return names[neuron.index] if neuron.index < len(names) else f"x{neuron.index}"
    if neuron.activation == "own" and network.own is not None:
        return network.own.letter(neuron.index)
    if neuron.activation == "constant":
        value = network.constants[neuron.index]
        named = form_of(value, network.known) is not None
        return typeset_text(constant_text(value, network.known)[0] if named else f"{value:.4g}")
    if neuron.activation == "number":
        return str(neuron.index)
    return ACTIVATIONS[neuron.activation].symbol


class NodeIds:
    """Ids of the neurons in a sequence of networks; unchanged neurons keep their ids."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._ids: list[str] = []
        self._changed: list[int] = []
        self._next = 0

    def continue_from(self, network: Network, ids: Sequence[str]) -> None:
        """Continue from a network that another process drew."""
        self._network, self._ids = network, list(ids)
        self._next = max((int(name[1:]) for name in ids), default=0)

    def update(self, network: Network) -> tuple[list[str], list[int]]:
        """The ids of the neurons of `network`, and the positions of those that the last change added or rewired."""
        old = self._network
        if old is None:
            self._ids = [self._new() for _ in network.neurons]
        elif old.neurons != network.neurons:
            pairs = match_neurons(old, network)
            self._ids = [self._ids[pairs[i]] if i in pairs else self._new() for i in range(len(network.neurons))]
            self._changed = [i for i, neuron in enumerate(network.neurons) if _rewired(i, neuron, pairs, old)]
        self._network = network
        return list(self._ids), list(self._changed)

    def _new(self) -> str:
        self._next += 1
        return f"n{self._next}"


def _rewired(i: int, neuron: Neuron, pairs: dict[int, int], old: Network) -> bool:
    if i not in pairs:
        return True
    before = old.neurons[pairs[i]]
    same_leaf = neuron.activation not in ("variable", "number") or neuron.index == before.index
    return before.activation != neuron.activation or not same_leaf


def match_neurons(old: Network, new: Network) -> dict[int, int]:
    """Which neuron of `new` was which neuron of `old`: a partial one-to-one map, new position -> old position.

    Equal sub-networks first, largest first; then parents whose children were matched; then whatever stands in the
    same place below matched parents; last, equal leaves. Constants' values are ignored: fitting them is no rewiring.
    """
    matching = _Matching(old, new)
    matching.equal_subtrees(smallest=2)
    matching.parents_of_matched()
    matching.same_place()
    matching.equal_subtrees(smallest=1)
    return matching.pairs


class _Matching:
    """The map that `match_neurons` builds, and the neurons of the old network that are already matched."""

    def __init__(self, old: Network, new: Network) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.signatures = _signatures(old), _signatures(new)

    def pair(self, i: int, j: int) -> None:
        if i not in self.pairs and j not in self.taken:
            self.pairs[i] = j
            self.taken.add(j)

    def equal_subtrees(self, smallest: int) -> None:
        before, after = self.signatures
        where: dict[Hashable, list[int]] = defaultdict(list)
        for j, signature in enumerate(before):
            where[signature].append(j)
        sizes = [len(self.new.subtree(i)) for i in range(len(after))]
        for i in sorted(range(len(after)), key=lambda i: -sizes[i]):
            if sizes[i] >= smallest and i not in self.pairs:
                free = [j for j in where[after[i]] if j not in self.taken]
                if free:
                    self.pair_down(i, free[0])

    def pair_down(self, i: int, j: int) -> None:
        self.pair(i, j)
        for child, was in zip(self.new.neurons[i].children, self.old.neurons[j].children, strict=True):
            self.pair_down(child, was)

    def parents_of_matched(self) -> None:
        parents: dict[int, list[int]] = defaultdict(list)
        for j, neuron in enumerate(self.old.neurons):
            for child in neuron.children:
                parents[child].append(j)
        for i, neuron in enumerate(self.new.neurons):
            if i in self.pairs:
                continue
            above = [p for c in neuron.children if c in self.pairs for p in parents[self.pairs[c]]
                     if p not in self.taken and self.old.neurons[p].activation == neuron.activation]
            if above:
                self.pair(i, max(set(above), key=lambda p: (above.count(p), -p)))

    def same_place(self) -> None:
        self.pair(len(self.new.neurons) - 1, len(self.old.neurons) - 1)
        for i in range(len(self.new.neurons) - 1, -1, -1):
            if i in self.pairs:
                children = self.new.neurons[i].children
                was = self.old.neurons[self.pairs[i]].children
                # Equal leaves first (they may have changed sides), then the remaining children in order. A sum that
                # became a sine has a child fewer.
                for child in children:
                    for before in was:
                        if self.signatures[1][child] == self.signatures[0][before]:
                            self.pair(child, before)
                left = [c for c in children if c not in self.pairs], [j for j in was if j not in self.taken]
                for child, before in zip(*left, strict=False):
                    self.pair(child, before)


def _signatures(network: Network) -> list[Hashable]:
    """One value per neuron, equal for equal sub-networks (constants' values ignored)."""
    found: list[Hashable] = []
    for neuron in network.neurons:
        index = neuron.index if neuron.activation in LEAVES and neuron.activation != "constant" else None
        found.append((neuron.activation, index, *(found[c] for c in neuron.children)))
    return found


def drawn(row: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """A row of the front with its layout, labels and ids for drawing."""
    if "layout" in row:
        return row
    network = Network.from_json(row["network"])
    ids, changed = NodeIds().update(network)
    return {**row, "layout": layout(network), "labels": labels(network, names), "ids": ids, "changed": changed}
