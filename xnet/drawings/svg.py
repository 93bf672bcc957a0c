"""Drawings as SVG text, in pure Python: shapes, and the network.

All text from users (column names, formulas) passes through `escape`, so a drawing can be embedded in any page; drawings
refer to no other file. They are dark on white, which suits papers and slides, in the colours of the app.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xnet.counts import counted

INK, FAINT, PAPER, GRID = "#1d2430", "#5c6470", "#ffffff", "#ddd7ca"
FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
#: Fill and outline of a neuron, by its kind.
COLOURS = {"neuron": ("#dfeaea", "#0f6b6b"), "variable": ("#dbeaf4", "#0072b2"), "constant": (PAPER, "#7b8390"),
           "number": (PAPER, "#7b8390")}
#: Fitted numbers and whole numbers have a dashed outline, as in the app.
DASHES = dict.fromkeys(("constant", "number", "own"), ' stroke-dasharray="4 3"')
#: Width of a character in units of the font size, chosen generously so that labels fit in any font.
CHARACTER = 0.62
_ILLEGAL = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Activations whose operands cannot be exchanged.
_ORDERED = ("sub", "div", "pow")


def escape(text: object) -> str:
    """Text made safe for SVG and HTML: markup escaped, characters that XML forbids left out."""
    return html.escape(legal(text), quote=True)


def legal(text: object) -> str:
    """Text without the characters that XML forbids."""
    return _ILLEGAL.sub("", str(text))


def document(width: float, height: float, title: str, description: str, shapes: Iterable[str]) -> str:
    """A whole SVG file with a title and a description for screen readers."""
    body = "\n".join(shapes)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="{escape(FONT)}">\n'
            f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n"
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{body}\n</svg>\n')


def text(x: float, y: float, words: object, *, size: float = 13, anchor: str = "middle", colour: str = INK,
         turn: float = 0, weight: str = "normal") -> str:
    """A line of text around (x, y); `turn` in degrees."""
    rotation = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" '
            f'font-weight="{weight}" dominant-baseline="central"{rotation}>{escape(words)}</text>')


def line(points: Sequence[tuple[float, float]], *, colour: str = INK, width: float = 1, dash: str = "") -> str:
    """A line through points."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def dot(x: float, y: float, radius: float, *, fill: str, outline: str = "none", opacity: float = 1,
        tip: str = "") -> str:
    """A filled circle; `tip` is shown under the pointer."""
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{outline}" '
            f'fill-opacity="{opacity:g}"{_end("circle", tip)}')


def diamond(x: float, y: float, radius: float, *, outline: str, tip: str = "") -> str:
    """An open diamond; `tip` is shown under the pointer."""
    r = radius
    return (f'<path d="M{x - r:.1f} {y:.1f}l{r:g} {-r:g}l{r:g} {r:g}l{-r:g} {r:g}z" fill="{PAPER}" '
            f'fill-opacity="0" stroke="{outline}" stroke-width="1.4"{_end("path", tip)}')


def _end(tag: str, tip: str) -> str:
    return f"><title>{escape(tip)}</title></{tag}>" if tip else "/>"


def network_svg(net: Mapping[str, Any], *, target: str, formula: str = "") -> str:
    """The drawing of a network.

    Args:
        net: a network of a snapshot: the keys `network`, `layout` and `labels` are read.
        target: name of the target, written at the output.
        formula: a line below the drawing.
    """
    neurons, labels = net["network"]["neurons"], [str(label) for label in net["labels"]]
    widths = [max(38.0, 18 + 13 * CHARACTER * len(label)) for label in labels]
    middles, right = _columns([x for x, _ in net["layout"]], widths)
    width = max(right + 64 + 15 * CHARACTER * len(target), 480 if formula else 0)
    formula_lines = folded(formula, int((width - 48) / (13 * CHARACTER)))
    bottom = 12 + 18 * len(formula_lines) if formula else 0
    height = 76 + row_count(net["layout"]) * 58
    place = [(middles[x], 38 + y * (height - 76)) for x, y in net["layout"]]
    shapes: list[str] = []
    for i, neuron in enumerate(neurons):
        for slot, child in enumerate(neuron.get("children", ())):
            shapes += _edge(place[child], widths[child], place[i], widths[i],
                            str(slot + 1) if neuron["activation"] in _ORDERED else "")
    x, y = place[-1]
    end = x + widths[-1] / 2
    shapes += [line([(end, y), (end + 22, y)], width=1.6),
               text(end + 28, y, target, size=15, anchor="start", weight="bold")]
    for (x, y), w, label, neuron in zip(place, widths, labels, neurons, strict=True):
        fill, outline = COLOURS.get(neuron["activation"], COLOURS["neuron"])
        shapes.append(f'<rect x="{x - w / 2:.1f}" y="{y - 19:.1f}" width="{w:.1f}" height="38" rx="19" fill="{fill}" '
                      f'stroke="{outline}" stroke-width="1.6"{DASHES.get(neuron["activation"], "")}/>')
        shapes.append(text(x, y, label))
    shapes += [text(24, height + 4 + 18 * k, words, anchor="start", colour=FAINT)
               for k, words in enumerate(formula_lines)]
    words = f"{_counted(neurons)}, from the inputs on the left to {target} on the right."
    return document(width, height + bottom, f"Network for {target}", words, shapes)


def _counted(neurons: Sequence[Mapping[str, Any]]) -> str:
    """Counts for the description: neurons with children, different columns, and numbers."""
    counts = {"neuron": sum(bool(neuron.get("children")) for neuron in neurons),
              "column": len({neuron["index"] for neuron in neurons if neuron["activation"] == "variable"}),
              "number": sum(neuron["activation"] in ("constant", "number", "own") for neuron in neurons)}
    return ", ".join(counted(n, what) for what, n in counts.items() if n)


def folded(words: str, length: int) -> list[str]:
    """Text in lines of at most `length` characters, broken at spaces if possible."""
    return textwrap.wrap(words, max(8, length), break_on_hyphens=False)


def shorten(words: str, length: int) -> str:
    """Text cut to `length` characters, ending in an ellipsis where it was cut."""
    return words if len(words) <= length else words[:length - 1].rstrip() + "…"


def _columns(xs: Sequence[float], widths: Sequence[float]) -> tuple[dict[float, float], float]:
    """The centre of every column of neurons (each as wide as its widest label), and the right end of the last one."""
    middles, right = {}, 24.0
    for x in sorted(set(xs)):
        widest = max(w for w, at in zip(widths, xs, strict=True) if at == x)
        middles[x] = right + widest / 2
        right += widest + 60
    return middles, right - 60


def row_count(layout: Sequence[Sequence[float]]) -> float:
    """The number of rows that the layout needs so that neurons of one column do not touch."""
    gaps = [abs(a[1] - b[1]) for k, a in enumerate(layout) for b in layout[:k] if a[0] == b[0] and a[1] != b[1]]
    return 1 / min(gaps) if gaps else 0.6


def _edge(child: tuple[float, float], child_width: float, parent: tuple[float, float], parent_width: float,
          slot: str) -> list[str]:
    """A curve from the child's right side to the parent's left; `slot` is the number of the operand, or ""."""
    (x0, y0), (x1, y1) = (child[0] + child_width / 2, child[1]), (parent[0] - parent_width / 2, parent[1])
    middle = (x0 + x1) / 2
    bend = f"M{x0:.1f},{y0:.1f} C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    shapes = [f'<path d="{bend}" fill="none" stroke="{FAINT}" stroke-width="1.4"/>']
    if slot:
        shapes.append(text(x1 - 9, y1 + (-9 if y0 <= y1 else 9), slot, size=10, colour=FAINT))
    return shapes
