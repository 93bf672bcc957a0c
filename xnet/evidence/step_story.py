"""One step of a search as four pictures, for those who go step by step.

    forward      the network that is worked on, and what every neuron puts out in one row of the table
    targets      the same network, and what every neuron should have put out in that row
    choice       the best candidates, with the error that each promises; the network with the winner in place
    parameters   its constants before and after they are fitted, and what that made of the error

The row is the one that the network explains worst: there, targets differ most from outputs.
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

#: The phases in their order, as they are called wherever they are shown.
PHASES = ("Forward", "Targets", "Choice", "Parameters")


class StepNarrator:
    """Tells the steps of one search; keeps who is who from one to the next.

    Args:
        inspector: looks at neurons.
        target: the target's name.
        shown: what is shown of the search's networks.
    """

    def __init__(self, inspector: NeuronInspector, target: str, shown: DisplayView) -> None:
        self.inspector, self.target, self.shown = inspector, target, shown
        self._ids = NodeIds()

    def tell(self, trace: StepTrace) -> dict[str, Any]:
        """A step as plain data: the network before, the candidates, and the winner before and after fitting."""
        taken, before = trace.taken, self._drawn(trace.network)
        row = self._row(self.shown.network(trace.network))
        return {
            "step": trace.step, "task": trace.task, "scratch": trace.from_scratch, "loss": trace.loss, "net": before,
            "row": row, "winner": self._drawn(taken.network),
            "matched": self._drawn(taken.network.with_constants(taken.begun)),
            "considered": [{"text": self._text(t.network.with_constants(t.begun)), "move": t.reason,
                            "matched": t.matched, "fitted": t.loss} for t in trace.considered],
            "constants": [list(pair) for pair in zip(taken.begun, taken.network.constants, strict=True)],
            "improved": trace.improved is not None}

    def _row(self, network: Network) -> dict[str, Any]:
        """The row that the network explains worst: its inputs, its target, and every neuron's output and target."""
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
