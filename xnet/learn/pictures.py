"""Five pictures of how the search works, as SVG for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from xnet.drawings.svg import CHARACTER, FONT, dot, escape, line, text
from xnet.wording.row_words import HELD_OUT

WIDTH, HEIGHT = 320, 170
Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """The colours of a picture: ink, a faint colour, three that colour-blind people can distinguish, and a fill."""

    ink: str
    faint: str
    blue: str
    orange: str
    green: str
    fill: str


LIGHT = Palette("#1d2430", "#7b8390", "#0072b2", "#d55e00", "#009e73", "#e3eeee")
DARK = Palette("#e8ebee", "#8b95a1", "#56b4e9", "#f0893c", "#2fc49a", "#152a2c")


@dataclass(frozen=True)
class Step:
    """One step of the explanation: title, text, picture, and the picture's alternative text."""

    title: str
    text: str
    alt: str
    draw: Callable[[Palette], list[str]]


def picture(step: Step, palette: Palette) -> str:
    """The step's picture as an SVG file without background."""
    body = "".join(step.draw(palette))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" font-family="{escape(FONT)}"><title>{escape(step.alt)}</title>{body}</svg>')


def _neuron(at: Point, label: str, palette: Palette, colour: str = "") -> str:
    x, y = at
    return (f'<circle cx="{x:g}" cy="{y:g}" r="20" fill="{palette.fill}" stroke="{colour or palette.ink}" '
            f'stroke-width="1.8"/>') + text(x, y, label, colour=palette.ink, size=14)


def _column(at: Point, label: str, palette: Palette) -> str:
    x, y = at
    return (f'<rect x="{x - 18:g}" y="{y - 12:g}" width="36" height="24" rx="6" fill="{palette.fill}" '
            f'stroke="{palette.blue}" stroke-width="1.8"/>') + text(x, y, label, colour=palette.ink, size=13)


def _formula(palette: Palette) -> list[str]:
    top, low, sine, product = (60.0, 40.0), (60.0, 120.0), (150.0, 120.0), (230.0, 80.0)
    return [line([top, product], colour=palette.faint, width=1.6), line([low, sine, product], colour=palette.faint,
                                                                       width=1.6),
            line([product, (282, 80)], colour=palette.ink, width=1.6),
            _column(top, "x", palette), _column(low, "x", palette), _neuron(sine, "sin", palette),
            _neuron(product, "×", palette), text(296, 80, "y", colour=palette.ink, size=15, weight="bold"),
            text(160, 158, "y = x · sin(x)", colour=palette.ink, size=14)]


def _targets(palette: Palette) -> list[str]:
    shapes = [line([(20, 140), (300, 140)], colour=palette.faint)]
    for k in range(9):
        x = 40 + 30 * k
        own, wanted = 95 - 12 * math.sin(k / 1.5), 85 - 45 * math.sin(k / 1.3 + 0.4)
        shapes += [line([(x, own), (x, wanted)], colour=palette.orange, width=2),
                   dot(x, own, 4.5, fill=palette.blue), dot(x, wanted, 4.5, fill=palette.orange)]
    return [*shapes, dot(40, 158, 4, fill=palette.blue),
            text(50, 158, "output", colour=palette.ink, size=12, anchor="start"),
            dot(150, 158, 4, fill=palette.orange),
            text(160, 158, "target", colour=palette.ink, size=12, anchor="start")]


def _curve(value: Callable[[float], float], colour: str, width: float) -> str:
    return line([(40 + 240 * k / 60, 80 - value(k / 60 * 8) * 45) for k in range(61)], colour=colour, width=width)


def _candidates(palette: Palette) -> list[str]:
    wanted = [(40 + 30 * k, 80 - 45 * math.sin(k)) for k in range(9)]
    return [_curve(lambda t: t / 4 - 1, palette.faint, 1.4), _curve(lambda t: 2 / (t + 1) - 1, palette.faint, 1.4),
            _curve(lambda t: math.tanh(t - 4), palette.faint, 1.4), _curve(math.sin, palette.green, 3),
            *(dot(x, y, 4.5, fill=palette.orange) for x, y in wanted),
            text(160, 158, "tanh, 1/x, a line … and sin", colour=palette.ink, size=13)]


def _numbers(palette: Palette) -> list[str]:
    shapes = []
    rows = (("1.9997 · x² + 0.0002 · x + 1", palette.faint, 36), ("2 · x² + 1", palette.ink, 112))
    for formula, colour, y in rows:
        half = len(formula) * 15 * CHARACTER / 2 + 14
        shapes.append(f'<rect x="{160 - half:.0f}" y="{y - 18}" width="{2 * half:.0f}" height="36" rx="18" '
                      f'fill="none" stroke="{colour}" stroke-width="1.6"/>')
        shapes.append(text(160, y, formula, colour=palette.ink, size=15))
    return [*shapes, line([(160, 58), (160, 88), (154, 81), (160, 88), (166, 81)], colour=palette.green, width=2),
            text(160, 158, "shorter, and just as accurate", colour=palette.ink, size=13)]


def _front(palette: Palette) -> list[str]:
    train = [(50, 30), (90, 52), (130, 98), (170, 110), (210, 116), (250, 121), (290, 125)]
    held = [(50, 34), (90, 58), (130, 100), (170, 102), (210, 98), (250, 88), (290, 74)]
    return [line([(34, 16), (34, 138), (306, 138)], colour=palette.faint),
            line([(34, 104), (306, 104)], colour=palette.green, width=1.6, dash="5 4"),
            text(40, 115, "noise floor", colour=palette.ink, size=11, anchor="start"),
            line(train, colour=palette.blue, width=2), line(held, colour=palette.orange, width=2, dash="6 4"),
            *(dot(x, y, 4, fill=palette.blue) for x, y in train), *(dot(x, y, 4, fill=palette.orange) for x, y in held),
            text(130, 122, "★", colour=palette.ink, size=15),
            text(300, 60, HELD_OUT, colour=palette.ink, size=11, anchor="end"),
            text(170, 156, "complexity →", colour=palette.ink, size=12),
            text(18, 78, "loss", colour=palette.ink, size=12, turn=-90)]


STEPS = (
    Step("A network is a formula",
         "Columns enter on the left, every **neuron** applies its **activation**, and the last neuron gives the "
         "output. Read from left to right, the network is a formula that you can write down.",
         "Two columns x, a sine neuron and a product neuron make y = x times sine of x", _formula),
    Step("Derivatives give every neuron a target",
         "The error at the output is propagated backwards. In every row, each neuron gets a **target**, the value "
         "that it should have put out, and a **weight**, the importance of this target.",
         "The outputs of a neuron as dots, with lines to their targets", _targets),
    Step("The activation that matches the targets best is chosen",
         "Thousands of **candidates**, from a single activation to small networks, are compared with all targets at "
         "once. An activation with two inputs makes the network grow; a column or a number makes it shrink.",
         "Four curves over the targets of a neuron; only the sine matches them", _candidates),
    Step("The numbers are fitted and simplified",
         "The structure stays fixed while the **parameters** are fitted. If the data do not distinguish a number from "
         "0, 1 or a simple fraction, the simple number replaces it. This keeps formulas short.",
         "1.9997 x² + 0.0002 x + 1 becomes 2 x² + 1", _numbers),
    Step("The front shows the accuracy for every complexity",
         "The best networks of every **complexity** are the **front**. No formula is fitted to the **held-out rows**, "
         "so they show where longer formulas only fit the **noise**: there the loss on held-out rows stops falling. "
         "The star marks the suggestion: the formula with the best predictions of rows that it was not fitted to, with "
         "its length counted against it.",
         "Loss against complexity: on training rows it keeps falling, on held-out rows it rises again beyond the star",
         _front),
)
