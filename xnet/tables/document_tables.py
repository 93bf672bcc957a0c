"""Tables of documents: Markdown, LaTeX, ruled text, and matrices as R prints them."""

from __future__ import annotations

import re

_SI_WORDS = {"kilogram": "kg", "metre": "m", "meter": "m", "second": "s", "newton": "N", "kelvin": "K", "volt": "V",
             "ampere": "A", "joule": "J", "watt": "W", "pascal": "Pa", "hertz": "Hz", "celsius": "°C", "degree": "°",
             "percent": "%", "milli": "m", "kilo": "k", "micro": "µ", "per": "/"}


def document_table(text: str) -> str | None:
    """A Markdown or LaTeX table as text with vertical bars or ampersands between the cells; None for other text.

    >>> document_table("| a | b |\\n|---|---|\\n| 1 | 2 |")
    'a|b\\n\\n1|2'
    """
    lines = text.splitlines()
    filled = [line.strip() for line in lines if line.strip()]
    if sum(re.fullmatch(r"\+[-=+:]+\+", line) is not None for line in filled) > 1:  # with a ruled line around each row
        bars = [line.strip() if line.strip().startswith("|") else "" for line in lines]
        return "\n".join(line.removeprefix("|").removesuffix("|").strip() for line in bars)
    if sum(re.match(r"\s*\[\d+,\]", line) is not None for line in filled) > 2:  # a matrix as R prints it
        return "\n".join(re.sub(r"^\s*\[\d+,\]", "", re.sub(r"\[,(\d+)\]", r"column_\1", line)) for line in lines)
    if len(filled) > 2 and any(re.fullmatch(r"\|?\s*:?-+:?\s*(?:[|+]\s*:?-+:?\s*)+\|?", line) for line in filled[1:3]):
        kept = [re.sub(r"\\\|", "¦", line.strip()) for line in lines]
        return "\n".join("" if re.fullmatch(r"[|+:\-\s]*", line) else "|".join(
            re.sub(r"^(\*\*|__|\*|_|`)(.+)\1$", r"\2", cell.strip())
            for cell in line.removeprefix("|").removesuffix("|").split("|")) for line in kept)
    if len(filled) > 3 and all(len(line) > 2 and line[0] == line[-1] == "|" for line in filled):  # without a ruled line
        return "\n".join(line.strip().removeprefix("|").removesuffix("|").strip() for line in lines)
    stars = [line for line in filled if re.fullmatch(r"\*[^*]+(?:\*[^*]+)+\*", line)]
    if len(stars) > 3 and len({line.count("*") for line in stars}) == 1 and all(
            line in stars or set(line) == {"*"} for line in filled):  # as ROOT scans a tree
        return "\n".join(line.strip().strip("*").replace("*", "|") for line in lines)
    ends = sum(line.endswith(("\\\\", "\\\\ \\hline")) and "&" in line for line in filled)
    if ends > 2 and ends >= len(filled) / 2:
        filled = [_without_si(line) for line in filled]
        rows = [re.sub(r"\\\\(?:\s*\[[^\]]*\])?\s*(?:\\hline|\\midrule|\\bottomrule|\\toprule)*\s*$", "", line)
                for line in filled if "&" in line]
        return "\n".join(re.sub(r"\s*(?<!\\)&\s*", "\t", re.sub(r"\$|\\,", "", row)).replace("\\%", "%").strip()
                         for row in rows)
    return None


def _without_si(line: str) -> str:
    """A line of a LaTeX table without the macros of siunitx.

    >>> _without_si(r"{$F$ / \\si{N}} & \\num{1.5e3} & \\SI{2.5}{\\metre} \\\\")
    '$F$ / N & 1.5e3 & 2.5 m \\\\\\\\'
    """
    for word, sign in _SI_WORDS.items():
        line = line.replace(f"\\{word}", sign)
    line = re.sub(r"\\(?:SI|qty)(?:\[[^\[\]]*\])?\{([^{}]*)\}\{([^{}]*)\}", r"\1 \2", line)
    line = re.sub(r"\\(?:num|si|unit|text(?:bf|it|rm)?|mathrm|mathbf|multicolumn\{\d+\}\{[^{}]*\})\s*\{([^{}]*)\}",
                  r"\1", line)
    return re.sub(r"(^|&)\s*\{([^{}]*)\}\s*(?=&|\\\\)", r"\1 \2 ", line).strip()
