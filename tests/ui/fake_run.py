"""A stand-in for a search: writes a run's folder, snapshot by snapshot, as the worker would.

It does not use the engine's search. It replays a fixed discovery (a straight line that grows into a power law) on
whatever table the run holds, with honest losses of those networks, so that the pages can be tested in every state
without a worker. `python -m tests.app.fake_run FOLDER [seconds between steps]` plays it into an existing run.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from xnet.atomic_files import write_json, write_text
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine.networks.network import Network, Neuron
from xnet.runs.run import Run


def V(i: int) -> Neuron:
    return Neuron("variable", (), i)


def C(i: int) -> Neuron:
    return Neuron("constant", (), i)


def stages(n_inputs: int) -> list[tuple[Network, str]]:
    """The networks of the replayed discovery, worst first, and what each changed."""
    other = min(1, n_inputs - 1)
    line = [V(0), C(0), Neuron("mul", (0, 1))]
    return [
        (Network((V(0),), (), n_inputs), "started from one column"),
        (Network(tuple(line), (1.0,), n_inputs), "a number was added at the output: error down 12 %"),
        (Network((*line, C(1), Neuron("add", (2, 3))), (1.0, 1.0), n_inputs),
         "a sum grew at the output: error down 31 %"),
        (Network((V(0), Neuron("square", (0,)), C(0), Neuron("mul", (1, 2)), C(1), Neuron("add", (3, 4))), (1.0, 1.0),
                 n_inputs), "the column became its square at neuron 2: error down 48 %"),
        (Network((V(0), Neuron("sin", (0,)), C(0), Neuron("mul", (1, 2)), V(other), C(1), Neuron("mul", (4, 5)),
                  Neuron("add", (3, 6))), (1.0, 1.0), n_inputs),
         "square became sin at neuron 2: error up, tried anyway"),
        (Network((V(0), Neuron("sqrt", (0,)), V(0), Neuron("mul", (1, 2)), C(0), Neuron("mul", (3, 4))), (1.0,),
                 n_inputs),
         "sin became √ at neuron 2: error down 97 %"),
    ]


def fitted(network: Network, X: np.ndarray, y: np.ndarray) -> Network:
    """The network with its constants fitted by least squares on a few random starts (enough for a stand-in)."""
    if not network.constants:
        return network
    units = np.eye(len(network.constants))
    basis = [network.with_constants(unit).evaluate(X) for unit in units]
    weights, *_ = np.linalg.lstsq(np.nan_to_num(np.column_stack(basis)), y, rcond=None)
    return network.with_constants(weights)


def text_of(network: Network, names: list[str]) -> str:
    """The formula as text."""
    joints = {"add": "({0} + {1})", "sub": "({0} - {1})", "mul": "{0} * {1}", "div": "{0} / {1}", "square": "{0}**2",
              "sqrt": "sqrt({0})", "sin": "sin({0})"}

    def say(i: int, neuron: Neuron, below: list[str]) -> str:
        if neuron.activation == "variable":
            return names[neuron.index]
        if neuron.activation == "constant":
            return f"{network.constants[neuron.index]:.4g}"
        return str(neuron.index) if neuron.activation == "number" else joints[neuron.activation].format(*below)

    return network.fold(say)


class Replay:
    """Plays the stages into one run, a step at a time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        data = run.data()
        self.names: list[str] = run.config["inputs"]
        self.target: str = run.config["target"]
        self.X, self.y = data[self.names].to_numpy(), data[self.target].to_numpy()
        self.rows = stages(len(self.names))
        self.ids = NodeIds()
        self.best_ids = NodeIds()
        self.nets: list[dict[str, Any]] = []
        self.feed: list[dict[str, Any]] = []
        self.loss: list[list[float]] = []

    def step(self, state: str = "running", stop_reason: str | None = None) -> dict[str, Any]:
        """Write the next snapshot; the last stage repeats."""
        i = min(len(self.nets), len(self.rows) - 1)
        network, reason = self.rows[i]
        net = self.row(fitted(network, self.X, self.y))
        if len(self.nets) < len(self.rows):
            self.feed.append({"seconds": 0.5 * i + 0.2, "text": reason})
        self.nets.append(net)
        best = min(self.nets, key=lambda n: n["loss"])
        self.loss.append([0.5 * len(self.nets), best["loss"], best["loss"] * 1.1])
        snapshot = {
            "seq": len(self.nets), "step": len(self.nets), "seconds": 0.5 * len(self.nets),
            "seconds_total": self.run.config["seconds"], "state": state, "stop_reason": stop_reason,
            "pace": "real_time", "traced": 0,
            "current": self.drawn(net, self.ids), "best": self.drawn(best, self.best_ids), "front": self.front(),
            "loss": self.loss, "feed": self.feed, "rows_train": len(self.y) * 4 // 5,
            "rows_holdout": len(self.y) - len(self.y) * 4 // 5, "message": "Searching."}
        write_json(self.run.folder / "snapshot.json", snapshot)
        write_json(self.run.folder / "best.json", snapshot["best"])
        self.status(state)
        return snapshot

    def status(self, state: str, message: str = "Searching.") -> None:
        """Write the status with this process as the worker, so that the run reads as alive."""
        self.run.write_status(state, message, pid=os.getpid())

    def row(self, network: Network) -> dict[str, Any]:
        """A network with its scores, as a line of the front."""
        errors = self.y - np.nan_to_num(network.evaluate(self.X))
        loss = float(np.mean(errors**2) / np.var(self.y))
        text = f"{self.target} = {text_of(network, self.names)}"
        return {"network": network.to_json(), "text": text, "latex": r"\text{" + text.replace("_", r"\_") + "}",
                "complexity": network.complexity, "n_parameters": network.n_parameters, "r2_train": 1 - loss,
                "r2_holdout": 1 - 1.1 * loss, "loss": loss, "loss_holdout": 1.1 * loss}

    def drawn(self, row: dict[str, Any], ids: NodeIds) -> dict[str, Any]:
        """A row with what it takes to draw it."""
        network = Network.from_json(row["network"])
        names, changed = ids.update(network)
        return row | {"changed": changed, "layout": layout(network), "labels": labels(network, self.names),
                      "ids": names}

    def front(self) -> list[dict[str, Any]]:
        """The best row at each complexity, as far as complexity pays."""
        found: list[dict[str, Any]] = []
        for net in sorted(self.nets, key=lambda n: (n["complexity"], n["loss"])):
            if not found or net["loss"] < found[-1]["loss"]:
                found.append(net)
        return found


def play(run: Run, *, steps: int = 6, state: str = "running", stop_reason: str | None = None) -> Replay:
    """Play `steps` snapshots at once and leave the run in `state`."""
    replay = Replay(run)
    for _ in range(steps - 1):
        replay.step()
    replay.step(state, stop_reason)
    return replay


def main(folder: str, pause: float = 0.5) -> None:
    """Play the replay in real time, obeying pause, resume and stop."""
    run = Run(Path(folder))
    replay = Replay(run)
    state = "running"
    while state in ("running", "paused"):
        state = {"pause": "paused", "resume": "running", "stop": "stopped"}.get(run.take_command() or "", state)
        if state == "running" and len(replay.nets) * 0.5 >= run.config["seconds"]:
            state = "finished"
        if state == "paused":
            replay.status(state, "Paused.")
        else:
            ending = {"stopped": "stopped", "finished": "budget"}.get(state)
            replay.step(state, ending)
        time.sleep(pause)
    write_text(run.folder / "log.txt", "fake\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.5)
