"""The result of a peer's fit, and the loss at which a fit ends."""

from __future__ import annotations

from typing import Any

from xnet.arrays import Array

#: What a fit returns: a report (text, nodes, parameters, seconds) and the (m,) predictions at the fresh points.
PeerResult = tuple[dict[str, Any], Array]

#: A loss, as a share of the target's variance, below which a formula counts as exact and the fit ends.
#: pyoperon computes in float32, so its loss does not get much lower.
EXACT_LOSS = 1e-12
