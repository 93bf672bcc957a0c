"""One fit of a peer: `python -m benchmarks.peers NAME FOLDER SECONDS JOBS SEED`.

Reads `in.npz` (X, y, X_new) in the folder; writes `out.json` (text, nodes, parameters, seconds) and `out.npy`, the
predictions at X_new. The settings of each peer aim at good results within the time limit: functions that cover the
formulas of the benchmarks, optimised constants if the peer can do that, and the whole time unless the fit is exact.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from .gplearn_fit import fit_gplearn
from .pyoperon_fit import fit_pyoperon

FITS = {"pyoperon": fit_pyoperon, "gplearn": fit_gplearn}


def main() -> None:
    """Run the command."""
    name, folder, seconds, jobs, seed = sys.argv[1:]
    place = Path(folder)
    given = np.load(place / "in.npz", allow_pickle=False)
    with np.errstate(all="ignore"):
        report, values = FITS[name](given["X"], given["y"], given["X_new"], float(seconds), int(jobs), int(seed))
    np.save(place / "out.npy", np.asarray(values, dtype=np.float64), allow_pickle=False)
    (place / "out.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
