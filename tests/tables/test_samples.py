"""The sample tables: every sidecar agrees with its table, and the laws the tables are known for hold in them."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from xnet.config.dynamics_runs import MotionRoles
from xnet.dynamics import from_columns
from xnet.tables import samples
from xnet.tables.class_target import class_labels, with_class_column
from xnet.tables.limits import TableError
from xnet.tables.samples import list_samples, load_sample, sample_folder
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))
FIELDS = {
    "name", "title", "discipline", "description", "source", "licence", "licence_note", "obtained_from", "cleaning",
    "caveats", "task", "suggested_target", "suggested_inputs", "known_law", "rows", "columns", "bytes", "sha256",
    "ship",
}  # fmt: skip
# A new kind of licence is a decision, not an accident: whoever ships one adds it here.
LICENCES = re.compile(r"public domain|CC0|CC BY 4\.0|BSD-3-Clause|MIT|facts")
KNOWN_LAWS = {  # name: (formula of the known law on the columns, least R2 that it must reach)
    "solar_system_orbits": (lambda t: 365.256 * t.semi_major_axis_au**1.5, 0.99999),
    "standard_atmosphere_1976": (lambda t: t.pressure_pa / (287.053 * t.temperature_k), 0.9999999),
    "sunlight_alamosa": (
        lambda t: t.direct_w_m2 * np.cos(np.radians(t.solar_zenith_deg)) + t.diffuse_w_m2,
        0.995,
    ),
    "earth_satellites": (lambda t: 0.000165867 * ((t.perigee_km + t.apogee_km) / 2 + 6378.137) ** 1.5, 0.99999),
    "planet_moons": (lambda t: 0.0089015 * np.sqrt(t.semi_major_axis_1000_km**3 / t.planet_mass_1e24_kg), 0.9999),
    "boyle_1662": (lambda t: 1405.9 / t.air_volume_units, 0.999),
    "influenza_1978": (lambda t: 0.752 * t.bed_days - 4.73e-4 * t.bed_days**2 + 0 * t.day, 0.97),
    "yeast_1913": (lambda t: 663.0 / (1 + 71.3 * np.exp(-0.547 * t.hours)), 0.999),
    "coffee_cooling": (lambda t: 17 + np.where(t.cup == "black", 62.3 * np.exp(-0.0237 * t.minutes),
                                               50.3 * np.exp(-0.0214 * t.minutes)) + 0 * t.minutes, 0.98),
    "orange_trees": (lambda t: 192.7 / (1 + np.exp((728.8 - t.age_days) / 353.5)), 0.84),
    "breast_cancer_wdbc": (lambda t: np.pi * t.mean_radius**2, 0.98),
}


def sidecar(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cells(name: str) -> tuple[list[str], list[list[str]]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_the_gallery_is_complete():
    assert tuple(sorted(s.name for s in list_samples())) == tuple(NAMES)
    assert {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)
    assert len(NAMES) >= 10
    count = Counter(s.discipline for s in list_samples())
    assert min(count[d] for d in ("society", "energy", "environment", "aerospace")) >= 2
    assert count["physics"] >= 1
    assert count["biology"] >= 1


def test_the_readme_lists_every_table_with_its_licence():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        line = next((line for line in readme.splitlines() if line.startswith(f"| `{name}` |")), "")
        assert sidecar(name)["discipline"] in line, name
        assert LICENCES.search(line), name


@pytest.mark.parametrize("name", NAMES)
def test_a_sidecar_agrees_with_its_table(name):
    meta, data = sidecar(name), (FOLDER / f"{name}.csv").read_bytes()
    header, rows = cells(name)
    assert set(meta) - {"motion"} == FIELDS
    assert meta["name"] == name
    assert meta["ship"] is True
    assert (meta["bytes"], meta["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert meta["rows"] == len(rows)
    assert [column["name"] for column in meta["columns"]] == header
    assert all(len(row) == len(header) and all(row) for row in rows), "a table has no gaps"
    for column in meta["columns"]:
        assert set(column) == {"name", "unit", "meaning", "role"}
        assert column["meaning"]
        assert column["role"] in {"input", "target", "label", "other"}
        names_classes = meta["task"] == "classification" and column["role"] == "target"
        assert column["unit"] or column["role"] == "label" or names_classes, column["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sidecar_says_where_the_table_comes_from_and_who_may_use_it(name):
    meta = sidecar(name)
    assert LICENCES.search(meta["licence"])
    assert meta["source"]["author"]
    assert meta["source"]["original_title"]
    assert meta["obtained_from"]
    assert meta["caveats"]
    assert meta["known_law"]
    assert len(meta["description"]) > 60


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_loads_and_its_suggestion_is_ready_to_search(name):
    meta, table = sidecar(name), load_sample(name)
    roles = {column["name"]: column["role"] for column in meta["columns"]}
    assert [c for c, role in roles.items() if role == "target"] == [table.suggested_target]
    assert {roles[c] for c in table.suggested_inputs} == {"input"}
    assert {c for c, role in roles.items() if role == "input"} <= {*table.numeric_columns}
    target = table.suggested_target
    if meta["task"] == "classification":
        table, target = with_class_column(table, target, class_labels(table, target)[0])
    else:
        assert table.units[target]
    used = usable(table, target, table.suggested_inputs)
    assert len(used) == meta["rows"] == len(table.frame)
    assert table.licence == meta["licence"]
    assert meta["source"]["author"] in table.source


@pytest.mark.parametrize("name", [name for name in NAMES if "motion" in sidecar(name)])
def test_the_roles_of_a_table_of_trajectories_can_be_searched(name):
    roles = MotionRoles.from_config({"roles": sidecar(name)["motion"]})

    data = from_columns(load_sample(name).frame, roles.time, roles.states, roles.trajectory, roles.inputs)

    assert data.n_rows == sidecar(name)["rows"]


@pytest.mark.parametrize("name", KNOWN_LAWS)
def test_the_known_law_holds_in_the_table(name):
    law, least = KNOWN_LAWS[name]
    table = load_sample(name)
    column = "mean_area" if name == "breast_cancer_wdbc" else table.suggested_target
    target = table.frame[column].to_numpy(dtype=float)
    residual = target - law(table.frame).to_numpy(dtype=float)
    assert 1 - (residual**2).sum() / ((target - target.mean()) ** 2).sum() > least


# Facts typed in by hand are checked row by row: one wrong digit in one row breaks the law there.
@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("solar_system_orbits", 0.001),
        ("planet_moons", 0.005),
        ("earth_satellites", 0.003),
        ("standard_atmosphere_1976", 1e-4),
    ],
)
def test_typed_facts_agree_with_the_law_row_by_row(name, tolerance):
    table = load_sample(name)
    ratio = table.frame[table.suggested_target] / KNOWN_LAWS[name][0](table.frame)
    worst = (ratio - 1).abs().idxmax()
    assert abs(ratio[worst] - 1) < tolerance, table.frame.loc[worst].to_dict()


def test_the_standard_atmosphere_has_its_published_values():
    rows = load_sample("standard_atmosphere_1976").frame.set_index("geopotential_altitude_km")
    published = {
        0: (288.15, 101325),
        11: (216.65, 22632),
        20: (216.65, 5474.9),
        32: (228.65, 868.02),
        71: (214.65, 3.9564),
    }
    for altitude, (temperature, pressure) in published.items():
        assert rows.loc[altitude, "temperature_k"] == temperature
        assert rows.loc[altitude, "pressure_pa"] == pytest.approx(pressure, rel=1e-5)


def test_binding_energies_peak_at_nickel_and_iron():
    frame = load_sample("nuclear_binding_energy").frame.set_index("nuclide")
    energy = frame["binding_energy_per_nucleon_mev"]
    assert energy.idxmax() == "Ni-62"
    assert energy["Fe-56"] == pytest.approx(8.7904, abs=1e-3)
    assert energy["U-238"] == pytest.approx(7.5701, abs=1e-3)
    assert (frame["protons"] + frame["neutrons"] == frame["nucleons"]).all()


def test_the_pendulum_swings_as_a_rod_of_its_length_does():
    """A pendulum of g/l = 119.8 /s2 with viscous friction, from first values that a fit gave."""
    frame = load_sample("pendulum_swing").frame
    time, angle = frame["time_s"].to_numpy(), frame["angle_rad"].to_numpy()

    swing = solve_ivp(lambda t, y: [y[1], -119.8 * np.sin(y[0]) - 0.603 * y[1]], (0, time[-1]), [-1.6702, 7.334],
                      t_eval=time, rtol=1e-8)

    assert np.var(swing.y[0] - angle) / np.var(angle) < 5e-4
    assert pytest.approx(0.124, rel=0.02) == 1.5 * 9.81 / 119.8  # a uniform rod of length L has l = 2 L/3


def test_a_title_names_only_its_own_target():
    iris, boyle = load_sample("iris"), load_sample("boyle_1662")
    whole = "Fisher's irises: species from petals and sepals"
    assert iris.display_name("species") == iris.display_name(None) == whole
    assert iris.display_name("petal_width_cm") == "Fisher's irises"
    assert boyle.display_name("another column") == boyle.title
    assert Table(frame=iris.frame, name="a: b.csv").display_name("species") == "a: b.csv"


def test_an_unknown_sample_is_refused_with_a_hint():
    with pytest.raises(TableError, match="did you mean 'gapminder'"):
        load_sample("gapmindr")
    with pytest.raises(TableError, match="no sample table"):
        load_sample("../pyproject")


def test_samples_are_found_from_any_folder(monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert sample_folder() == FOLDER


def test_a_missing_folder_of_samples_gives_an_empty_list(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(samples, "sample_folder", lambda: tmp_path / "nowhere")
    assert list_samples() == ()
    with pytest.raises(TableError, match="not installed"):
        load_sample("gapminder")


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"discipline": "cooking"}'])
def test_a_broken_sidecar_is_named(monkeypatch, tmp_path: Path, text):
    (tmp_path / "soup.csv").write_text("a,b\n1,2\n")
    (tmp_path / "soup.json").write_text(text)
    monkeypatch.setattr(samples, "sample_folder", lambda: tmp_path)
    with pytest.raises(TableError, match=r"soup\.json"):
        list_samples()
