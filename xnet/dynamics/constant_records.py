"""The constants of a system as records, with what the rows say about them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bands import Bands
from .system import System


def constant_records(system: System, bands: Bands | None) -> list[dict[str, Any]]:
    """One dict for each constant: `state` of its equation, and `value`, the printed number.

    With bands also `fitted`, the number at the optimum of all constants, its standard error `error`, and the ends `low`
    and `high` of its 95 % interval; the three are missing for a constant that the rows do not determine. A record with
    `factor_of` is a factor of 1 that is not printed, of this term; it comes after the printed constants of its state.
    """
    records = []
    for i, (state, network) in enumerate(zip(system.states, system.networks, strict=True)):
        if bands is None:
            records += [{"state": state, "value": value} for value in network.constants]
            continue
        start = sum(own.n_parameters for own in bands.system.networks[:i])
        fitted = bands.system.networks[i].constants
        values = [*((value, None) for value in network.constants), *bands.added[i]]
        for k, ((value, term), optimum) in enumerate(zip(values, fitted, strict=True), start):
            record: dict[str, Any] = {"state": state, "value": value, "fitted": optimum}
            low, high = bands.constants[:, k].tolist()
            if np.isfinite(low):
                record |= {"low": low, "high": high, "error": float(bands.errors[k])}
            records.append(record if term is None else record | {"factor_of": term})
    return records
