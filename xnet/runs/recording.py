"""What a search leaves in its run's folder while it goes on: snapshot, best network, events.

`Recorder` is fed with the engine's states and events and keeps what a viewer needs: the loss so far as a curve of at
most 500 points, the last improvements in words, and the networks laid out so that unchanged neurons stay where and
who they were.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xnet.atomic_files import to_json, whole_lines, write_json
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine import pick_supported
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import DisplayView
from xnet.evidence.neuron_inspection import NeuronInspector
from xnet.evidence.step_story import StepNarrator
from xnet.wording.score_text import percent, r2_text

from .frames_file import FrameWriter
from .run import Run

if TYPE_CHECKING:
    from xnet.engine import Event, FrontEntry, Problem, SearchState, StepTrace

MAX_LOSS_POINTS = 500
MAX_FEED = 30


class Recorder:
    """Writes the files of one run as its search goes on.

    Args:
        run: where to write.
        problem: what is searched; it knows which rows are held out.
        goes_on: whether the search was begun before and goes on now; what it left is then kept and continued.
    """

    def __init__(self, run: Run, problem: Problem, goes_on: bool = False) -> None:
        self.run = run
        config = run.config
        self.names: tuple[str, ...] = tuple(config["inputs"])
        self.target: str = config["target"]
        self.rows = len(problem.train.y), 0 if problem.holdout is None else len(problem.holdout.y)
        self.sequence = 0
        self.traced = 0  # steps that were told
        self.reopened: list[int] = []  # after which steps the search had ended by itself, and was told to go on
        self.loss: list[tuple[float, float, float | None]] = []
        self.feed: deque[dict[str, Any]] = deque(maxlen=MAX_FEED)
        self.frames = FrameWriter(run, goes_on)
        self.shown = DisplayView(problem)
        self.inspector = NeuronInspector(problem, self.names)
        self.narrator = StepNarrator(self.inspector, self.target, self.shown)
        self._drawings = {"current": NodeIds(), "best": NodeIds()}
        self._best: tuple[Network, dict[str, Any]] | None = None
        snapshot = run.snapshot() if goes_on else None
        if snapshot is not None:
            self._go_on(snapshot)
            return
        # The app attaches to a run by its folder: what an earlier try left there must not look like this one's.
        for name in ("events.jsonl", "best.json", "snapshot.json", "trace.json", "state.json"):
            (run.folder / name).unlink(missing_ok=True)

    def _go_on(self, snapshot: dict[str, Any]) -> None:
        """Continue the curve, the feed and the drawings of the search's last snapshot."""
        whole_lines(self.run.folder / "events.jsonl")
        self.sequence, self.traced = snapshot["seq"], snapshot.get("traced", 0)
        self.reopened = list(snapshot.get("reopened", ()))
        self.loss = [(point[0], point[1], point[2]) for point in snapshot["loss"]]
        self.feed.extend(snapshot["feed"])
        for name, ids in self._drawings.items():
            ids.continue_from(Network.from_json(snapshot[name]["network"]), snapshot[name]["ids"])
        self._best = Network.from_json(snapshot["best"]["network"]), snapshot["best"]

    def record(self, state: SearchState, events: Sequence[Event]) -> bool:
        """Take in what one step of the search gave; returns whether there is something new to show."""
        improved = [self.shown.event(e) for e in events if e.kind == "improved"]
        if improved:
            with (self.run.folder / "events.jsonl").open("a", encoding="utf-8") as log:
                log.writelines(to_json(e.to_json()) + "\n" for e in improved)
        for event in improved:
            self.feed.append({"seconds": round(event.seconds, 3), "text": event.reason})
            self.loss.append((round(event.seconds, 3), event.loss, event.loss_holdout))
        best = self.shown.entry(state.best)
        new_best = self._best is None or self._best[0] != best.network
        if new_best:
            net = self._write_best(best)
            self.frames.add(net, seconds=state.seconds, step=state.step,
                            reason=improved[-1].reason if improved else "")
            if not improved:
                self.loss.append((round(state.seconds, 3), best.loss, best.loss_holdout))
        self.loss = thinned(self.loss)
        return new_best or bool(events)

    def write_best(self, entry: FrontEntry) -> dict[str, Any]:
        """Write the best network so far, an entry of the engine, and return it as it is drawn."""
        return self._write_best(self.shown.entry(entry))

    def _write_best(self, entry: FrontEntry) -> dict[str, Any]:
        net = self.net("best", entry)
        self._best = entry.network, net | {"inspect": self.inspector.inspect(entry.network)}
        write_json(self.run.folder / "best.json",
                   net | {"python": to_python(entry.network, self.names, target_name=self.target)})
        return net

    def said_of_best(self) -> str:
        """How good the best network so far is, as the end of a sentence."""
        best = self._best[1] if self._best else {}
        if (share := best.get("accuracy_train")) is not None:
            return f"gives {percent(share)} of the training rows their class"
        return f"has R² {r2_text(best.get('r2_train'), 4)}"

    def net(self, drawing: str, entry: FrontEntry) -> dict[str, Any]:
        """A network as shown, ready to be drawn; `drawing` ("current" or "best") says whose neurons it continues."""
        ids, changed = self._drawings[drawing].update(entry.network)
        return self.row(entry) | {"changed": changed, "layout": layout(entry.network),
                                  "labels": labels(entry.network, self.names), "ids": ids}

    def row(self, entry: FrontEntry) -> dict[str, Any]:
        """A network as shown with its formula and scores, as a line of the front."""
        text, latex = formulas(entry.network, self.names, self.target)
        return {"network": entry.network.to_json(), "text": text, "latex": latex, "complexity": entry.complexity,
                "n_parameters": entry.n_parameters, "r2_train": entry.r2_train, "r2_holdout": entry.r2_holdout,
                "loss": entry.loss, "loss_holdout": entry.loss_holdout, **self.shown.class_scores(entry)}

    def write_snapshot(self, state: SearchState, *, seconds: float, seconds_total: float, run_state: str,
                       stop_reason: str | None, message: str, pace: str = "real_time") -> dict[str, Any]:
        """Write what a viewer shows after `seconds` of searching, and return it."""
        self.sequence += 1
        best = self._best[1] if self._best else self.net("best", self.shown.entry(state.best))
        supported = pick_supported(state.front, state.n_train)
        tried = self.shown.entry(state.current)
        current = self.net("current", tried) | {"inspect": self.inspector.inspect(tried.network)}
        snapshot = {
            "seq": self.sequence, "time": time.time(), "step": state.step, "seconds": round(seconds, 3),
            "seconds_total": seconds_total, "state": run_state, "stop_reason": stop_reason, "pace": pace,
            "traced": self.traced, "reopened": self.reopened, "current": current, "best": best,
            "front": [self.row(self.shown.entry(entry)) | {"supported": entry is supported} for entry in state.front],
            "loss": self.curve(seconds), "feed": list(self.feed), "rows_train": self.rows[0],
            "rows_holdout": self.rows[1], "message": message}
        write_json(self.run.folder / "snapshot.json", snapshot)
        return snapshot

    def write_trace(self, trace: StepTrace) -> None:
        """Write what a step did, phase by phase."""
        self.traced += 1
        write_json(self.run.folder / "trace.json", {"number": self.traced} | self.narrator.tell(trace))

    def touch_snapshot(self, snapshot: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        """Write the snapshot again, at a later time; nothing else is new."""
        self.sequence += 1
        snapshot = snapshot | {"seq": self.sequence, "time": time.time(), "seconds": round(seconds, 3),
                               "loss": self.curve(seconds)}
        write_json(self.run.folder / "snapshot.json", snapshot)
        return snapshot

    def curve(self, seconds: float) -> list[tuple[float, float, float | None]]:
        """The loss of the best network over the search's seconds, continued to now."""
        if not self.loss or seconds <= self.loss[-1][0]:
            return self.loss
        return [*self.loss, (round(seconds, 3), *self.loss[-1][1:])]


@lru_cache(maxsize=512)
def formulas(network: Network, names: tuple[str, ...], target: str) -> tuple[str, str]:
    """The formula as text and as LaTeX; kept, because the front is written again and again."""
    return (to_text(network, names, target_name=target), to_latex(network, names, target_name=target))


def thinned(points: list[tuple[float, float, float | None]]) -> list[tuple[float, float, float | None]]:
    """At most `MAX_LOSS_POINTS` points, leaving out where they stand closest in time; the first and last stay."""
    while len(points) > MAX_LOSS_POINTS:
        gaps = [points[i + 1][0] - points[i - 1][0] for i in range(1, len(points) - 1)]
        drop = 1 + min(range(len(gaps)), key=gaps.__getitem__)
        points = points[:drop] + points[drop + 1:]
    return points
