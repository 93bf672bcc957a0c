"""Units as people write them, which `pint` takes for others: Nm is N·m and not m/kg, cts are counts and no carats."""

from __future__ import annotations

import re

#: Spellings with one meaning in tables, and how `pint` calls it.
_SPELLINGS = (
    (r"^\s*/", "1/"), (r"^\s*1[eE]([+-]?\d{1,2})\s*$", r"10^\1*count"), (r"°\s+(?=[CF]\b)", "°"),
    (r"\bo(?=[CF]\b)", "°"), (r"\b([CF])°", r"°\1"), (r"\bdegrees?_(?:north|south|east|west|true)\b|\bdegT\b", "deg"),
    (r"(?:\b(?:wt|vol|mol|at|mass|[wv])\.?\s?)?%\s?(?:RH|rel\.?|vol\.?|wt\.?|[wv]/[wv])?(?!\w|°)", "%"),
    (r"\bpct\b", "%"),
    (r"\b[NS]m(?=\^?3)", "m"), (r"\b([kM]?)Nm(\^\d)?\b", r"(\1N*m\2)"),
    (r"\b([kM]?N|[kM]?W|m?A)-(c?m|h)\b", r"(\1*\2)"), (r"\b(?:ft|lbf?)-(?:lbf?|ft)\b", "(ft*lbf)"),
    (r"\bcts\b", "count"), (r"\bcfm\b", "(ft^3/min)"),
    (r"\bcfs\b", "(ft^3/s)"), (r"\bgpm\b", "(gallon/min)"), (r"\b(?:lpm|LPM)\b", "(L/min)"), (r"\bpsia\b", "psi"),
    (r"\bmasl\b", "m"), (r"\bPS\b", "metric_horsepower"), (r"\b(ppm|ppb)v\b", r"\1"), (r"\bppb\b", "(10^-3*ppm)"),
    (r"\bTorr\b", "torr"), (r"\b(?:Bar|BAR)\b", "bar"), (r"\b(?:Kg|KG)\b", "kg"), (r"\bK[Pp]a\b|\bkpa\b", "kPa"),
    (r"\bK[Ww]\b|\bkw\b", "kW"), (r"\bK[Ww][Hh]\b|\bkwh\b", "kWh"), (r"\bK[Hh]z\b|\bkhz\b", "kHz"), (r"\bKJ\b", "kJ"),
    (r"\bRPM\b", "rpm"), (r"\bHP\b", "hp"), (r"\b([numkMGµμ]?)Ohms?\b", r"\1ohm"), (r"\bAmps?\b|\bamps\b", "ampere"),
    (r"\bDeg\b", "deg"), (r"\bDU\b", "dobson_unit"))
SPELLINGS = tuple((re.compile(written), meant) for written, meant in _SPELLINGS)
#: Names with several meanings, or with another one in `pint` than in tables.
AMBIGUOUS = {
    "mb": "mbar or millibarn", "ppt": "10^-12 or 10^-3", "pa": "Pa", "PA": "Pa", "ma": "mA", "ka": "kA",
    "k": "K, or 1000 with the name of a unit", "R": "degR, or J/(mol K)", "G": "gauss, or GHz and the like",
    "dobson_unit": "a column of ozone, or a digital number"}
