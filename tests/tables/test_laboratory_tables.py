"""Tables as students and instruments write them: units behind slashes, errors beside values, decimal commas."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.tables.reading import read_table
from xnet.tables.units_in_names import renames_without_units


def rows_of(width: int) -> str:
    return "\n".join(";".join(str(v) for v in (k, k * k, round(0.1 + k / 100, 2), 2 * k + 3)[:width])
                     for k in range(1, 9))


@pytest.mark.parametrize(("header", "units"), [
    ("t / s;U / V;u(U) / V", ("s", "V", "V")), ("t / s;U;n", ("s", "", "")), ("V(NaOH) / mL;pH;n", ("mL", "", "")),
    ("T / °C;R / Ω;n", ("°C", "Ω", "")), ("l / cm;10 T / s;n", ("cm", "s", "")), ("c / mol/L;A;n", ("mol/L", "", "")),
    ("price / kg;cost / m;n", ("", "", "")), ("km/h;x;n", ("", "", "")), ("m/s;V/A;n", ("", "", "")),
    ("Na/K;Ca/Mg;n", ("", "", "")), ("C / N;L / D;n", ("", "", ""))])
def test_units_behind_slashes_are_units_and_leave_the_name(header: str, units: tuple[str, ...]) -> None:
    """The name of a single column, of a function and of one that reads as a quotient of units had no unit."""
    table = read_table(f"{header}\n{rows_of(3)}")
    assert tuple(table.units.get(name, "") for name in header.split(";")) == units
    assert {change.old: change.new for change in renames_without_units(table)} == {
        name: name.rsplit(" / ")[0].split(" / ")[0] for name in table.units}


@pytest.mark.parametrize(("value", "error"), [
    ("U / V", "u(U) / V"), ("U [V]", "u(U) [V]"), ("U", "s(U)"), ("I (mA)", "σ(I) (mA)"), ("mean v / (m/s)", "s(v)"),
    ("Länge (cm)", "Unsicherheit Länge (cm)"), ("T (K)", "T Fehler (K)"), ("U / V", "ΔU / V")])
def test_columns_of_uncertainties_are_known_by_their_names(value: str, error: str) -> None:
    table = read_table(f"t / s;{value};{error}\n{rows_of(3)}")
    assert table.errors == {value: error}
    assert (table.suggested_target, table.suggested_inputs) == (value, ("t / s",))


@pytest.mark.parametrize(("cells", "values"), [
    ("0,551 ± 0,003|1,016 ± 0,003|1,230 ± 0,003", (0.551, 1.016, 1.230)),
    ("1,016 ± 0,03|12 ± 0,5|2,345 ± 1", (1.016, 12, 2.345)),
    ("1,234(5)|0,734(5)|2,345(6)", (1.234, 0.734, 2.345)), ("<0,05|1,234|2,345", (np.nan, 1.234, 2.345)),
    ("1.234 ± 0.005|0.5 ± 0.01|2.345 ± 0.01", (1.234, 0.5, 2.345))])
def test_decimal_commas_beside_errors_and_limits_are_decimal_commas(cells: str, values: tuple[float, ...]) -> None:
    """1,016 ± 0,003 was read as 1016, beside 0,551 ± 0,003 as 0.551."""
    text = "m;T\n" + "\n".join(f"{k};{cell}" for k, cell in enumerate(cells.split("|") * 3))
    np.testing.assert_array_equal(read_table(text).frame["T"], values * 3)


def test_who_measured_and_settings_in_the_last_column_are_no_classes_to_explain() -> None:
    """The proposal was to explain who had measured."""
    lengths = [(length, m) for length in (20, 35, 50, 65) for m in range(6)]
    last = "\n".join(f"{length};{2 * length**0.5 + 0.1 * m:.3f};{'ab'[m % 2]}" for length, m in lengths)
    for name in ("Beobachter", "wire"):
        assert read_table(f"l [cm];T [s];{name}\n{last}").suggested_target == "T [s]"
    assert read_table(f"l;T;wire\n{last}").suggested_target == "wire", "without units it may be what people explain"
    flowers = "\n".join(f"{length + 10 * (m % 2) + m};{2 * length + m};{'ab'[m % 2]}" for length, m in lengths)
    assert read_table(f"petal (cm);sepal (cm);species\n{flowers}").suggested_target == "species"
