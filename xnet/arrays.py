"""The type of arrays: the one name by which signatures call a NumPy array.

Docstrings give shapes as tuples: `(n,)` for one value a row, `(d, n)` for `d` columns of `n` rows.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray
