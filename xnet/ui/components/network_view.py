"""The network drawing: a Streamlit component with an inline SVG that is updated in place and never rebuilt.

`drawing` converts a `DrawnFormula` (see `xnet.runs.schema`) to the data of the component; these are plain data, so
tests need no browser. `network_view` mounts the component. A plotly figure would be rebuilt at every refresh
(Streamlit 1.67) and flicker.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from xnet.counts import counted
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.ui.session.shared import made_once
from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import capitalized

from .neuron_notes import neuron_notes

_ASSETS = Path(__file__).parents[1] / "assets"
_KINDS = {"variable": "input", "constant": "constant", "number": "constant", "own": "constant"}
_COMPONENT = st.components.v2.component(
    "xnet_network",
    html=(_ASSETS / "network.html").read_text("utf-8"),
    css="".join((_ASSETS / name).read_text("utf-8") for name in ("network.css", "inspector.css")),
    js="".join((_ASSETS / name).read_text("utf-8") for name in ("network.js", "inspector.js")),
)


def network_view(record: Mapping[str, Any] | None, *, target: str, key: str, seq: int = 0, columns: Sequence[str] = (),
                 announce: str = "", empty: str = "", caption: str = "", height: int | None = None,
                 live: bool = False, phase: str = "", notes: Sequence[tuple[str, bool]] = (),
                 large: bool = False, version: Hashable = None) -> None:
    """Draw a network; a later call with the same key moves the drawing to the new network.

    Args:
        record: the network's `DrawnFormula`, or None while there is no network yet.
        target: name of the target column, for the label of the output.
        key: key of the component on the page.
        seq: the number of the snapshot; when it changes, changed neurons pulse once.
        columns: full names of the input columns, for tooltips (the labels in the drawing may be cut).
        announce: a sentence that screen readers read out when it changes.
        empty: the text in place of the drawing if `record` is None.
        caption: one line below the drawing, cut at its edge.
        height: height in pixels; by default it follows the width of the window.
        live: whether changed neurons are marked and the legend explains the mark.
        phase: the phase of a step (see `xnet.evidence.step_story`); in "Forward" the neurons light up in their order.
        notes: for every neuron a short text, below it or left of a column or number, and whether it is a target value.
        large: whether the drawing is made for a projector: all text at least 20 pixels high, and a button for the
            full screen.
        version: names all that is drawn, where sessions draw the same at once; the data are then made once.
    """
    def encoded() -> bytes:
        data = drawing(record, target=target, columns=columns)
        for node, (note, wanted) in zip(data["nodes"], notes, strict=False):
            node |= {"note": note, "wanted": wanted}
        data |= {"seq": seq, "announce": announce, "empty": empty, "caption": caption, "height": height, "live": live,
                 "phase": phase, "large": large}
        return json.dumps(data).encode()

    # Bytes, because Streamlit would write a dictionary as JSON twice.
    _COMPONENT(key=key, data=encoded() if version is None else made_once((key, version), encoded))


def drawing(record: Mapping[str, Any] | None, *, target: str, columns: Sequence[str] = ()) -> dict[str, Any]:
    """Nodes, edges and texts of a network, as plain data.

    Returns:
        `nodes` (id, x and y in 0..1, kind, label, title, changed, about: see `neuron_notes`), `edges` (id,
        child, parent, changed), `columns` (values on the x-axes of the neurons' plots), `target`, `summary` (one
        sentence: the accessible name) and `lines` (the network as sentences, output first).
    """
    if record is None:
        return {"nodes": [], "edges": [], "columns": {}, "target": target, "summary": "No network yet.", "lines": []}
    neurons, ids, changed = record["network"]["neurons"], record["ids"], set(record["changed"])
    names = [_name(i, record, columns) for i in range(len(neurons))]
    about = neuron_notes(record, names, columns)
    nodes = [{"id": ids[i], "about": about[i], "title": names[i],
              "x": record["layout"][i][0], "y": record["layout"][i][1],
              "label": _label(neuron, record["labels"][i], columns), "changed": i in changed,
              "kind": _KINDS.get(neuron["activation"], "neuron")}
             for i, neuron in enumerate(neurons)]
    edges = [{"id": f"{ids[child]}>{ids[i]}:{slot}", "child": ids[child], "parent": ids[i], "changed": i in changed}
             for i, neuron in enumerate(neurons) for slot, child in enumerate(neuron.get("children", ()))]
    return {"nodes": nodes, "edges": edges, "target": target, "summary": _summary(record, target),
            "columns": (record.get("inspect") or {}).get("columns", {}), "lines": _lines(record, names, target)}


def _label(neuron: Mapping[str, Any], label: str, columns: Sequence[str]) -> str:
    """The full name of a column (the drawing cuts it if necessary), the given label otherwise."""
    whole = neuron["activation"] == "variable" and neuron["index"] < len(columns)
    return columns[neuron["index"]] if whole else label


def _name(i: int, record: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The name of neuron i: `column distance`, `number 1.52`, `product`."""
    neuron = record["network"]["neurons"][i]
    kind = neuron["activation"]
    if kind == "variable":
        return f"column {_label(neuron, record['labels'][i], columns)}"
    if kind == "own":
        return f"own constant {record['labels'][i]} of every group"
    if kind in ("constant", "number"):
        return f"{'fitted ' if kind == 'constant' else ''}number {record['labels'][i]}"
    return ACTIVATIONS[kind].description if kind in ACTIVATIONS else kind


def _lines(record: Mapping[str, Any], names: Sequence[str], target: str) -> list[str]:
    """The network as sentences, from the output back to the columns; neurons with inputs are numbered."""
    neurons = record["network"]["neurons"]
    joints = [i for i in range(len(neurons) - 1, -1, -1) if neurons[i].get("children")]
    called = {i: f"neuron {n} ({names[i]})" for n, i in enumerate(joints, start=1)}
    lines = [f"{target} is {called.get(len(neurons) - 1, names[-1])}."]
    for i in joints:
        parts = " and ".join(called.get(c, names[c]) for c in neurons[i]["children"])
        lines.append(f"{capitalized(called[i])} takes {parts}.")
    return lines


def _summary(record: Mapping[str, Any], target: str) -> str:
    joints = sum(1 for n in record["network"]["neurons"] if n.get("children"))
    inputs = {n["index"] for n in record["network"]["neurons"] if n["activation"] == "variable"}
    return (f"Network with {counted(joints, 'neuron')} on {counted(len(inputs), 'column')}, "
            f"computing {target} = {typeset_text(record['text']).removeprefix(f'{target} = ')}")
