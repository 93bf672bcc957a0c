"""Notes on limits of instruments, large offsets and columns in two units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables.value_notes import note_values

RNG = np.random.default_rng(0)
X = RNG.uniform(0, 10, 90)


def notes(**columns: np.ndarray) -> list[str]:
    found: list[str] = []
    frame = pd.DataFrame(columns)
    note_values(frame, list(frame), found)
    return found


def test_a_limit_and_many_zeros_are_named() -> None:
    y = 2 * X + RNG.normal(size=90)
    assert notes(x=X, y=np.minimum(y, 15.0))[0].startswith("'y': ")
    assert "are 15, the largest. If this is a limit of the instrument" in notes(x=X, y=np.minimum(y, 15.0))[0]
    zeros = np.where(RNG.uniform(size=90) < 0.5, 0.0, X)
    assert "are 0, the smallest. If 0 means that nothing happened" in notes(y=zeros)[0]


def test_offsets_and_other_units_are_named() -> None:
    assert notes(t=1.7e9 + 60 * X)[0].startswith("Values that differ by less than 0.1 % of their size: 't'.")
    assert notes(t=2459000.5 + np.linspace(0.0, 400.0, len(X)))[0].startswith("Values that differ")  # Julian dates
    assert notes(c=X, f=1.8 * X + 32, k=X + 273.15) == [
        "'f' is a linear function of 'c', like the same quantity in another unit.",
        "'k' is a linear function of 'c', like the same quantity in another unit."]


def test_usual_columns_need_no_note() -> None:
    assert not notes(x=X, copy=X, year=np.arange(1920.0, 2010.0), grade=RNG.integers(1, 6, 90).astype(float),
                     gaps=np.where(X > 5, np.nan, X), constant=np.full(90, 3.0), y=X + 0.01 * RNG.normal(size=90))


@pytest.mark.parametrize(("total", "digits"), [(1.0, 2), (1.0, 12), (100.0, 1), (100.0, 9)])
def test_shares_are_named_among_other_columns(total: float, digits: int) -> None:
    shares = (total * RNG.dirichlet([1.0, 2.0, 3.0, 0.5], 90)).round(digits)
    columns = {name: shares[:, i] for i, name in enumerate("abcd")}
    found = notes(p=RNG.uniform(0, 1, 90), **columns, small=RNG.uniform(0, 1e-3, 90), x=100 * X)

    assert len(found) == 1
    assert found[0].startswith(f"'a', 'b', 'c', 'd' add up to {total:g} in every row")


def test_two_groups_of_shares_are_two_notes() -> None:
    first, second = RNG.dirichlet([2.0, 2.0, 2.0], 90), RNG.dirichlet([1.0, 2.0, 2.0, 3.0], 90)
    columns = {f"f{i}": first[:, i] for i in range(3)} | {f"s{i}": second[:, i] for i in range(4)}

    assert len(notes(**columns)) == 2


def test_columns_between_0_and_1_are_no_shares() -> None:
    assert not notes(**{f"u{i}": RNG.uniform(0, 1, 90) for i in range(20)})
    shares = RNG.dirichlet([1.0, 2.0, 3.0], 90)
    assert not notes(**{f"s{i}": np.append(shares[:, i], 0.9) for i in range(3)})  # one row has another sum


def test_directions_of_a_whole_turn_are_named() -> None:
    turn = np.linspace(0.0, 359.0, 90)
    assert notes(WindDir_deg=turn, x=X)[0].startswith("Directions from 0 to 360 degrees: 'WindDir_deg'. 359 and 1 lie")
    assert not notes(direct_costs=turn, x=X)
    assert not notes(wind_dir=turn / 2.0, x=X)
