"""One step of a search in four phases, for the step-by-step view.

    forward      the network of the step, with the output of every neuron in one row of the table
    targets      the same network, with the target of every neuron in that row
    choice       the best candidates with their predicted errors, and the network with the chosen candidate
    parameters   the constants before and after the fit, the error after it, and the best formula where it changed

The row is the one with the largest error, because targets and outputs differ most there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xnet.drawings.layout import NodeIds, labels, layout
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network

from .class_probability import DisplayView
from .neuron_inspection import NeuronInspector, short

if TYPE_CHECKING:
    from xnet.engine import StepTrace

#: Names of the phases, in their order.
PHASES = ("Forward", "Targets", "Choice", "Parameters")


class StepNarrator:
    """Describes the steps of one search; the ids of unchanged neurons stay the same from step to step.

    Args:
        inspector: inspects neurons.
        target: name of the target.
        shown: converts networks to the form that is displayed.
    """

    def __init__(self, inspector: NeuronInspector, target: str, shown: DisplayView) -> None:
        self.inspector, self.target, self.shown = inspector, target, shown
        self._ids = NodeIds()

    def describe(self, trace: StepTrace) -> dict[str, Any]:
        """A step as plain data: the network before it, the candidates, and the chosen one before and after the fit."""
        taken, before = trace.taken, self._drawn(trace.network)
        unit = self.shown.problem.search.constant_loss or 1.0  # losses as shares of the loss of these rows' constant
        row = self._row(self.shown.network(trace.network))
        return {
            "step": trace.step, "task": trace.task, "scratch": trace.from_scratch, "loss": trace.loss / unit,
            "net": before, "row": row, "winner": self._drawn(taken.network),
            "matched": self._drawn(taken.network.with_constants(taken.begun)),
            "considered": [{"text": self._text(t.network.with_constants(t.begun)), "move": t.reason,
                            "matched": t.matched / unit, "fitted": t.loss / unit} for t in trace.considered],
            "constants": [list(pair) for pair in zip(taken.begun, taken.network.constants, strict=True)],
            "improved": None if trace.improved is None else self._text(trace.improved.network)}

    def _row(self, network: Network) -> dict[str, Any]:
        """The row with the largest error: its inputs, its target, and every neuron's output and target."""
        rows, targets = self.inspector.rows, self.inspector.targets(network)
        f = targets[-1].output
        with np.errstate(all="ignore"):
            errors = np.where(np.isfinite(f), np.abs(rows.y - f), -1.0)
        at = int(np.argmax(errors))
        return {"inputs": [short(column[at]) for column in rows.columns], "target": short(rows.y[at]),
                "outputs": [short(t.output[at]) for t in targets],
                "targets": [short(t.values[at]) if t.weight[at] > 0 else None for t in targets]}

    def _text(self, network: Network) -> str:
        return to_text(self.shown.network(network), self.inspector.names, target_name=self.target)

    def _drawn(self, network: Network) -> dict[str, Any]:
        text, network = self._text(network), self.shown.network(network)
        ids, changed = self._ids.update(network)
        return {"network": network.to_json(), "text": text, "changed": changed, "ids": ids,
                "layout": layout(network), "labels": labels(network, self.inspector.names),
                "inspect": self.inspector.inspect(network)}
