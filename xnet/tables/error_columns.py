"""Columns that are called like the standard errors of another one: e_Vmag beside Vmag, or "mass error" beside mass."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

#: How an error of the column {} is called, in lower case and with _ between words.
_CALLED = ("e_{}", "err_{}", "error_{}", "sigma_{}", "sig_{}", "unc_{}", "uncertainty_{}", "stderr_{}", "se_{}",
           "error_of_{}", "uncertainty_of_{}", "standard_error_of_{}", "{}_err", "{}_error", "{}_sigma", "{}_unc",
           "{}_uncertainty", "{}_stderr", "{}_se", "{}_std_error", "{}_standard_error")
#: How it is called beside a column of means.
_OF_MEAN = ("{}_sd", "{}_std", "{}_se", "{}_sem", "{}_stdev", "{}_std_dev", "{}_stddev")
#: A name without the column that it belongs to, which stands before it; Origin writes C(yEr±).
_ALONE = re.compile(r"±|\+/-|(?:std\.?|standard)[ _]?(?:dev(?:iation)?|err(?:or)?)\.?|stdev|stddev|uncertainty|"
                    r"s\.?e\.?m\.?|s\.?d\.?|err(?:or)?s?|[A-Z]\(yEr±?\)", re.IGNORECASE)
_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")


def errors_by_name(frame: pd.DataFrame, numeric: Sequence[str]) -> dict[str, str]:
    """By column, the column that is called like its standard errors.

    Errors are not negative, and most are smaller than the spread of the values that they belong to.

    Args:
        frame: the table.
        numeric: its columns of numbers.

    >>> frame = pd.DataFrame({"V (mag)": [1.0, 5.0, 9.0], "e_V (mag)": [0.1, 0.2, 0.1]})
    >>> errors_by_name(frame, list(frame))
    {'V (mag)': 'e_V (mag)'}
    """
    plain = {_plain(name): name for name in numeric}
    found: dict[str, str] = {}
    columns = list(map(str, frame.columns))
    for base, column in plain.items():
        name = next((plain[called] for form in _CALLED if (called := form.format(base)) in plain), None)
        if name is None and base.endswith("_mean"):
            name = next((plain[called] for form in _OF_MEAN if (
                called := form.format(base.removesuffix("_mean"))) in plain), None)
        behind = columns[columns.index(column) + 1:][:1]
        if name is None and behind and behind[0] in numeric:
            letter = len(base) == 1 and _plain(behind[0]) in (f"d{base}", f"δ{base}", f"{base}err")
            name = behind[0] if letter or _ALONE.fullmatch(behind[0].strip()) else None
        if name is None:
            continue
        errors, values = (frame[c].dropna().to_numpy(dtype=np.float64) for c in (name, column))
        if len(errors) and len(values) and errors.min() >= 0 and 0 < np.median(errors) < np.std(values):
            found[column] = name
    return found


def _plain(name: str) -> str:
    """A name in lower case without its unit, with _ between words."""
    return re.sub(r"[\s_.\-]+", "_", _UNIT.sub("", name)).strip("_").lower()


def error_columns_sentences(found: dict[str, str]) -> list[str]:
    """What the report says of such columns, at most three times."""
    return [f"{name!r} is called like the standard errors of {column!r}, so it is no input unless you choose it; it "
            "can give the weights of the rows." for column, name in list(found.items())[:3]]
