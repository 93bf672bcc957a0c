"""Networks with known constants, and rows that they explain."""

from __future__ import annotations

import numpy as np

from tests.engine.helpers import net, oracle, rows_of
from xnet.engine import PRESETS, Network
from xnet.engine.fitting.rows import Rows

ALL = PRESETS["everything"]
X0, X1 = ("x", 0), ("x", 1)
#: name -> (network, true constants, constants to start from); the columns are uniform in [0.5, 3].
MODELS: dict[str, tuple[Network, tuple[float, ...], tuple[float, ...]]] = {
    "line": (net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(0, 0)), (2.13, -0.37), (1, 1)),
    "decay": (net(2, ("c", 0), ("c", 1), X0, ("mul", 1, 2), ("exp", 3), ("mul", 0, 4), constants=(0, 0)),
              (3.11, -0.77), (1.0, -0.2)),
    "wave": (net(2, ("c", 0), ("c", 1), X0, ("mul", 1, 2), ("sin", 3), ("mul", 0, 4), X1, ("add", 5, 6),
                 constants=(0, 0)), (1.71, 2.03), (1.0, 1.8)),
    "saturation": (net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 3, 1), ("div", 2, 4), constants=(0, 0)),
                   (4.2, 1.33), (1.0, 0.5)),
    "power": (net(2, ("c", 0), X0, ("c", 1), ("pow", 1, 2), ("mul", 0, 3), X1, ("div", 4, 5), constants=(0, 0)),
              (0.91, 1.37), (1.0, 1.0)),
    "used twice": (net(2, ("c", 0), X0, ("add", 0, 1), ("c", 0), X1, ("mul", 3, 4), ("mul", 2, 5), constants=(0,)),
                   (1.27,), (0.6,)),
}


def rows_for(name: str, noise: float, weighted: bool = False, n: int = 80) -> Rows:
    rng = np.random.default_rng(17)
    X = rng.uniform(0.5, 3.0, (n, 2))
    network, truth, _ = MODELS[name]
    y = oracle(network.with_constants(truth), X)
    weight = rng.uniform(0.1, 4.0, n) if weighted else None
    return rows_of(X, y + noise * y.std() * rng.normal(size=n), None if weight is None else weight / weight.mean())
