"""A network as GraphML, for Gephi, yEd, Cytoscape or NetworkX."""

from __future__ import annotations

import io
from collections.abc import Sequence

from xnet.engine.networks.network import Network

from .layout import labels
from .svg import legal


def network_graphml(network: Network, names: Sequence[str], *, target: str) -> str:
    """The network as a directed graph from the inputs to the output.

    Nodes carry `activation`, `label` and what the activation needs: `column` and `index`, or `value`. Edges carry
    `operand`, the place among the neuron's children from 0, because a - b is not b - a.
    """
    import networkx as nx  # it takes a second, which the first page should not wait for

    graph = nx.MultiDiGraph(target=legal(target), output=str(len(network.neurons) - 1))
    for i, (neuron, label) in enumerate(zip(network.neurons, labels(network, list(names)), strict=True)):
        extra: dict[str, str | int | float] = {}
        if neuron.activation == "variable":
            extra = {"column": legal(names[neuron.index]), "index": neuron.index}
        elif neuron.activation == "constant":
            extra = {"value": network.constants[neuron.index]}
        elif neuron.activation == "own" and network.own is not None:
            extra = {"column": legal(names[network.own.column])} | {
                f"value {legal(label)}": value
                for label, value in zip(network.own.labels, network.own.values[neuron.index], strict=True)}
        elif neuron.activation == "number":
            extra = {"value": float(neuron.index)}
        graph.add_node(str(i), activation=neuron.activation, label=legal(label), **extra)
        for operand, child in enumerate(neuron.children):
            graph.add_edge(str(child), str(i), operand=operand)
    out = io.BytesIO()
    nx.write_graphml(graph, out)
    return out.getvalue().decode("utf-8") + "\n"
