"""The demonstrations of the Home page: each is rewired many times before its law is found."""

from __future__ import annotations

import pytest

from xnet.engine.formulas.text import to_text
from xnet.learn.demonstrations import DEMONSTRATIONS
from xnet.learn.toy import EXACT, begin, step
from xnet.learn.toy_points import LAWS, law_points


@pytest.mark.parametrize("name", DEMONSTRATIONS)
def test_a_demonstration_shows_many_networks_and_finds_its_law(name: str) -> None:
    shown = DEMONSTRATIONS[name]
    now = begin(law_points(shown.law), shown.start)
    networks = [now.network]
    for _ in range(40):
        now = step(now)
        if now.network != networks[-1]:
            networks.append(now.network)

    assert now.ended == EXACT
    assert to_text(networks[0], ["x"]) in ("0", "0.0"), "from nothing"
    assert 8 <= len(set(networks)) <= 16
    assert len({network.structure for network in networks}) >= 6, "rewired, not only fitted"
    assert LAWS[shown.law].text not in shown.title
