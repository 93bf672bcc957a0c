"""The ends of profiles at values beyond which a formula is not defined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.helpers import net, rows_of
from xnet.engine.fitting.profiles import Profile


@pytest.mark.parametrize(("beyond", "end"), [(math.inf, -2.0), (5.0, -2.0007)])
def test_the_end_is_0_where_the_formula_has_no_value_beyond(monkeypatch: pytest.MonkeyPatch, beyond: float,
                                                             end: float) -> None:
    """The logarithmic loss of a factor of 2 that the rows hardly determine: the end was a little below 0."""
    x = np.linspace(1.0, 2.0, 8)
    network = net(1, ("c", 0), ("x", 0), ("mul", 0, 1), constants=(2.0,))
    profile = Profile(network, rows_of(x[:, None], 2.0 * x), np.array([2.0]), 0.0, [0], 0, np.ones(1))
    monkeypatch.setattr(profile, "rise", lambda move: 0.1 * abs(move) if move >= -2.0 else beyond)

    found = profile.reach(-0.5, 1.0)
    assert found == -2.0 if math.isinf(beyond) else found == pytest.approx(end, rel=1e-3)
