"""A formula on the page, typeset if it is short enough and as text otherwise, and its scores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from xnet.ui.text import escaped, shorten
from xnet.wording.definition_text import definitions_text
from xnet.wording.formula_notation import typeset_text
from xnet.wording.parts_text import parts_lines
from xnet.wording.score_text import capitalized, loss_score, percent, r2, r2_name

#: Largest width of a typeset formula, in average letters, in a container of room 1; wider ones are wrapping text.
WIDEST = 95
# Only the browser can measure the container. The style shrinks a formula by its number of letters until it fits, but
# not below a readable size; then the formula wraps between its terms and factors. Fractions and brackets do not wrap:
# for them it may become smaller, and where that is not enough, as on a phone, the formula is shown as text.
_FITS = range(4, 181, 4)
#: The smallest size, in rem.
_LEAST = 0.62
#: Parts that do not wrap fit every container at the smallest size up to this width, in letters.
_FITS_ALWAYS = 48


def _ems(n: int) -> float:
    """The width of n letters in ems: long formulas have more signs, which stand between spaces."""
    return (0.54 if n <= 50 else 0.59) * n


FIT_STYLE = ("<style>\n[class*=st-key-fits-], [class*=st-key-formula-room-] { container-type: inline-size; }\n"
             "[class*=st-key-fits-] .katex-display > .katex { white-space: normal; line-height: 1.7; }\n" + "\n".join(
    f"[class*=st-key-fits-{n}-] .katex {{ --fitting: calc(100cqi / {_ems(n):.1f}); "
    "font-size: clamp(var(--least, 0.8rem), var(--fitting), 1.21rem); }\n"
    f"[class*=st-key-fits-][class*=-part-{n}-] .katex {{ --least: clamp({_LEAST}rem, calc(100cqi / {_ems(n):.1f}), "
    "0.8rem); }" for n in _FITS) + "\n" + "\n".join(
    f"@container (width < {_LEAST * _ems(n):.2f}rem) {{\n"
    f"  [class*=st-key-fits-][class*=-part-{n}-] {{ display: none; }}\n}}\n"
    f"@container (width >= {_LEAST * _ems(n):.2f}rem) {{ [class*=st-key-text-{n}-] {{ display: none; }} }}"
    for n in _FITS if n > _FITS_ALWAYS) + "\n</style>")
#: Tooltips of the scores.
ACCURACY = ("R² on the training rows, from which the search learns: 1 is perfect, 0 is no better than the mean of "
            "these rows. A dash: the target does not vary in these rows, so there is no R².")
CHECKED = ("R² on the held-out rows, to which no formula is fitted, against the mean of these rows. A dash: the "
           "target does not vary in them, so there is no R². If it is much lower than on training rows, "
           "the formula has fitted the noise.")
#: What the tooltips add under Huber's scale.
ROBUST = " The robust R² compares robust scales, which a few outliers do not change, instead of mean squared errors."
#: The score of `loss_score`.
OWN_SCORE = "the score in the words of the loss that was chosen in Setup"
SIZE = "The number of neurons and numbers in the network."
FITTED = "The number of parameters, which were fitted to your data. The fewer, the more convincing the formula."
#: Longer formulas, in characters, are cut and shown in full on request.
FOLD = 320
_PIECE = re.compile(r"\\frac|\\(?:left|right|mathrm|text|operatorname)|\\[A-Za-z]+|\\.|[{}^_\[\]]|.", re.DOTALL)


def show_formula(record: Mapping[str, Any], room: float = 1.0, *, place: str) -> None:
    """Show a formula.

    Args:
        record: its `FormulaRecord` (or anything with `text` and `latex`).
        room: the width of its container, relative to the left column of the Discover page.
        place: a name for the container, unique on the page.
    """
    if is_typeset(record["latex"], room):
        fits, part = (next(n for n in _FITS if n >= width(record["latex"])) for width in (typeset_width, widest_part))
        with st.container(key=f"formula-room-{place}"):
            with st.container(key=f"fits-{fits}-part-{part}-{place}"):
                st.latex(record["latex"])
            if part > _FITS_ALWAYS:
                with st.container(key=f"text-{part}-{place}"):
                    _as_text(record["text"], f"{place}-narrow")
    else:
        _as_text(record["text"], place)
    if "network" in record and (sentence := definitions_text(record)):
        st.caption(escaped(sentence))
    if lines := parts_lines(record):
        st.caption("; ".join(escaped(typeset_text(line)) for line in lines))


def _as_text(formula: str, place: str) -> None:
    """Show a formula as text that wraps; a long one is cut and shown in full on request."""
    text = escaped(typeset_text(formula))
    with st.container(key=f"long-formula-{place}"):
        if len(text) <= FOLD:
            st.markdown(text)
        else:
            st.markdown(escaped(shorten(typeset_text(formula), FOLD // 2)))
            with st.expander("Show all of this long formula"):
                st.markdown(text)


def is_typeset(latex: str, room: float = 1.0) -> bool:
    """Whether a formula is short enough for its container to be typeset."""
    return typeset_width(latex) <= WIDEST * room


def typeset_width(latex: str) -> float:
    r"""The approximate width of a typeset formula, in letters; a fraction is as wide as its wider part.

    >>> typeset_width(r"y = 2 x"), typeset_width(r"\frac{aaaa}{bb}")
    (4.0, 4.0)
    """
    width, _ = _width(_PIECE.findall(latex), 0, stop="")
    return round(width, 2)


def widest_part(latex: str) -> float:
    r"""The width of the widest part that a browser does not wrap: formulas wrap at signs outside of brackets.

    >>> widest_part(r"y = \frac{aaaa}{bb} + x"), widest_part(r"y = 2 \cdot \left(a + b\right)")
    (4.0, 5.0)
    """
    parts: list[list[str]] = [[]]
    depth = 0
    for piece in _PIECE.findall(latex):
        depth += (piece in ("{", "\\left")) - (piece in ("}", "\\right"))
        if depth == 0 and piece in ("+", "-", "=", "\\cdot"):
            parts.append([])
        parts[-1].append(piece)
    return max(round(_width(part, 0, stop="")[0], 2) - (part[0] in ("+", "-", "=", "\\cdot")) for part in parts if part)


def _width(pieces: list[str], i: int, *, stop: str, scale: float = 1.0, nested: bool = False) -> tuple[float, int]:
    """The width of the pieces from i up to `stop`, and the position after it; nested fractions are smaller."""
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


def show_scores(record: Mapping[str, Any], *, held_out: bool) -> None:
    """Show accuracy and size of a formula in one row."""
    with st.container(horizontal=True, gap="medium"):
        if "accuracy_train" in record:
            _class_scores(record, held_out)
        else:
            _r2(record, held_out)
        st.metric("Complexity", record["complexity"], width="content", help=SIZE)
        st.metric("Fitted numbers", record["n_parameters"], width="content", help=FITTED)


def _class_scores(record: Mapping[str, Any], held_out: bool) -> None:
    st.metric("Right, training rows", percent(record["accuracy_train"]), width="content",
              help="The share of training rows with the right class; the formula says yes above a probability of 0.5.")
    if held_out:
        st.metric("Right, held-out rows", percent(record["accuracy_holdout"]), width="content",
                  help="The same share of the held-out rows, to which no formula is fitted.")


def _r2(record: Mapping[str, Any], held_out: bool) -> None:
    key, name = r2_name(record)
    note = ROBUST if key == "robust_r2" else ""
    st.metric(f"{capitalized(name)}, training rows", r2(record[f"{key}_train"]), width="content", help=ACCURACY + note)
    if held_out:
        st.metric(f"{capitalized(name)}, held-out rows", r2(record[f"{key}_holdout"]), width="content",
                  help=CHECKED + note)
    if (found := loss_score(record)) is not None:
        name, train, holdout = found
        st.metric(f"{name}, {'held-out' if held_out else 'training'} rows", holdout if held_out else train,
                  width="content", help=f"{capitalized(OWN_SCORE)}.")
