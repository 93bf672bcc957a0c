"""Columns that are called like the standard errors of another one: e_Vmag beside Vmag, or "mass error" beside mass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from .unit_words import bare_unit
from .units_of_names import name_before_slash

#: How an error of the column {} is called, in lower case and with _ between words.
_CALLED = ("e_{}", "err_{}", "error_{}", "sigma_{}", "sig_{}", "unc_{}", "uncertainty_{}", "stderr_{}", "se_{}",
           "error_of_{}", "uncertainty_of_{}", "standard_error_of_{}", "{}_err", "{}_error", "{}_sigma", "{}_unc",
           "{}_uncertainty", "{}_stderr", "{}_se", "{}_std_error", "{}_standard_error", "u({})", "s({})", "σ({})",
           "δ({})", "sd({})", "std({})", "sigma({})", "unsicherheit_{}", "fehler_{}", "{}_unsicherheit", "{}_fehler")
_ERROR_OF = re.compile(r"(?:u|s|σ|δ|sd|std|sigma)\(\w+\)", re.IGNORECASE)
#: How it is called beside a column of means.
_OF_MEAN = ("{}_sd", "{}_std", "{}_se", "{}_sem", "{}_stdev", "{}_std_dev", "{}_stddev")
#: A name without the column that it belongs to, which stands before it; Origin writes C(yEr±).
_ALONE = re.compile(r"±|\+/-|(?:std\.?|standard)[ _]?(?:dev(?:iation)?|err(?:or)?)\.?|stdev|stddev|uncertainty|"
                    r"s\.?e\.?m\.?|s\.?d\.?|err(?:or)?s?|[A-Z]\(yEr±?\)", re.IGNORECASE)
#: So many columns may be the one between them.
_NEAR = 300
#: How the limits of an interval are called; low and high alone are prices of a day as well.
_LIMITS = (("lower", "upper"), ("lwr", "upr"), ("lcl", "ucl"), ("ci_low", "ci_high"), ("ci_lo", "ci_hi"),
           ("conf_low", "conf_high"), ("err_lo", "err_hi"))
_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")


def errors_by_name(frame: pd.DataFrame, numeric: Sequence[str], units: Mapping[str, str] = MappingProxyType({})
                   ) -> dict[str, str]:
    """By column, the column that is called like its standard errors.

    Errors are not negative, and most are smaller than the spread of the values that they belong to.

    Args:
        frame: the table.
        numeric: its columns of numbers.
        units: of its columns.

    >>> frame = pd.DataFrame({"V (mag)": [1.0, 5.0, 9.0], "e_V (mag)": [0.1, 0.2, 0.1]})
    >>> errors_by_name(frame, list(frame))
    {'V (mag)': 'e_V (mag)'}
    """
    def short(name: str) -> str:
        before = name_before_slash(name)
        bare = before[0] if before and bare_unit(before[1]) == units.get(name) else name
        called = _ERROR_OF.fullmatch(bare) and (bare != name or name not in units)  # s(m) may be a way in metres
        return bare.lower() if called else _plain(bare)

    plain = {short(name): name for name in numeric}
    found: dict[str, str] = {}
    columns = list(map(str, frame.columns))
    for base, column in plain.items():
        name = next((plain[called] for form in _CALLED if (called := form.format(base)) in plain), None)
        of_mean = re.sub(r"^mean_|_mean$", "", base)
        if name is None and of_mean != base:
            name = next((plain[called] for form in (*_OF_MEAN, *_CALLED) if (called := form.format(of_mean)) in plain),
                        None)
        behind = columns[columns.index(column) + 1:][:1]
        if name is None and behind and behind[0] in numeric:
            letter = len(base) == 1 and short(behind[0]) in (f"d{base}", f"δ{base}", f"{base}err")
            name = behind[0] if letter or _ALONE.fullmatch(behind[0].strip()) else None
        if name is None:
            continue
        errors, values = (frame[c].dropna().to_numpy(dtype=np.float64) for c in (name, column))
        if len(errors) and len(values) and errors.min() >= 0 and 0 < np.median(errors) < np.std(values):
            found[column] = name
    return found


def limits_by_name(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> set[str]:
    """The columns that are called like the limits of an interval around another column and enclose it in every row.

    Args:
        frame: the table.
        numeric: its columns of numbers.
        notes: a sentence for the report is appended to it.

    >>> frame = pd.DataFrame({"y": [1.0, 2.0], "lower": [0.5, 1.5], "upper": [1.5, 2.5]})
    >>> sorted(limits_by_name(frame, list(frame), []))
    ['lower', 'upper']
    """
    plain = {_plain(name): name for name in numeric}
    found: set[str] = set()
    for low, high in _LIMITS:
        for called, lower in plain.items():
            upper = plain.get(re.sub(rf"(?<![a-z]){low}(?![a-z])", high, called)) if low in called else None
            if upper is None or upper == lower:
                continue
            others = (c for c in numeric[:_NEAR] if c not in (lower, upper))
            inside = next((c for c in others if _encloses(frame, c, lower, upper)), None)
            if inside is not None:
                found |= {lower, upper}
                notes.append(f"{lower!r} and {upper!r} enclose {inside!r} in every row, as the limits of an interval "
                             "do, so they are no inputs unless you choose them.")
    return found


def _encloses(frame: pd.DataFrame, column: str, lower: str, upper: str) -> bool:
    """Whether a column lies between two others in every row that has all three, and not at one of them throughout."""
    rows = frame[[column, lower, upper]].dropna().to_numpy(dtype=np.float64)
    return len(rows) > 1 and bool(((rows[:, 1] <= rows[:, 0]) & (rows[:, 0] <= rows[:, 2])).all()) and bool(
        (rows[:, 1] < rows[:, 0]).any() and (rows[:, 0] < rows[:, 2]).any())


def _plain(name: str) -> str:
    """A name in lower case without its unit, with _ between words."""
    return re.sub(r"[\s_.\-]+", "_", _UNIT.sub("", name)).strip("_").lower()


def error_columns_sentences(found: dict[str, str]) -> list[str]:
    """What the report says of such columns, at most three times."""
    return [f"{name!r} is called like the standard errors of {column!r}, so it is no input unless you choose it; it "
            "can give the weights of the rows." for column, name in list(found.items())[:3]]
