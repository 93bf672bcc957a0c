"""Records a search in its run folder while it runs: snapshots, the best network, events, frames and traces.

`Recorder` receives the states and events of the engine and derives what a viewer shows: the loss as a curve of at most
500 points, the last improvements as sentences, and drawings in which unchanged neurons keep their place and identity.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from xnet.atomic_files import to_json, whole_lines, write_json
from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine import Preference, given_formula, hole_texts, letter_values
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.python_code import to_python
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.evidence.class_probability import DisplayView
from xnet.evidence.fit_points import FitPlot, FitPoints
from xnet.evidence.letters import letter_parameters
from xnet.evidence.neuron_inspection import NeuronInspector
from xnet.evidence.scores import front_scores
from xnet.evidence.step_story import StepNarrator
from xnet.wording.score_text import accuracy_text, percent

from .frames_file import ATTEMPTS, FrameWriter
from .run import Run
from .schema import DrawnFormula, FeedLine, FormulaRecord, GivenRecord, LossPoint, Snapshot

if TYPE_CHECKING:
    from xnet.engine import Event, FrontEntry, Problem, SearchState, StepTrace

MAX_LOSS_POINTS = 500
MAX_FEED = 30
#: Files of an earlier attempt, which a viewer must not take for those of a new search.
_RESULT_FILES = ("events.jsonl", "best.json", "snapshot.json", "trace.json", "state.json")


class Recorder:
    """Writes the files of one run while its search runs.

    Args:
        run: the run to write to.
        problem: the search problem, with its training and held-out rows.
        resumed: whether the search continues an earlier one; its files are then kept and continued, else deleted.
    """

    def __init__(self, run: Run, problem: Problem, resumed: bool = False) -> None:
        self.run, self.problem = run, problem
        config = run.config
        self.names: tuple[str, ...] = tuple(config["inputs"])
        self.target: str = config["target"]
        self.rows = len(problem.train.y), 0 if problem.holdout is None else len(problem.holdout.y)
        self.sequence = 0  # number of the last snapshot
        self.traced = 0  # number of the last trace
        self.reopened: list[int] = []  # the steps after which the search had ended by itself and was continued
        self.loss: list[LossPoint] = []
        self.feed: deque[FeedLine] = deque(maxlen=MAX_FEED)
        self.frames = FrameWriter(run, resumed)
        self.attempts = FrameWriter(run, resumed, ATTEMPTS)
        self._attempted: Network | None = None  # the last attempt that was written
        self.view = DisplayView(problem)
        self.inspector = NeuronInspector(problem, self.names)
        self.narrator = StepNarrator(self.inspector, self.target, self.view)
        self._drawings = {"current": NodeIds(), "best": NodeIds()}
        self._best: tuple[Network, DrawnFormula] | None = None
        self._fit_plot = FitPlot(problem, self.names)
        self._fit: tuple[Network, FitPoints] | None = None  # the last plot, and its network
        snapshot = run.snapshot() if resumed else None
        if snapshot is not None:
            self._continue_from(snapshot)
            return
        for name in _RESULT_FILES:
            (run.folder / name).unlink(missing_ok=True)

    def _continue_from(self, snapshot: Snapshot) -> None:
        """Continue the curve, the feed and the drawings of the last snapshot."""
        whole_lines(self.run.folder / "events.jsonl")
        self.sequence, self.traced = snapshot["seq"], snapshot.get("traced", 0)
        self.reopened = list(snapshot.get("reopened", ()))
        self.loss = [(point[0], point[1], point[2]) for point in snapshot["loss"]]
        self.feed.extend(snapshot["feed"])
        drawn = {"current": snapshot["current"], "best": snapshot["best"]}
        for name, ids in self._drawings.items():
            ids.continue_from(Network.from_json(drawn[name]["network"]), drawn[name]["ids"])
        self._best = Network.from_json(snapshot["best"]["network"]), snapshot["best"]

    def record(self, state: SearchState, events: Sequence[Event]) -> bool:
        """Record the result of one step of the search; returns whether there is something new to show."""
        improved = [self.view.event(e) for e in events if e.kind == "improved"]
        if improved:
            with (self.run.folder / "events.jsonl").open("a", encoding="utf-8") as log:
                log.writelines(to_json(e.to_json()) + "\n" for e in improved)
        for event in improved:
            self.feed.append({"seconds": round(event.seconds, 3), "text": event.reason})
            self.loss.append((round(event.seconds, 3), event.loss, event.loss_holdout))
        best = self.view.entry(state.best)
        new_best = self._best is None or self._best[0] != best.network
        if new_best:
            self.frames.add(self._write_best(best), seconds=state.seconds, step=state.step,
                            reason="; ".join(dict.fromkeys(event.reason for event in improved)))
            if not improved:
                self.loss.append((round(state.seconds, 3), best.shown_loss, best.unexplained_holdout))
        self.loss = thinned(self.loss)
        return new_best or bool(events)

    def write_best(self, entry: FrontEntry) -> DrawnFormula:
        """Write the best network so far, an entry of the engine, and return its drawing."""
        return self._write_best(self.view.entry(entry))

    def _write_best(self, entry: FrontEntry) -> DrawnFormula:
        drawn = self.drawn("best", entry)
        self._best = entry.network, {**drawn, "inspect": self.inspector.inspect(entry.network)}
        best: DrawnFormula = {**drawn, "python": to_python(entry.network, self.names, target_name=self.target)}
        write_json(self.run.folder / "best.json", best)
        return drawn

    def describe_best(self) -> str:
        """The accuracy of the best network so far, as the end of a sentence."""
        if self._best is None:
            return "has no R²"
        best = self._best[1]
        if (share := best.get("accuracy_train")) is not None:
            return f"classifies {percent(share)} of the training rows correctly"
        return f"has {accuracy_text(best, digits=4)}"

    def drawn(self, drawing: str, entry: FrontEntry) -> DrawnFormula:
        """An entry, as shown, with its drawing.

        Args:
            drawing: "current" or "best": the drawing whose neurons are continued.
            entry: an entry of `self.view`.
        """
        ids, changed = self._drawings[drawing].update(entry.network)
        return {**self.formula_record(entry), "changed": changed, "layout": layout(entry.network),
                "labels": labels(entry.network, self.names), "ids": ids}

    def formula_record(self, entry: FrontEntry) -> FormulaRecord:
        """An entry, as shown, with its formula and scores."""
        text, latex = formulas(entry.network, self.names, self.target)
        record = {"network": entry.network.to_json(), "text": text, "latex": latex, "complexity": entry.complexity,
                  "n_parameters": entry.n_parameters, "plain": entry.plain.value if entry.plain else None,
                  **front_scores(entry, self.problem), "loss": entry.shown_loss,
                  "loss_holdout": entry.unexplained_holdout, **self.view.class_scores(entry)}
        if self.problem.train.weight is not None:
            record["weighted"] = True
        if entry.parts is not None and (form := self.problem.template) is not None:
            own = entry.network.own
            group = "group" if own is None else self.names[own.column]
            record |= {"template": form.text, "letters": letter_values(form, entry.parts, group, entry.network.own),
                       "holes": hole_texts(form, entry.parts, with_arguments=True, group=group),
                       "parts": entry.parts.to_json()}
        return cast(FormulaRecord, record)

    def write_snapshot(self, state: SearchState, *, seconds: float, seconds_total: float, run_state: str,
                       stop_reason: str | None, message: str, pace: str = "real_time",
                       slowdown: float = 1.0) -> Snapshot:
        """Write the current state of the search after `seconds` of searching, and return it."""
        self.sequence += 1
        best = self._best[1] if self._best else self.drawn("best", self.view.entry(state.best))
        tried = self.view.entry(state.current)
        drawn = self.drawn("current", tried)
        if tried.network not in (self._attempted, self._best and self._best[0]):
            self.attempts.add(drawn, seconds=state.seconds, step=state.step, reason="")
            self._attempted = tried.network
        current: DrawnFormula = {**drawn, "inspect": self.inspector.inspect(tried.network)}
        snapshot: Snapshot = {
            "seq": self.sequence, "time": time.time(), "step": state.step, "seconds": round(seconds, 3),
            "seconds_total": seconds_total, "slowdown": round(slowdown, 2), "state": run_state,
            "stop_reason": stop_reason, "pace": pace,
            "traced": self.traced, "reopened": self.reopened, "current": current, "best": best,
            "front": self._front(state), "loss": self.curve(seconds), "feed": list(self.feed),
            "rows_train": self.rows[0], "rows_holdout": self.rows[1], "message": message,
            "fit": self._fit_of(self.view.entry(state.best).network), "noise_is_left": state.noise_is_left}
        if state.robust_pick is not None:
            snapshot["second_look"] = self.formula_record(self.view.entry(state.robust_pick))
        config = self.run.config
        if "row_names" in config:
            snapshot["row_names"] = config["row_names"]
        elif "left_out_rows" in config:
            snapshot["left_out_rows"] = config["left_out_rows"]
        if given := self._given():
            snapshot["given"] = given
        write_json(self.run.folder / "snapshot.json", snapshot)
        return snapshot

    def _fit_of(self, network: Network) -> FitPoints:
        """The plot of the best network, made again only for another network."""
        if self._fit is None or self._fit[0] != network:
            self._fit = network, self._fit_plot.points(network)
        return self._fit[1]

    def _given(self) -> GivenRecord | None:
        """The initial formula as it was given; None without one."""
        wanted = (self.run.config.get("prior") or {}).get("initial_formula")
        found = given_formula(self.view.problem) if wanted else None
        if found is None:
            return None
        record = {**self.formula_record(self.view.entry(found.entry)), "given": found.text,
                  "constants": found.constants, "constraints_met": found.constraints_met,
                  "parameters": letter_parameters(found, self.view.problem)}
        return cast(GivenRecord, record)

    def _front(self, state: SearchState) -> list[FormulaRecord]:
        picks = {preference: state.picked(preference) for preference in Preference}
        records = []
        for entry in state.front:
            record = self.formula_record(self.view.entry(entry))
            record["picked_as"] = [str(preference) for preference, pick in picks.items() if pick is entry]
            if entry.is_robust:
                record["is_robust"] = True
            records.append(record)
        return records

    def write_trace(self, trace: StepTrace) -> None:
        """Write the phases of a step."""
        self.traced += 1
        write_json(self.run.folder / "trace.json", {"number": self.traced} | self.narrator.describe(trace))

    def touch_snapshot(self, snapshot: Snapshot, *, seconds: float) -> Snapshot:
        """Write the snapshot again with a later time; nothing else changes."""
        self.sequence += 1
        later: Snapshot = {**snapshot, "seq": self.sequence, "time": time.time(), "seconds": round(seconds, 3),
                           "loss": self.curve(seconds)}
        write_json(self.run.folder / "snapshot.json", later)
        return later

    def curve(self, seconds: float) -> list[LossPoint]:
        """The loss of the best network over the seconds of the search, continued to now."""
        if not self.loss or seconds <= self.loss[-1][0]:
            return self.loss
        return [*self.loss, (round(seconds, 3), *self.loss[-1][1:])]


@lru_cache(maxsize=512)
def formulas(network: Network, names: tuple[str, ...], target: str) -> tuple[str, str]:
    """The formula as text and as LaTeX; cached, because every snapshot contains the front."""
    return (to_text(network, names, target_name=target), to_latex(network, names, target_name=target))


def thinned(points: list[LossPoint]) -> list[LossPoint]:
    """At most `MAX_LOSS_POINTS` points; those closest in time are left out, the first and the last point stay."""
    while len(points) > MAX_LOSS_POINTS:
        gaps = [points[i + 1][0] - points[i - 1][0] for i in range(1, len(points) - 1)]
        drop = 1 + min(range(len(gaps)), key=gaps.__getitem__)
        points = points[:drop] + points[drop + 1:]
    return points
