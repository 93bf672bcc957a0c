"""A formula on the page: typeset when it is short enough to read that way, as text otherwise, with its scores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.ui.text import shorten
from xnet.wording.score_text import percent, r2

#: Widest formula for a column of the page, in average letters, at each size; wider ones are shown as text that wraps.
SIZES = ((58, ""), (70, r"\small "), (82, r"\footnotesize "), (95, r"\scriptsize "))
# Only the browser knows how wide a place is: there a formula of so many letters shrinks until its end is in sight (a
# phone), down to a size that can be read; below that it is folded between its terms and factors.
_FITS = range(4, 101, 4)
FIT_STYLE = ("<style>\n[class*=st-key-fits-] { container-type: inline-size; }\n"
             "[class*=st-key-fits-] .katex-display > .katex { white-space: normal; line-height: 1.7; }\n" + "\n".join(
    f"[class*=st-key-fits-{n}-] .katex {{ font-size: clamp(0.8rem, calc(100cqi / {0.54 * n:.1f}), 1.21rem); }}"
    for n in _FITS) + "\n</style>")
#: What the scores of a formula mean, in one sentence each.
ACCURACY = "R² on the rows that the search learns from: 1 is perfect, 0 is no better than the average."
CHECKED = ("R² on rows that the search never learns from. Much lower than on the training rows means that the formula "
           "has learnt the noise.")
SIZE = "Neurons and numbers in the network."
FITTED = "Parameters: numbers that were fitted to your data. Fewer is more convincing."
#: Longer formulas, in letters, are folded.
FOLD = 320
_PIECE = re.compile(r"\\frac|\\(?:left|right|mathrm|text|operatorname)|\\[A-Za-z]+|\\.|[{}^_\[\]]|.", re.DOTALL)
_BACKTICKS = re.compile(r"(`(?:[^`]|``)*`)")
_WHOLE_POWER = re.compile(r"\*\*(-?\d+)(?![\d.])")
_ROOT = re.compile(r"\bsqrt\(")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LONG_NUMBER = re.compile(r"\d+\.\d{5,}(?:e[+-]?\d+)?")


def show_formula(net: Mapping[str, Any], room: float = 1.0, *, place: str) -> None:
    """The formula of a NET or of a row of the front.

    Args:
        room: the width of its place in columns of the live page.
        place: a name for the place, unlike that of any other formula on the page.
    """
    command = typeset_size(net["latex"], room)
    if command is not None:
        letters = min(typeset_width(net["latex"]), SIZES[0][0] * room)
        fits = next(n for n in _FITS if n >= letters)
        with st.container(key=f"fits-{fits}-{place}"):
            st.latex(command + net["latex"])
    elif len(net["text"]) <= FOLD:
        st.code(net["text"], language=None, wrap_lines=True)
    else:
        st.code(shorten(net["text"], FOLD // 2), language=None, wrap_lines=True)
        with st.expander("Show all of this long formula"):
            st.code(net["text"], language=None, wrap_lines=True)


def typeset_size(latex: str, room: float = 1.0) -> str | None:
    """The LaTeX size command at which a formula fits its place; None when it is too long to be typeset."""
    width = typeset_width(latex) / room
    return next((command for limit, command in SIZES if width <= limit), None)


def typeset_width(latex: str) -> float:
    """About how many letters wide a typeset formula is; a fraction is as wide as its wider part.

    >>> typeset_width(r"y = 2 x"), typeset_width(r"\\frac{aaaa}{bb}")
    (3.0, 4.0)
    """
    width, _ = _width(_PIECE.findall(latex), 0, stop="")
    return round(width, 2)


def _width(pieces: list[str], i: int, *, stop: str, scale: float = 1.0, nested: bool = False) -> tuple[float, int]:
    """Width of the pieces from i up to `stop`, and the position after it; a fraction in a fraction is set smaller."""
    total = 0.0
    while i < len(pieces):
        piece = pieces[i]
        i += 1
        if piece == stop:
            break
        if piece == "{":
            inner, i = _width(pieces, i, stop="}", scale=scale, nested=nested)
            total += inner
        elif piece == "\\frac":
            part = 0.7 * scale if nested else scale
            above, i = _width(pieces, i + 1, stop="}", scale=part, nested=True)
            below, i = _width(pieces, i + 1, stop="}", scale=part, nested=True)
            total += max(above, below)
        elif piece in "^_" and i < len(pieces) and pieces[i] == "{":
            inner, i = _width(pieces, i + 1, stop="}", scale=0.7 * scale)
            total += inner
        elif len(piece) == 1 or (len(piece) == 2 and not piece[1].isalpha()):
            total += 0.0 if piece.isspace() or piece in "^_" else scale
        elif piece not in ("\\left", "\\right", "\\mathrm", "\\text", "\\operatorname"):
            total += scale * {"\\cdot": 1.0, "\\sqrt": 1.0, "\\pi": 1.0}.get(piece, len(piece) - 1)
    return total, i


def compact_text(text: str) -> str:
    """A formula's text in short notation, for reading: numbers have four digits, and √, · and exponents are typeset.

    Column names between backticks stay as they are. The result is not meant to be parsed: copy the full text instead.

    >>> compact_text("y = 0.0088961234*sqrt(d**3/m) + x**1.5"), compact_text("2*`a*b`**-2")
    ('y = 0.008896·√(d³/m) + x^1.5', '2·`a*b`⁻²')
    """
    parts = _BACKTICKS.split(text)
    return "".join(part if i % 2 else _on_paper(part) for i, part in enumerate(parts))


def _on_paper(text: str) -> str:
    text = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.4g}", text)
    text = _WHOLE_POWER.sub(lambda match: match[1].translate(_SUPERSCRIPT), text)
    return _ROOT.sub("√(", text).replace("**", "^").replace("*", "·")


def show_scores(net: Mapping[str, Any], *, held_out: bool) -> None:
    """Accuracy and size of a formula, in a row."""
    with st.container(horizontal=True, gap="medium"):
        if "accuracy_train" in net:
            _class_scores(net, held_out)
        else:
            _r2(net, held_out)
        st.metric("Complexity", net["complexity"], width="content", help=SIZE)
        st.metric("Fitted numbers", net["n_parameters"], width="content", help=FITTED)


def _class_scores(net: Mapping[str, Any], held_out: bool) -> None:
    st.metric("Right, training rows", percent(net["accuracy_train"]), width="content",
              help="The rows that are given their class: yes where the probability is above one half.")
    if held_out:
        st.metric("Right, held-out rows", percent(net["accuracy_holdout"]), width="content",
                  help="The same on rows that the search never learns from.")


def _r2(net: Mapping[str, Any], held_out: bool) -> None:
    st.metric("R², training rows", r2(net["r2_train"]), width="content", help=ACCURACY)
    if held_out:
        st.metric("R², held-out rows", r2(net["r2_holdout"]), width="content", help=CHECKED)
