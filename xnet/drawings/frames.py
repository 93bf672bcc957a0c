"""A moment of a search as a picture: the network between two frames, its formula, and the losses so far.

Neurons are identified by the ids of the run (`layout.NodeIds`): neurons that stay move, new ones fade in, removed ones
fade out, and changed ones glow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xnet.wording.formula_notation import typeset_text
from xnet.wording.score_text import accuracy_text

from .axes import power
from .charts import FLOOR, HELD_OUT_COLOUR, TRAINING_COLOUR
from .svg import CHARACTER, COLOURS, DASHES, FAINT, GRID, INK, document, dot, folded, line, row_count, shorten, text

Net = Mapping[str, Any]
Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 800, 450
#: Left, top, right and bottom of the network's part and of the loss's.
NETWORK: Box = (24, 66, 556, 352)
LOSS: Box = (612, 92, 776, 310)
#: Lines of the formula, and characters of a line.
FORMULA_LINES, FORMULA_LENGTH = 3, 92
LABEL, TARGET = 18, 20
_GLOW = "#e69f00"


@dataclass(frozen=True)
class Pill:
    """A drawn neuron: its centre, size, label, kind, opacity and glow."""

    x: float
    y: float
    width: float
    scale: float
    label: str
    kind: str
    opacity: float = 1.0
    glow: float = 0.0

    def towards(self, other: Pill, t: float) -> Pill:
        """Interpolate to another pill; label and kind change half-way."""
        def between(a: float, b: float) -> float:
            return a + (b - a) * t

        return replace(other if t >= 0.5 else self, x=between(self.x, other.x), y=between(self.y, other.y),
                       width=between(self.width, other.width), scale=between(self.scale, other.scale),
                       glow=between(self.glow, other.glow))


def frame_svg(frames: Sequence[Mapping[str, Any]], at: float, *, target: str) -> str:
    """The picture of a moment of a search.

    Args:
        frames: the frames of a run (see `runs.frames_file`).
        at: the moment: 2.3 is 30 % of the way from the third frame to the fourth.
        target: name of the column that is explained.
    """
    k = min(int(at), len(frames) - 1)
    following = frames[min(k + 1, len(frames) - 1)]
    t = _eased(at - k)
    said = following if t >= 0.5 else frames[k]
    pills, edges = _drawn(frames[k]["net"], target), _edges(frames[k]["net"])
    if t:
        pills, edges = _between(pills, _drawn(following["net"], target), t), _faded(edges, _edges(following["net"]), t)
    shapes = [_edge(pills[child], pills[parent], opacity) for (child, parent, _), opacity in edges.items()]
    shapes += [shape for pill in pills.values() for shape in _pill(pill)]
    shapes += _target(frames[k]["net"], following["net"], pills, target)
    shapes += _words(said) + _loss(frames, at)
    return document(WIDTH, HEIGHT, f"A formula for {target}", str(said["net"]["text"]), shapes)


def _eased(t: float) -> float:
    return t * t * (3 - 2 * t)


def _drawn(net: Net, target: str) -> dict[str, Pill]:
    """The neurons of a network at rest, by id, with room for the target's name on the right."""
    labels = [shorten(str(label), LABEL) for label in net["labels"]]
    widths = [max(38.0, 18 + 13 * CHARACTER * len(label)) for label in labels]
    left, top, right, bottom = NETWORK
    room = right - left - (20 + 14 * CHARACTER * len(shorten(target, TARGET)))
    xs = sorted({x for x, _ in net["layout"]})
    widest = [max(w for w, (at, _) in zip(widths, net["layout"], strict=True) if at == x) for x in xs]
    rows = row_count(net["layout"])
    scale = min(1.0, room / (sum(widest) + 26 * (len(xs) - 1)), (bottom - top) / (46 * (rows + 1)))
    gap = min(70.0, (room - scale * sum(widest)) / max(1, len(xs) - 1))
    start = left + (room - scale * sum(widest) - gap * (len(xs) - 1)) / 2
    middles = {x: start + scale * (sum(widest[:k]) + widest[k] / 2) + gap * k for k, x in enumerate(xs)}
    height = min(64 * rows, bottom - top - 40 * scale)
    changed = set(net["changed"])
    return {name: Pill(middles[x], (top + bottom) / 2 + (y - 0.5) * height, scale * widths[i], scale, labels[i],
                       net["network"]["neurons"][i]["activation"], glow=float(i in changed))
            for i, (name, (x, y)) in enumerate(zip(net["ids"], net["layout"], strict=True))}


def _edges(net: Net) -> dict[tuple[str, str, int], float]:
    """The edges of a network, as ids of child and parent and the operand's place, with their opacity."""
    return {(net["ids"][child], net["ids"][i], slot): 1.0 for i, neuron in enumerate(net["network"]["neurons"])
            for slot, child in enumerate(neuron.get("children", ()))}


def _between(old: Mapping[str, Pill], new: Mapping[str, Pill], t: float) -> dict[str, Pill]:
    gone = {name: replace(pill, opacity=1 - t, glow=0.0) for name, pill in old.items() if name not in new}
    here = {name: old[name].towards(pill, t) if name in old else replace(pill, opacity=t, y=pill.y + 14 * (1 - t))
            for name, pill in new.items()}
    return gone | here


def _faded(old: Mapping[tuple[str, str, int], float], new: Mapping[tuple[str, str, int], float],
           t: float) -> dict[tuple[str, str, int], float]:
    return {edge: t * (edge in new) + (1 - t) * (edge in old) for edge in {**old, **new}}


def _edge(child: Pill, parent: Pill, opacity: float) -> str:
    x0, x1 = child.x + child.width / 2, parent.x - parent.width / 2
    middle = (x0 + x1) / 2
    return (f'<path d="M{x0:.1f},{child.y:.1f} C{middle:.1f},{child.y:.1f} {middle:.1f},{parent.y:.1f} '
            f'{x1:.1f},{parent.y:.1f}" fill="none" stroke="{FAINT}" stroke-width="1.6" opacity="{opacity:.2f}"/>')


def _pill(pill: Pill) -> list[str]:
    fill, outline = COLOURS.get(pill.kind, COLOURS["neuron"])
    height = 36 * pill.scale
    place = (f'x="{pill.x - pill.width / 2:.1f}" y="{pill.y - height / 2:.1f}" width="{pill.width:.1f}" '
             f'height="{height:.1f}" rx="{height / 2:.1f}" opacity="{pill.opacity:.2f}"')
    glow = [f'<rect {place} fill="none" stroke="{_GLOW}" stroke-width="6" stroke-opacity="{0.75 * pill.glow:.2f}"/>']
    return [*(glow if pill.glow else ()),
            f'<rect {place} fill="{fill}" stroke="{outline}" stroke-width="1.6"{DASHES.get(pill.kind, "")}/>',
            f'<g opacity="{pill.opacity:.2f}">{text(pill.x, pill.y, pill.label, size=13 * pill.scale)}</g>']


def _target(net: Net, following: Net, pills: Mapping[str, Pill], target: str) -> list[str]:
    """The name of the target beside the output neuron, which may differ between two frames."""
    shapes = []
    for name in dict.fromkeys((net["ids"][-1], following["ids"][-1])):
        output = pills.get(name)
        if output is not None and (output.opacity > 0.5 or name == following["ids"][-1]):
            end = output.x + output.width / 2
            shapes = [line([(end, output.y), (end + 12, output.y)], width=1.6),
                      text(end + 17, output.y, shorten(target, TARGET), size=13, anchor="start", weight="bold")]
            break
    return shapes


def _words(frame: Mapping[str, Any]) -> list[str]:
    """The accuracy of the network, the last change, and the formula."""
    net = frame["net"]
    score = f"after {frame['seconds']:.1f} s · {accuracy_text(net, digits=6)}"
    lines = folded(typeset_text(str(net["text"])), FORMULA_LENGTH)
    if len(lines) > FORMULA_LINES:
        lines = [*lines[:FORMULA_LINES - 1], shorten(lines[FORMULA_LINES - 1], FORMULA_LENGTH - 2).rstrip("…") + "…"]
    top = 416 - 10 * len(lines)
    return [text(24, 28, score, size=16, anchor="start", weight="bold"),
            text(24, 50, shorten(str(frame["reason"]) or "the first network", 84), size=12, anchor="start",
                 colour=FAINT),
            *(text(24, top + 20 * k, words, size=14, anchor="start") for k, words in enumerate(lines))]


def _loss(frames: Sequence[Mapping[str, Any]], at: float) -> list[str]:
    """The losses of the networks so far, at equal distances, on a logarithmic axis that holds all frames."""
    left, top, right, bottom = LOSS
    series = [(TRAINING_COLOUR, "", "training", [frame["net"]["loss"] for frame in frames]),
              (HELD_OUT_COLOUR, "5 4", "held out", [frame["net"]["loss_holdout"] for frame in frames])]
    shown = [math.log10(max(v, FLOOR)) for *_, values in series for v in values if v is not None and math.isfinite(v)]
    low, high = min([*shown, -1.0]), max([*shown, 0.0])
    shapes = [text(left, top - 24, "Error so far", size=13, anchor="start", weight="bold"),
              line([(left, top), (left, bottom), (right, bottom)], colour=INK)]
    for exponent in sorted({math.ceil(low), math.floor(high)}):
        y = bottom - (exponent - low) / (high - low) * (bottom - top)
        shapes += [text(left - 6, y, power(exponent), size=11, anchor="end", colour=FAINT),
                   line([(left, y), (right, y)], colour=GRID)]
    for place, (colour, dash, name, values) in enumerate(series):
        corners = [(left + (right - left) * k / max(1, len(frames) - 1),
                    bottom - (math.log10(max(v, FLOOR)) - low) / (high - low) * (bottom - top))
                   for k, v in enumerate(values) if v is not None and math.isfinite(v) and k <= at]
        if not corners:
            continue
        x = left + (right - left) * at / max(1, len(frames) - 1)
        steps = [corner for k, (cx, cy) in enumerate(corners) for corner in ((cx, corners[k - 1][1]), (cx, cy))][1:]
        shapes += [line([*steps, (x, corners[-1][1])], colour=colour, width=2, dash=dash),
                   dot(x, corners[-1][1], 3.5, fill=colour)]
        key = left + 90 * place
        shapes += [line([(key, bottom + 20), (key + 18, bottom + 20)], colour=colour, width=2, dash=dash),
                   text(key + 23, bottom + 20, name, size=11, anchor="start", colour=FAINT)]
    return shapes
