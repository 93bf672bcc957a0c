"""Areas of texts: numbers, dates, units and formulas."""

from __future__ import annotations

import warnings
from random import Random

import numpy as np

from xnet.engine.formulas.parser import read_formula, read_template
from xnet.engine.formulas.text import to_text
from xnet.errors import XNetError
from xnet.evidence.unit_text import UnknownUnit, read_unit
from xnet.evidence.units import units_report
from xnet.tables.column_recipes import parse_dates
from xnet.tables.number_columns import read_column
from xnet.tables.unit_words import bare_unit, is_unit
from xnet.tables.written_dates import is_duration, iso_date, seconds
from xnet.tables.written_numbers import is_gap_word, is_written_number, written_number

from .mutations import PIECES, hostile_text, mutated_text

_NUMBERS = ("1.5", "-3e-9", "1,234.5", "1.234,5", "0.6499(6)", "(16.50)", "1.30×10^-9", "4.5-12", "12 ± 0.3", "3 1/2",
            "0x1F", "50 %", "$1,200.00", "12°30′15″N", "<0.01", "~5", "1_000_000", "7*", "½", "1.2e+400", "12 km/h")
_DATES = ("2020-01-31", "31.12.1999", "Jan-2020", "12 March 2020", "2020Q3", "Mar 5, 2021 10:30", "1:11.1", "30:15:00",
          "2021-02-30", "0050-01-01", "0000-01-01", "9999-12-31T23:59:59Z", "1/2/03", "Tue, 5 Mai 98", "2020-W05-3",
          "24:00")
_UNITS = ("m/s^2", "kg*m/s^2", "m s-1", "µm²", "1000 km", "degC", "10^3 m", "J/(kg K)", "square metre per second", "%",
          "dB", "m^(1/2)", "9**9⁹", "mol·L⁻¹", "°F", "pH", "1", "-")
_FORMULAS = ("2.5*sin(x) + 1", "a*exp(b*x) + c", "y = x0**2/(x1 - 3)", "sqrt(log(abs(x)))", "`a b`*pi", "-(x)^-2.5",
             "1e308*x*10", "x**x**x", "((((x))))", "atan2(x, y)", "max(x, 0)", "tanh(x)/sigmoid(y)", "1/0", "0**-1",
             "log(-1)")
_NAMES = ("x", "x0", "x1", "y", "a b", "pi", "e", "sin", "`", "")


def _text(rng: Random, examples: tuple[str, ...]) -> str:
    return hostile_text(rng) if rng.random() < 0.3 else mutated_text(rng, rng.choice(examples), (*PIECES, *examples))


def numbers(rng: Random) -> None:
    """A column of one to six cells, read as numbers."""
    cells = [_text(rng, _NUMBERS) if rng.random() < 0.6 else rng.choice(_NUMBERS) for _ in range(rng.randint(1, 6))]
    for cell in cells:
        written_number(cell, rng.random() < 0.5)
        is_written_number(cell)
        is_gap_word(cell)
    read_column(cells, rng.random() < 0.5)


def dates(rng: Random) -> None:
    """A column of one to six cells, read as dates and durations."""
    cells = [_text(rng, _DATES) if rng.random() < 0.6 else rng.choice(_DATES) for _ in range(rng.randint(1, 6))]
    for cell in cells:
        iso_date(cell)
        is_duration(cell)
        seconds(cell, rng.random() < 0.5)
    if rng.random() < 0.2:  # by pandas, a hundred times slower
        parse_dates(cells, rng.random() < 0.5)


def units(rng: Random) -> None:
    """A text read as a unit, and formulas checked with it."""
    text = _text(rng, _UNITS)
    is_unit(text)
    bare_unit(text)
    try:
        read_unit(text)
    except UnknownUnit:
        return
    network = read_formula(rng.choice(("x + y", "x*y**2", "sin(x) + 2.5*y", "exp(x/y)")), ("x", "y"))
    units_report([network], ("x", "y"), "z", {"x": text, rng.choice(("y", "z")): rng.choice((text, *_UNITS))})


def formulas(rng: Random) -> None:
    """A text read as a formula; a formula that is read can be evaluated, printed, and read again as printed."""
    names = tuple(dict.fromkeys(rng.sample(_NAMES, 4)))
    text = _text(rng, _FORMULAS)
    try:
        read_template(text, names)
        network = read_formula(text, names)
    except XNetError:
        return
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # overflow in Python's own numbers
        network.evaluate(np.array([[0.0, 1.0, -1e300, 1e-300]]).repeat(2, axis=0))
    printed = to_text(network, names)
    if len(printed) < 1000 and "inf" not in printed and "nan" not in printed:
        read_formula(printed, names)
