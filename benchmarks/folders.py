"""Folders of the benchmarks: the checkout and the data that lies outside it."""

from __future__ import annotations

import os
from pathlib import Path

#: The checkout.
ROOT = Path(__file__).resolve().parent.parent


def data_folder(variable: str, name: str) -> Path:
    """The folder that an environment variable names, or `shared/NAME` beside the checkout if it is not set."""
    given = os.environ.get(variable)
    return Path(given) if given else ROOT.parent / "shared" / name
