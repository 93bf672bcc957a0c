"""The moving picture of a search."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xnet.exports.animation import discovery_gif
from xnet.runs import create_run, execute
from xnet.tables.samples import load_sample

from .files import write

#: The sample table of the moving picture, and the number of steps.
FILMED, STEPS = "mauna_loa_co2", 14


def film(out: Path) -> None:
    """Write the moving picture of a search to a folder."""
    table = load_sample(FILMED)
    with tempfile.TemporaryDirectory(prefix="xnet-") as root:
        run = create_run(table.frame, target=str(table.suggested_target), inputs=table.suggested_inputs,
                         source=table.name, units=table.units, seconds=3600, steps=STEPS, root=root)
        execute(run, commands=lambda: None)
        write(out / "discovery.gif", discovery_gif(run))
