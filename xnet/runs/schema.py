"""The schema of a run folder: one TypedDict for each kind of JSON object in its files.

`config.json` holds a `Config`, `status.json` a `Status`, `snapshot.json` a `Snapshot`, `best.json` a `DrawnFormula`,
`trace.json` a `Trace` and `state.json` a `Checkpoint`. A line of `events.jsonl` is an `EventRecord`, and a line of
`frames.jsonl` or of `attempts.jsonl` a `FrameRecord`. JSON has no NaN and no infinity: they are null (None).

`R²` is one minus the ratio of the weighted mean squared error to the weighted variance of the target in the same rows.
For a class, the formula is a probability p, and R² compares p with the 0s and 1s of the target.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from xnet.config.run_options import Config
from xnet.evidence.fit_points import FitPoints

from .score_schema import FurtherScores
from .trace_schema import Trace, TraceCandidate, TraceRow

__all__ = ["Checkpoint", "Config", "DrawnFormula", "EventRecord", "FeedLine", "FitPoints", "FormulaRecord",
           "FrameRecord", "GivenRecord", "LossPoint", "Snapshot", "Status", "Trace", "TraceCandidate", "TraceRow"]


class FormulaRecord(FurtherScores):
    """A formula with its network and scores: one entry of the front.

    Attributes:
        network: the network, as `Network.from_json` reads it: `neurons` in topological order, `constants`, `n_inputs`.
        text: the formula as text, with the target on the left side.
        latex: the formula as LaTeX.
        complexity: the number of neurons and constants.
        n_parameters: the number of fitted constants.
        r2_train: R² on the training rows; None if the target does not vary in them.
        r2_holdout: R² on the held-out rows; None without such rows, or if the target does not vary in them.
        loss: loss on the training rows relative to the loss of their best constant; 1 - `r2_train` for squared errors.
        loss_holdout: the same on the held-out rows; None where there is no R².
        picked_as: only on a front: the preferences that pick the entry ("simplest", "balanced", "accurate").
        is_robust: only on a front: True for the formula of a second search under Huber's scale that stands beside it.
        plain: the kind of plain model that the formula is ("linear", ...); None for a searched network.
        units: only in the output of the command line: the result of the check of units, as a sentence.
        template, holes: only with a template: its text, and the formulas of its parts by name, such as "f(v)".
        letters, parts: only with a template: the values of its letters ("a[planet]" in groups), and `Parts` as JSON.
    """

    network: dict[str, Any]
    text: str
    latex: str
    complexity: int
    n_parameters: int
    r2_train: float | None
    r2_holdout: float | None
    loss: float | None
    loss_holdout: float | None
    picked_as: NotRequired[list[str]]
    plain: NotRequired[str | None]
    is_robust: NotRequired[bool]
    units: NotRequired[str]
    template: NotRequired[str]
    holes: NotRequired[dict[str, str]]
    letters: NotRequired[dict[str, float | str]]
    parts: NotRequired[dict[str, Any]]


class GivenRecord(FormulaRecord):
    """The initial formula as it was given, beside the front: its letters are fitted and its numbers stay.

    Attributes:
        given: the text of the user.
        constants: letter -> fitted value.
        constraints_met: whether the formula satisfies all constraints.
        parameters: every letter with its standard error, interval and kind, see `xnet.evidence.letters`.
    """

    given: str
    constants: dict[str, float]
    constraints_met: bool
    parameters: NotRequired[list[dict[str, Any]]]


class DrawnFormula(FormulaRecord):
    """A formula with the drawing of its network.

    Attributes:
        layout: (x, y) of every neuron, each from 0 to 1; x grows from the inputs to the output.
        labels: the text of every neuron.
        ids: an identity for every neuron; neurons that stay the same from one network to the next keep their identity.
        changed: positions of the neurons that are new since the last network of this drawing.
        inspect: outputs and targets of every neuron on some rows (`NeuronInspector.inspect`); None for large networks.
        python: only in `best.json`: source text of a NumPy function.
    """

    layout: list[list[float]]
    labels: list[str]
    ids: list[str]
    changed: list[int]
    inspect: NotRequired[dict[str, Any] | None]
    python: NotRequired[str]


#: (seconds of searching, loss on the training rows, loss on the held-out rows or None) of the best network.
LossPoint = tuple[float, float, float | None]


class FeedLine(TypedDict):
    """One of the last improvements.

    Attributes:
        seconds: seconds of searching until then.
        text: what changed in the network, as a sentence.
    """

    seconds: float
    text: str


class Snapshot(TypedDict):
    """The current state of a search, as a viewer shows it.

    Attributes:
        seq: number of this snapshot; grows by one with every write.
        time: when it was written, in seconds since 1970.
        step: the number of steps that the search has done.
        seconds, seconds_total: seconds of searching so far, and the budget.
        slowdown: how many times as long they take by the clock, because other programs use the cores.
        state: the state of the run, see `Status`.
        stop_reason: why the search ended, a value of `StopReason`; None while it runs.
        pace: "real_time", "slow" or "step_by_step".
        traced: the number of steps with a trace so far.
        reopened: the numbers of the steps after which the search had ended by itself and was continued.
        current: the network that the search tried last.
        best: the default pick of the front.
        front: the most accurate formula of every complexity, simplest first.
        loss: the loss of the best network over time.
        feed: the last improvements, oldest first.
        rows_train, rows_holdout: the numbers of training rows and of held-out rows.
        message: the state of the run as a sentence.
        given: the initial formula as it was given; only with one.
        second_look: what a second search under Huber's scale suggests; only where there are wild rows.
        row_names: how the rows are called, see `RowNames`; older files have `left_out_rows` (see `Config`).
        fit: rows and values of the best formula, for a plot; missing in older files.
        noise_is_left: whether what is left looks like noise, so that a person may stop; missing in older files.
    """

    seq: int
    time: float
    step: int
    seconds: float
    seconds_total: float
    slowdown: NotRequired[float]
    state: str
    stop_reason: str | None
    pace: str
    traced: int
    reopened: list[int]
    current: DrawnFormula
    best: DrawnFormula
    front: list[FormulaRecord]
    loss: list[LossPoint]
    feed: list[FeedLine]
    rows_train: int
    rows_holdout: int
    message: str
    given: NotRequired[GivenRecord]
    fit: NotRequired[FitPoints]
    noise_is_left: NotRequired[bool]
    second_look: NotRequired[FormulaRecord]
    row_names: NotRequired[dict[str, Any] | None]
    left_out_rows: NotRequired[list[int]]


class Status(TypedDict):
    """The state of a run.

    Attributes:
        state: "queued", "starting", "running", "paused", "finished", "stopped" or "failed".
        pid: id of the process that searches; None before there is one.
        pid_created: when that process was started, in seconds since 1970.
        heartbeat: when the status was last written, in seconds since 1970.
        message: the state as a sentence.
    """

    state: str
    pid: int | None
    pid_created: NotRequired[float | None]
    heartbeat: float
    message: str


class EventRecord(TypedDict):
    """One improvement of the best network.

    Attributes:
        kind: always "improved".
        step: the step that found it.
        seconds: seconds of searching until then.
        loss, loss_holdout: as in `FormulaRecord`.
        complexity: as in `FormulaRecord`; missing in runs that were opened from a bundle.
        n_parameters: likewise.
        changed: positions of the neurons that are new; likewise.
        reason: what changed, as a sentence.
        network: the new network; likewise.
    """

    kind: str
    step: int
    seconds: float
    loss: float | None
    loss_holdout: float | None
    complexity: NotRequired[int]
    n_parameters: NotRequired[int]
    changed: NotRequired[list[int]]
    reason: str
    network: NotRequired[dict[str, Any]]


class FrameRecord(TypedDict):
    """One frame of the replay: a network that was the best one at its time, or an attempt.

    Attributes:
        seconds: seconds of searching until then.
        step: the number of steps until then.
        net: the formula and its drawing.
        reason: what changed, as a sentence; "" for the first network and for attempts.
    """

    seconds: float
    step: int
    net: DrawnFormula
    reason: str


class Checkpoint(TypedDict):
    """A search as it was saved, to be continued later.

    Attributes:
        seconds: seconds of searching so far.
        state: the state of the search, as `state_from_json` of the engine reads it.
    """

    seconds: float
    state: dict[str, Any]
