"""One fit of a peer, in a process of its own: `python -m benchmarks.peer_worker NAME FOLDER SECONDS JOBS SEED`.

Reads `in.npz` (X, y, X_new) in the folder, writes `out.json` (text, nodes, parameters, seconds) and `out.npy`. Each
peer is set up to do well within the time: functions that cover the benchmarks' formulas, its constants optimised where
it can, its time limit used in full unless it is exact sooner.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from xnet.arrays import Array

from .gplearn_fit import fit_gplearn
from .pyoperon_fit import fit_pyoperon

PeerResult = tuple[dict[str, Any], Array]
#: A loss (share of the target's variance) at which a peer has nothing left to find; pyoperon computes in float32.
EXACT_LOSS = 1e-12
FITS = {"pyoperon": fit_pyoperon, "gplearn": fit_gplearn}


def main() -> None:
    """The command line."""
    name, folder, seconds, jobs, seed = sys.argv[1:]
    place = Path(folder)
    given = np.load(place / "in.npz", allow_pickle=False)
    with np.errstate(all="ignore"):
        report, values = FITS[name](given["X"], given["y"], given["X_new"], float(seconds), int(jobs), int(seed))
    np.save(place / "out.npy", np.asarray(values, dtype=np.float64), allow_pickle=False)
    (place / "out.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
