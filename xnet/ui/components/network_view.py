"""The live network drawing: one Components-v2 element, an inline SVG that is moved and never rebuilt.

`drawing` turns one NET of a snapshot (see `xnet.runs`) into what the element needs; it is plain data, so it can be
tested without a browser. `network_view` mounts the element. A plotly figure would be removed and rebuilt at every
tick (Streamlit 1.67), which flickers; this element stays in the page for as long as the page does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from xnet.engine.networks.activations import ACTIVATIONS

from .neuron_notes import neuron_notes

_ASSETS = Path(__file__).parents[1] / "assets"
_KINDS = {"variable": "input", "constant": "constant", "number": "constant"}
_COMPONENT = st.components.v2.component(
    "xnet_network",
    html=(_ASSETS / "network.html").read_text("utf-8"),
    css="".join((_ASSETS / name).read_text("utf-8") for name in ("network.css", "inspector.css")),
    js="".join((_ASSETS / name).read_text("utf-8") for name in ("network.js", "inspector.js")),
)


def network_view(net: Mapping[str, Any] | None, *, target: str, key: str, seq: int = 0, columns: Sequence[str] = (),
                 announce: str = "", empty: str = "", caption: str = "", height: int | None = None,
                 live: bool = False, phase: str = "", notes: Sequence[tuple[str, bool]] = ()) -> None:
    """Draw a network; called again with the same key it moves the drawing to the new network.

    Args:
        net: a NET of a snapshot, or None while there is no network yet.
        target: name of the target column, written at the output.
        key: identity of the element on the page.
        seq: the snapshot's number; a new one lets changed neurons pulse once.
        columns: full names of the input columns, for tooltips (labels in the drawing may be cut).
        announce: a sentence that screen readers speak when it changes.
        empty: what to say in place of a drawing when `net` is None.
        caption: one line below the drawing, cut where the drawing ends.
        height: pixels of the drawing; it follows the window's width when left out.
        live: whether changed neurons will be marked, and the key should say so.
        phase: the phase of a step that is shown (see `xnet.phases`); "Forward" lights the neurons up in their order.
        notes: a short text to stand below every neuron, and whether it is a target.
    """
    data = drawing(net, target=target, columns=columns)
    for node, (note, wanted) in zip(data["nodes"], notes, strict=False):
        node |= {"note": note, "wanted": wanted}
    _COMPONENT(key=key, data={**data, "seq": seq, "announce": announce, "empty": empty, "caption": caption,
                              "height": height, "live": live, "phase": phase})


def drawing(net: Mapping[str, Any] | None, *, target: str, columns: Sequence[str] = ()) -> dict[str, Any]:
    """Nodes, edges and words of one NET, as plain data.

    Returns:
        `nodes` (id, x and y in 0..1, kind, label, title, changed, about: see `about.neuron_notes`), `edges` (id,
        child, parent, changed), `columns` (what the neurons' plots are drawn against), `target`, `summary` (one
        sentence: the accessible name) and `lines` (the network in words, output first).
    """
    if net is None:
        return {"nodes": [], "edges": [], "columns": {}, "target": target, "summary": "No network yet.", "lines": []}
    neurons, ids, changed = net["network"]["neurons"], net["ids"], set(net["changed"])
    names = [_name(i, net, columns) for i in range(len(neurons))]
    about = neuron_notes(net, names, columns)
    nodes = [{"id": ids[i], "about": about[i], "x": net["layout"][i][0], "y": net["layout"][i][1], "title": names[i],
              "label": _label(neuron, net["labels"][i], columns), "changed": i in changed,
              "kind": _KINDS.get(neuron["activation"], "neuron")}
             for i, neuron in enumerate(neurons)]
    edges = [{"id": f"{ids[child]}>{ids[i]}:{slot}", "child": ids[child], "parent": ids[i], "changed": i in changed}
             for i, neuron in enumerate(neurons) for slot, child in enumerate(neuron.get("children", ()))]
    return {"nodes": nodes, "edges": edges, "target": target, "summary": _summary(net, target),
            "columns": (net.get("inspect") or {}).get("columns", {}), "lines": _lines(net, names, target)}


def _label(neuron: Mapping[str, Any], label: str, columns: Sequence[str]) -> str:
    """The whole name of a column (the drawing knows how much room there is), the given label otherwise."""
    whole = neuron["activation"] == "variable" and neuron["index"] < len(columns)
    return columns[neuron["index"]] if whole else label


def _name(i: int, net: Mapping[str, Any], columns: Sequence[str]) -> str:
    """What neuron i is, in words: `column distance`, `number 1.52`, `product`."""
    neuron = net["network"]["neurons"][i]
    kind = neuron["activation"]
    if kind == "variable":
        return f"column {_label(neuron, net['labels'][i], columns)}"
    if kind in ("constant", "number"):
        return f"{'fitted ' if kind == 'constant' else ''}number {net['labels'][i]}"
    return ACTIVATIONS[kind].description if kind in ACTIVATIONS else kind


def _lines(net: Mapping[str, Any], names: Sequence[str], target: str) -> list[str]:
    """The network as sentences, from the output back to the columns; joints are numbered so that they can be named."""
    neurons = net["network"]["neurons"]
    joints = [i for i in range(len(neurons) - 1, -1, -1) if neurons[i].get("children")]
    called = {i: f"neuron {n} ({names[i]})" for n, i in enumerate(joints, start=1)}
    lines = [f"{target} is {called.get(len(neurons) - 1, names[-1])}."]
    for i in joints:
        parts = " and ".join(called.get(c, names[c]) for c in neurons[i]["children"])
        lines.append(f"{called[i].capitalize()} takes {parts}.")
    return lines


def _summary(net: Mapping[str, Any], target: str) -> str:
    joints = sum(1 for n in net["network"]["neurons"] if n.get("children"))
    inputs = {n["index"] for n in net["network"]["neurons"] if n["activation"] == "variable"}
    return (f"Network with {joints} neuron{'s' * (joints != 1)} on {len(inputs)} column{'s' * (len(inputs) != 1)}, "
            f"computing {target} = {net['text'].removeprefix(f'{target} = ')}")
