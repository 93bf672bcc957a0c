"""The live page lists the formulas found so far."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet.runs import Run
from xnet.ui.discover import page


def test_the_live_page_lists_the_formulas_found_so_far(app: Callable[..., AppTest],
                                                              make_run: Callable[..., Run]) -> None:
    run = play(make_run(), steps=3).run
    snapshot = run.snapshot()
    assert snapshot is not None
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    table = page.formulas_table(snapshot)
    assert "Formulas so far" in texts(at)
    assert table in texts(at)
    best = snapshot["best"]
    assert [line for line in table.splitlines() if "**" in line] == [
        line for line in table.splitlines() if line.startswith(f"| **{best['complexity']}**")]
    assert len(table.splitlines()) == 2 + len(snapshot["front"])


def test_of_a_long_front_the_formulas_around_the_best_one_are_listed() -> None:
    front = [{"complexity": k, "text": f"y = {k}*|x|", "r2_train": 1 - 0.5**k, "r2_holdout": None, "n_parameters": 1,
              "network": k} for k in range(1, 21)]
    table = page.formulas_table({"front": front, "best": front[9]}).splitlines()
    assert table[0] == "| complexity | R², training | formula |"
    assert [line.split(" | ")[0].strip("|* ") for line in table[2:]] == [str(k) for k in range(6, 14)]
    assert all(line.count(" | ") == 2 for line in table), "signs of a formula are no columns"
    assert "**10**" in table[6]
    assert len(page.formulas_table({"front": front, "best": front[-1]}).splitlines()) == 2 + page.FRONT_LINES
