"""Ctrl-C during `fit` keeps what was found: a real signal to a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest

_SCRIPT = """
import json, signal, sys, warnings
import numpy as np
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
from xnet import XNetClassifier, XNetRegressor
X = np.random.default_rng(0).uniform(1, 3, (300, 3))
y = np.sin(3 * X[:, 0] * X[:, 1]) + np.exp(X[:, 2]) + 0.3 * np.random.default_rng(1).normal(size=300)
model = {model}
print("ready", flush=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model.fit(X, {target})
    names = [w.category.__name__ for w in caught if "interrupted" in str(w.message)]
reason = model.stop_reason_
print(json.dumps({{"reason": reason, "warnings": names, "steps": model.n_steps_,
                   "values": model.predict(X[:3]).tolist(), "score": model.score(X, {target})}}))
"""


def interrupted(model: str, target: str, seconds: float) -> dict[str, Any]:
    """What a process says whose `fit` is interrupted after `seconds` of computing, however busy this machine is."""
    process = subprocess.Popen([sys.executable, "-c", _SCRIPT.format(model=model, target=target)], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    searching = psutil.Process(process.pid)
    ready = searching.cpu_times().user
    while process.poll() is None and searching.cpu_times().user < ready + seconds:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    try:
        out, error = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    assert time.monotonic() - begun < 60
    assert process.returncode == 0, error
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("model", ["XNetRegressor(budget_seconds=300, random_state=0)",
                                   "XNetRegressor(budget_seconds=300, random_state=0, n_jobs=2)",
                                   "XNetRegressor(budget_seconds=None, budget_steps=10000, random_state=0, n_jobs=2)"])
def test_an_interrupted_regressor_is_fitted(model: str) -> None:
    found = interrupted(model, "y", 1.0)

    assert found["reason"] == "stopped"
    assert found["warnings"] == ["ConvergenceWarning"]
    assert found["steps"] > 0
    assert found["score"] > 0.5


@pytest.mark.slow
def test_an_interrupted_classifier_is_fitted() -> None:
    found = interrupted("XNetClassifier(budget_seconds=600, random_state=0)", "np.digitize(y, [6, 12])", 1.0)

    assert found["reason"] == ["stopped"] * 3
    assert found["warnings"] == ["ConvergenceWarning"]
    assert len(found["values"]) == 3


def test_an_interrupt_before_the_first_network_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from xnet import XNetRegressor
    from xnet.engine.islands.islands import Islands

    def interrupt(self: Islands) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Islands, "start", interrupt)
    with pytest.raises(KeyboardInterrupt):
        XNetRegressor(budget_steps=1).fit(np.eye(5), np.arange(5.0))
