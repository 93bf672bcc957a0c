"""Which networks the front keeps: simple ones, and those that are enough better on training and held-out rows."""

from __future__ import annotations

import pytest

from tests.engine.helpers import net
from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.front import insert


def entry(complexity: int, loss: float, holdout: float, holdout_error: float = 0.0) -> FrontEntry:
    return FrontEntry(net(1, ("x", 0), ("square", 0)), complexity, 1, loss, holdout, holdout_error)


def keeps(longer: FrontEntry) -> bool:
    short = entry(5, 0.1, 0.1)
    return longer in insert((short,), longer)


@pytest.mark.parametrize(("holdout", "holdout_error", "kept"), [(0.19, 0.0, True), (0.21, 0.0, False),
                                                                (0.21, 0.2, True)])
def test_a_longer_network_may_not_double_the_loss_on_held_out_rows(holdout: float, holdout_error: float,
                                                                   kept: bool) -> None:
    """Unless a few rows may have done so: the difference is below its standard error."""
    assert keeps(entry(9, 0.01, holdout, holdout_error)) is kept


@pytest.mark.parametrize(("loss", "kept"), [(0.079, True), (0.081, False)])
def test_a_longer_network_that_is_no_better_on_held_out_rows_has_to_be_much_better_on_training_rows(
        loss: float, kept: bool) -> None:
    assert keeps(entry(9, loss, 0.1)) is kept


@pytest.mark.parametrize(("loss", "kept"), [(0.098, True), (0.0995, False)])
def test_a_longer_network_lowers_the_loss_by_a_hundredth(loss: float, kept: bool) -> None:
    assert keeps(entry(9, loss, 0.09)) is kept
