"""The trace of one step of the search, as `trace.json` holds it."""

from __future__ import annotations

from typing import Any, TypedDict


class TraceRow(TypedDict):
    """The row of the table that a trace follows: the row with the largest error of the network.

    Attributes:
        inputs, target: values of the inputs and of the target.
        outputs: output of every neuron.
        targets: second-order target of every neuron; None where the output does not depend on the neuron.
    """

    inputs: list[float | None]
    target: float | None
    outputs: list[float | None]
    targets: list[float | None]


class TraceCandidate(TypedDict):
    """One candidate that a step considered.

    Attributes:
        text: the formula with the candidate in place.
        move: the change, as a sentence.
        matched, fitted: the loss before and after the constants were fitted.
    """

    text: str
    move: str
    matched: float | None
    fitted: float | None


class Trace(TypedDict):
    """One step of the search, phase by phase; written at the pace "step_by_step".

    Attributes:
        number: number of this trace; grows by one with every write.
        step: the number of the step.
        task: the task of the step.
        scratch: whether the step built networks from nothing, instead of changing `net`.
        loss: the loss of `net`.
        net: the network before the step (with `inspect`).
        row: values of one row of the table.
        winner: the best new network, with fitted constants.
        matched: the same network before its constants were fitted.
        considered: the best candidates.
        constants: (before, after) of every fitted constant of the winner.
        improved: the best formula after the step, where the step changed it; else None.
    """

    number: int
    step: int
    task: str
    scratch: bool
    loss: float
    net: dict[str, Any]
    row: TraceRow
    winner: dict[str, Any]
    matched: dict[str, Any]
    considered: list[TraceCandidate]
    constants: list[list[float]]
    improved: str | None
