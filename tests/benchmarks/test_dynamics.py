"""The benchmark of laws of motion: its scores, its report, and the sentence without the peer."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.dynamics import command
from benchmarks.dynamics.measurement import Row, is_right, r2_of
from benchmarks.dynamics.systems import ODEBENCH, known_system
from xnet.engine.formulas.parser import read_formula


def test_every_system_is_simulated_from_both_first_states():
    for number in (27, 55, 63):
        known = known_system(number)
        assert np.isfinite(known.X).all()
        assert np.isfinite(known.X_second).all()
    assert all(number % 2 for number in ODEBENCH)


def test_a_structure_is_right_with_other_constants_and_wrong_without_a_term():
    known = known_system(31)
    names = known.truth.states

    assert is_right(known.truth.with_constants(0.9 * known.truth.constants), known)
    assert not is_right(known.truth.with_network(1, read_formula("0.4*x0*x1", names)), known)


def test_r2_of_a_simulation_that_ends_early_is_minus_infinity():
    X = np.arange(6.0).reshape(3, 2)

    assert r2_of(X, X) == 1.0
    assert r2_of(X, np.where(X > 4, np.nan, X)) == -np.inf


def test_the_report_counts_every_method():
    rows = [Row(1, 1, 0.05, "xnet", 0.95, 0.5, True, 2.0, "x0"), Row(1, 1, 0.05, "pysindy", 0.2, 0.995, None, 1.0, "")]

    text = command.closing(rows)

    assert "xnet at noise 0.05: of 1 systems reconstructed > 0.9 1, > 0.99 0; generalised > 0.9 0" in text
    assert "right 1" in text.splitlines()[0]
    assert "right" not in text.splitlines()[1]


def test_without_the_peer_one_sentence_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)

    with pytest.raises(SystemExit):
        command.main(["--peers", "pysindy"])

    assert "pysindy is not installed; run: pip install pysindy" in capsys.readouterr().err


def test_an_unknown_system_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["--system", "2"])

    assert "there is no system 2" in capsys.readouterr().err
