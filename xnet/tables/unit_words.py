"""Whether a short text is a unit, as units rows and cells write it: m/s, °C, kg m-2, %, 1/min."""

from __future__ import annotations

import re

_PREFIXES = "da|[yzafpnuµμmcdhkMGTPEZY]"
_PREFIXED = ("m|g|s|A|K|mol|cd|Hz|N|Pa|J|W|C|V|F|Ω|ohm|Ohm|S|Wb|T|H|lm|lx|Bq|Gy|Sv|kat|L|l|bar|eV|cal|Wh|VA|var|B|b|"
             "bit|bits|M|t|Ah|pc|dB")
_WHOLE = (
    "%|‰|ppm|ppb|ppt|ppmv|ppbv|deg|rad|mrad|sr|min|h|hr|hrs|d|wk|yr|yrs|a|[sS]ecs?|ms|°|°C|°F|° C|° F|℃|℉|R|ha|acre|in|"
    "inch|inches|ft|foot|feet|yd|mi|miles?|nmi|kn|knots|kt|mph|kph|km/h|rpm|lb|lbs|oz|psi|atm|torr|Torr|mmHg|inHg|hp|BTU|"
    "kcal|gal|Å|AU|ly|u|Da|kDa|dBm|dBA|pH|PSU|NTU|cts|cps|sqft|wt%|vol%|mol%|at%|arcsec|arcmin|a\\.u\\.|arb\\. units|"
    "degrees?_(?:north|south|east|west|true)|degT|oC|oF|psu|k?Nm|lbf|kgf|%RH|%vol|masl|sccm|slm|gpm|cfs|erg|m?Jy|mas|mag|dex|pix|adu|ADU")
#: Units that are written as words, in any case: Volts, Hours, Percent.
UNIT_NAMES = re.compile(
    r"(?:(?:kilo|centi|milli|micro)?(?:volts?|watts?|meters?|metres?|grams?|liters?|litres?|amp(?:ere)?s?|newtons?|"
    r"joules?|pascals?|seconds?|hertz|ohms?|bars?)|kelvins?|celsius|fahrenheit|degrees?|percent|minutes?|hours?|days?|weeks?|"
    r"months?|years?|counts?)", re.IGNORECASE)
#: Temperatures in words: Deg C, degrees Celsius, deg_F.
DEGREES = re.compile(r"\bdeg(?:rees?)?\.?[ _]?(c|f)(?:elsius|ahrenheit)?\b", re.IGNORECASE)
#: Signs and names of money, which units of physics do not have.
MONEY = frozenset(("€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR"))
#: Money for one unit, and money alone, also in thousands or millions: €/MWh, ct/kWh, k€, Mio. EUR.
_AMOUNT = rf"(?:(?:[kKmMcT]|Tsd\.?|Mio\.?|Mrd\.?|bn)\s?)?(?:{'|'.join(map(re.escape, sorted(MONEY)))})|ct|[cC]ents?"
_PRICE, _MONEY_ALONE = re.compile(rf"(?:{_AMOUNT})\s*(?:/|\bper\b)\s*(\S.*)"), re.compile(_AMOUNT)
_IN_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]")
_POWER = r"(?:\^?\(?[-+−]?\d(?:\.\d)?\)?|\*\*-?\d|⁻?[¹²³⁴])?"
_ATOM = re.compile(rf"(?:(?:{_PREFIXES})?(?:{_PREFIXED})|{_WHOLE}|(?i:{UNIT_NAMES.pattern})|1){_POWER}")
_NEUTRAL = frozenset({"", "-", "--", "—", "–", "1", "none", "n/a", "na", "ts", "rn", "unitless", "dimensionless",
                      "text", "string", "date", "time", "index", "yyyy-mm-dd", "dd/mm/yyyy", "hh:mm", "hh:mm:ss", "utc",
                      "no.", "#"})
#: Words and letters for thousands and millions behind a number; K, M, G and T may be units as well.
MAGNITUDES = {
    "k": 1e3, "K": 1e3, "tsd": 1e3, "thousand": 1e3, "M": 1e6, "Mio": 1e6, "Mio.": 1e6, "mio": 1e6, "mn": 1e6,
    "million": 1e6, "millions": 1e6, "Millionen": 1e6, "B": 1e9, "bn": 1e9, "billion": 1e9, "billions": 1e9,
    "Mrd": 1e9, "Mrd.": 1e9, "G": 1e9, "T": 1e12, "trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "Lakh": 1e5,
    "crore": 1e7, "crores": 1e7, "Crore": 1e7, "Cr": 1e7}
#: A unit behind a name: y(mm), DSC/(mW/mg), Temp/°C, speed in m/s, Length, m.
_UNIT_BEHIND = tuple(re.compile(form) for form in (
    r"(?P<name>[^()\[\]/]*[^()\[\]/\s])[(\[](?P<unit>[^()\[\]]+)[)\]]",
    r"(?P<name>[^/()]*[^/()\s])\s*/\s*(?P<unit>\(.+\)|[°%][^/() ]*)",
    r"(?P<name>.*\S)\s+in\s+(?P<unit>\S.*)", r"(?P<name>[^,]*[^,\s]),\s+(?P<unit>[^,]+)"))
_NAMED = re.compile(r"[^\W\d_]+\d?\(([^()]+)\)")
_FUNCTION = re.compile(r"(?:.*[^\w])?(?:log|ln|log10|log2|exp|sqrt|sin|cos|tan|abs|std|sd|mean|max|min|delta)",
                       re.IGNORECASE)
#: What a single letter in brackets measures: Voltage(V), Current(A), T(K); f(V) and group(A) say something else.
_MEASURED = {"V": "volt|potential|spannung|^[UVE]\\d?$", "A": "current|strom|^I\\d?$", "W": "power|leistung|^P\\d?$",
             "N": "force|load|kraft|(?-i:^F\\d?$)", "J": "energy|energie|work|heat|^[EQWH]$", "K": "temp|^T\\d?$",
             "C": "temp|charge|^[TQ]\\d?$", "s": "time|zeit|duration|dauer|^t\\d?$",
             "h": "time|zeit|duration|dauer|^t\\d?$", "g": "mass|weight|masse|gewicht|^[mw]\\d?$",
             "m": "length|distance|height|depth|position|displacement|width|radius|diameter|elevation|altitude|"
                  "länge|weg|höhe|tiefe|breite|^[xyzhdlrs]\\d?$"}
#: A potential against an electrode: V vs. Ref., V vs Ag/AgCl.
_AGAINST = re.compile(r"(?<=[Vv]) vs\.? [\w/. ]{1,20}$")
#: A word before a unit in brackets: [unit="m/s"], [units: K].
_SAID = re.compile(r"units?\s*[=:]\s*", re.IGNORECASE)
#: The label of a units row in its first cell.
UNITS_LABEL = frozenset({"unit", "units", "einheit", "einheiten", "unité", "unités", "unidad", "unidades", "unit:",
                         "units:", "uom"})


def bare_unit(cell: str) -> str:
    """The text of a cell without the brackets that units are often written in.

    >>> bare_unit("[m/s]"), bare_unit("(kg)"), bare_unit("in °C")
    ('m/s', 'kg', '°C')
    """
    text = cell.strip()
    if len(text) > 1 and (text[0], text[-1]) in (
            ("[", "]"), ("(", ")"), ("<", ">"), ("{", "}"), ("'", "'"), ('"', '"')):
        text = text[1:-1].strip()
    return text.removeprefix("in ").strip()


#: Units in capital letters, as older programs write them below names.
_CAPITALS = {"SEC": "s", "MIN": "min", "HR": "h", "HRS": "h", "M/S": "m/s", "KM/H": "km/h", "MM": "mm", "CM": "cm",
             "KM": "km", "KG": "kg", "KPA": "kPa", "MPA": "MPa", "HPA": "hPa", "PA": "Pa", "HZ": "Hz", "KHZ": "kHz",
             "MHZ": "MHz", "KW": "kW", "KN": "kN", "DEG": "deg", "DEGC": "°C", "DEG C": "°C", "DEGF": "°F",
             "DEG F": "°F", "MG/L": "mg/L", "KG/M3": "kg/m3", "W/M2": "W/m2", "M3/S": "m3/s", "VOLTS": "V",
             "AMPS": "A", "FT": "ft", "IN": "in", "PSI": "psi", "G/CM3": "g/cm3", "M2": "m2", "M3": "m3"}


def with_small_letters(cells: list[str]) -> list[str]:
    """The cells of a units row in capital letters as units, such as SEC, M/S, M; any other row as it is.

    >>> with_small_letters(["SEC", "M/S", "M"]), with_small_letters(["S", "M"])
    (['s', 'm/s', 'm'], ['S', 'M'])
    """
    bare = [bare_unit(cell) for cell in cells]
    if not any(cell in _CAPITALS for cell in bare) or any(c.islower() for cell in bare for c in cell):
        return cells
    return [_CAPITALS.get(text, text.lower() if text in ("M", "S", "G") else text) for text in bare]


def is_unit(cell: str) -> bool:
    """Whether a text is a unit, from known symbols with prefixes, powers, products and quotients.

    A letter with a unit in brackets, such as T(°C) or t(min), is a name with its unit, not tesla times degrees.

    >>> [is_unit(t) for t in ("m/s", "kg m-2", "[°C]", "1/min", "W/(m²·K)", "Deg C", "Meters/Second", "temp", "x1")]
    [True, True, True, True, True, True, True, False, False]
    >>> [is_unit(t) for t in ("T(°C)", "V(mL)", "W/(kg)")]
    [False, False, True]
    """
    text = _AGAINST.sub("", bare_unit(cell).replace("µ", "μ").replace("μ", "µ"))
    if not text or len(text) > 30 or text.isdigit():
        return False
    if re.fullmatch(_WHOLE, text) or DEGREES.fullmatch(text):
        return True
    named = _NAMED.fullmatch(text)
    if named and is_unit(named[1]):
        return False
    parts = [p for p in re.split(r"[/·⋅*×.\s]+|\bper\b", re.sub(r"[()]", " ", text).replace("**", "^")) if p]
    return bool(parts) and all(_ATOM.fullmatch(part) for part in parts)


def name_and_unit(name: str) -> tuple[str, str] | None:
    """A name and the known unit behind it, where no space and bracket part them: y(mm), DSC/(mW/mg), speed in m/s.

    A single letter in a bracket is none where the name does not say what it measures, nor is the part R1 of a circuit,
    and a quotient such as price/kg is no unit.

    >>> [name_and_unit(n) for n in ("y(mm)", "Temp/°C", "speed in m/s", "Length, m", "price/kg", "f(t)", "I(R1)")]
    [('y', 'mm'), ('Temp', '°C'), ('speed', 'm/s'), ('Length', 'm'), None, None, None]
    >>> name_and_unit("Voltage(V)"), name_and_unit("f(V)"), name_and_unit("Sample(s)")
    (('Voltage', 'V'), None, None)
    >>> name_and_unit("T(K)"), name_and_unit("m(g)"), name_and_unit("I(V)")
    (('T', 'K'), ('m', 'g'), None)
    """
    if is_unit(name):
        return None
    for form in _UNIT_BEHIND:
        match = form.fullmatch(name)
        unit = bare_unit(match["unit"]) if match else ""
        part = re.fullmatch(r"[A-Z]\d", unit)
        if match and is_unit(unit) and not _FUNCTION.fullmatch(match["name"]) and not part and (
                len(unit) > 1 or unit in "%°" or (form in _UNIT_BEHIND[2:] and len(match["name"]) > 2) or (
                    measures_in(match["name"], unit))):
            return match["name"].strip(), unit
    return None


def measures_in(name: str, unit: str) -> bool:
    """Whether a name says that it measures what the unit is for.

    >>> [measures_in(*pair) for pair in (("t", "s"), ("time", "ms"), ("l", "cm"), ("m", "s"), ("km", "h"))]
    [True, True, True, False, False]
    """
    whole = {"min": "s", "°C": "K", "°F": "K"}.get(unit) or re.sub(rf"^(?:{_PREFIXES})(?=[VAWNJsgm]$)", "", unit)
    pattern = _MEASURED.get(whole)
    return pattern is not None and re.search(pattern, name, re.IGNORECASE) is not None


def without_in(unit: str) -> str:
    """A unit as a sentence names it, without the word before it: in, which alone would be inches, or unit.

    >>> without_in("in seconds"), without_in("in Hg"), without_in("in"), without_in('unit="m/s"')
    ('seconds', 'in Hg', 'in', 'm/s')
    """
    unit = _SAID.sub("", unit).strip("\"' ") if _SAID.match(unit) else unit
    rest = unit.removeprefix("in ").strip()
    return rest if is_unit(rest) or rest in MONEY else unit


def says_no_unit(cell: str) -> bool:
    """Whether a cell of a units row says that the column has no unit.

    >>> [says_no_unit(cell) for cell in ("-", "[text]", "NO.", "time", "s")]
    [True, True, True, True, False]
    """
    return bare_unit(cell).lower() in _NEUTRAL


def _is_price(cell: str) -> bool:
    match = _PRICE.fullmatch(bare_unit(cell))
    return match is not None and is_unit(match[1])


def is_units_row(cells: list[str]) -> bool:
    """Whether a row holds units: some cells are units, and most of the others are empty or say that there is none."""
    cells = ["" if k == 0 and cell.lower() in UNITS_LABEL else cell for k, cell in enumerate(with_small_letters(cells))]
    known = [is_unit(cell) or _is_price(cell) for cell in cells]
    words = [UNIT_NAMES.fullmatch(bare_unit(cell)) is not None and cell != cell.lower() for cell in cells]
    if known == words:  # beside a symbol, Volts or Percent are units as well; alone they may be names
        known = [False] * len(cells)
    bracketed = sum(cell[:1] + cell[-1:] in ("[]", "()") and not cell[1:-1].isdigit() for cell in cells)
    neutral = sum((says_no_unit(cell) and not is_unit(cell)) or _MONEY_ALONE.fullmatch(bare_unit(cell)) is not None
                  for cell in cells)
    units = max(sum(known), bracketed)
    repeated = len({cell for cell, is_one in zip(cells, known, strict=True) if is_one}) < sum(known)  # names differ
    return units > 0 and units >= (0.6 if repeated and len(cells) > 4 else 0.75) * (len(cells) - neutral)


def unit_in_brackets(text: str) -> str:
    """The unit that stands alone in brackets, also one of money; "" for anything else.

    >>> unit_in_brackets(" [J]"), unit_in_brackets("(EUR)"), unit_in_brackets(" (mean)")
    ('J', 'EUR', '')
    """
    match = _IN_BRACKETS.fullmatch(text)
    return match[1] if match and (is_unit(match[1]) or match[1] in MONEY) else ""
