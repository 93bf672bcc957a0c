"""Texts that all pages share: states of runs, durations, counts, losses, and escaping of text for Markdown."""

from __future__ import annotations

import math
import re

from xnet.wording.formula_notation import typeset_text

#: Every state of a run: (label, icon, badge colour).
RUN_STATES: dict[str, tuple[str, str, str]] = {
    "queued": ("Waiting for its turn", ":material/hourglass_empty:", "gray"),
    "starting": ("Starting the engine", ":material/rocket_launch:", "blue"),
    "running": ("Searching", ":material/motion_photos_on:", "green"),
    "paused": ("Paused", ":material/pause_circle:", "orange"),
    "finished": ("Finished", ":material/check_circle:", "blue"),
    "stopped": ("Stopped", ":material/stop_circle:", "gray"),
    "failed": ("Interrupted", ":material/error:", "red"),
}

#: Why a search has no formula yet, by its state; other states have none because the search has just started.
_NO_FORMULA = {
    "queued": "The search waits for its turn. Its formulas appear within seconds of its start.",
    "paused": "The search was paused before it found a formula. Resume it to find some.",
    "finished": "The search ended before it found a formula. Search again, or continue it.",
    "stopped": "The search was stopped before it found a formula. Search again, or continue it."}
_LOOK_ALIKE = str.maketrans({"*": "∗", "`": "'", "<": "‹", ">": "›", "~": "∼", "\\": "＼", "|": "∣", ":": "꞉"})
_PERCENT = re.compile(r"(?<=\d) (?=%)")
#: Where Streamlit's Markdown begins a link without any sign of markup; an invisible sign there prevents it.
_LINK = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)|(?<=[\w.+-])(?=@\w)", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")


def why_no_formula(run_state: str, message: str) -> str:
    """Why a search has no formula: of a failed one its message, which is no Markdown yet.

    >>> why_no_formula("starting", "")
    'The search has just started. Its first formula appears within seconds.'
    """
    return escaped(message) if run_state == "failed" else _NO_FORMULA.get(
        run_state, "The search has just started. Its first formula appears within seconds.")


def escaped(text: object, *, links: bool = False) -> str:
    r"""Text of a file or a user, escaped for Markdown and put on one line, so that none of it acts as markup.

    No line breaks between a number and its percent sign. Addresses become links only with `links`, which is for texts
    of X-Net itself.

    >>> escaped("a_b 5 %") == r"a\_b 5" "\N{NO-BREAK SPACE}%", escaped("www.x") == "www\N{WORD JOINER}" r"\.x"
    (True, True)
    """
    line = _PERCENT.sub("\N{NO-BREAK SPACE}", " ".join(str(text).split()))
    return _MARKUP.sub(r"\\\1", line if links else _LINK.sub("\N{WORD JOINER}", line))


def label_text(text: object) -> str:
    """Text as the label of a field: signs that would act as markup become look-alikes.

    Screen readers read a label as it is given, so that a backslash of `escaped` would be heard. Signs that are markup
    only in some places stay in all others, because many computers have no glyph for their full-width forms: brackets
    that no parenthesis follows, a single dollar sign, and a number sign within the text.

    >>> label_text("mass_1 (kg) `x` *"), label_text("_a_"), label_text("area [m²]"), label_text("[a](b) [c]")
    ("mass_1 (kg) 'x' ∗", 'ˍaˍ', 'area [m²]', '[a] (b) [c]')
    >>> label_text("price ($)"), label_text("$a$"), label_text("# of rooms"), label_text("room #")
    ('price ($)', '＄a＄', '＃ of rooms', 'room #')
    """
    label = _LINK.sub("\N{WORD JOINER}", " ".join(str(text).split())).translate(_LOOK_ALIKE)
    label = re.sub(r"(?<!\w)_|_(?!\w)", "ˍ", label).replace("](", "] (").replace("][", "] [")
    label = label.replace("$", "＄") if label.count("$") > 1 else label
    return re.sub("^#+", lambda found: "＃" * len(found[0]), label)


def duration(value: float) -> str:
    """A duration in seconds as text: in tenths below ten seconds, in whole seconds above, rounded down.

    >>> duration(0.34), duration(5), duration(48.2), duration(60), duration(125)
    ('0.3 s', '5 s', '48 s', '1 min', '2 min 5 s')
    """
    whole = int(value)
    if 0 < value < 10 and value != whole:
        tenths = int(10 * value + 1e-9)
        return f"{tenths / 10:.1f} s" if tenths else "less than 0.1 s"
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")


def unexplained_text(loss: float | None) -> str:
    """A loss as text: the share of the variation that the formula leaves unexplained.

    >>> [unexplained_text(loss) for loss in (0.1234, 1.0, 2e-9, 1e-20, None)]
    ['12.3 %', '100 %', '2·10⁻⁷ %', 'nothing', 'no value']
    """
    if loss is None or not math.isfinite(loss):
        return "no value"
    if loss < 1e-16:
        return "nothing"
    return typeset_text(f"{100 * loss:.3g} %") if loss < 1e3 else "far too much"


def shorten(text: str, length: int) -> str:
    """Text cut to `length` characters, ending in an ellipsis where it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
