"""Entries of a front whose leave-one-out losses and prices a test chooses."""

from __future__ import annotations

import numpy as np

from tests.engine.helpers import net
from xnet.arrays import Array
from xnet.engine import FrontEntry
from xnet.engine.front.entry import Support
from xnet.engine.front.plain_models import PlainKind

ROWS = np.random.default_rng(0).exponential(0.1, 200)


def entry(complexity: int, losses: Array, price: float, p: int = 1, *, is_defined: bool = True,
          plain: PlainKind | None = None, reads_inputs: bool = True, activation: str = "square") -> FrontEntry:
    support = Support(losses, float(losses.mean()), p, price, reads_inputs)
    return FrontEntry(net(1, ("x", 0), (activation, 0)), complexity, p, float(losses.mean()), None,
                      is_defined=is_defined, plain=plain, support=support)


CONSTANT = entry(1, 10 * ROWS, 0.0, reads_inputs=False)
