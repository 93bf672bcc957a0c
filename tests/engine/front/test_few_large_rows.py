"""Networks that describe the few largest rows of a heavy-tailed table alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.front.entries import entry
from xnet.arrays import Array
from xnet.engine import FrontEntry, Preference
from xnet.engine.front.few_large_rows import of_few_large_rows
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.front.selection import pick

SMALL, LARGE = np.random.default_rng(0).exponential(0.01, 80), np.geomspace(0.05, 5.0, 20)


def losses(small: float, large: float) -> Array:
    """100 losses with a heavy tail: 80 small ones and 20 larger ones, times a factor each."""
    return np.concatenate([small * SMALL, large * LARGE])


CONSTANT = entry(1, losses(20.0, 20.0), 0.0, reads_inputs=False)
LINE = entry(5, losses(1.0, 1.0), 3.0, p=2, plain=PlainKind.LINEAR)


def wave(small: float, large: float) -> FrontEntry:
    return entry(12, losses(small, large), 12.0, p=3, activation="sin")


@pytest.mark.parametrize("preference", Preference)
def test_a_wave_through_the_few_largest_rows_is_not_suggested(preference: Preference) -> None:
    few = wave(2.0, 0.3)

    assert few.loss < 0.4 * LINE.loss
    assert pick([CONSTANT, LINE, few], preference) is LINE


def test_a_network_that_describes_the_other_rows_better_as_well_is_suggested() -> None:
    assert pick([CONSTANT, LINE, wave(0.4, 0.3)]).plain is None


def test_a_network_that_leaves_far_less_is_suggested() -> None:
    """A law of a target over powers of ten may miss the smallest rows by its rounding."""
    assert pick([CONSTANT, LINE, wave(2.0, 0.05)]).plain is None


def test_plain_formulas_and_tables_of_known_noise_are_not_judged() -> None:
    few = wave(2.0, 0.3)
    power_law = replace(few, plain=PlainKind.POWER_LAW)
    known = [replace(e, support=replace(e.support, dispersion=1.0)) for e in (CONSTANT, LINE, few) if e.support]

    assert of_few_large_rows([(e, e.loss) for e in (CONSTANT, LINE, few)]) == {id(few)}
    assert not of_few_large_rows([(e, e.loss) for e in (CONSTANT, LINE, power_law)])
    assert not of_few_large_rows([(e, e.loss) for e in known])
