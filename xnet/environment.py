"""Numbers in environment variables, with which whoever runs a server sets its limits."""

from __future__ import annotations

import math
import os


def positive_number(variable: str, default: float) -> float:
    """The number above 0 in an environment variable; the default where it is missing, or holds anything else."""
    try:
        value = float(os.environ.get(variable, ""))
    except ValueError:
        return default
    return value if 0 < value < math.inf else default


def positive_count(variable: str, default: int) -> int:
    """The same as a whole number, rounded down to one at least."""
    return max(1, int(positive_number(variable, default)))
