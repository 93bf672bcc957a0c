"""The process that carries out the permutation check of a run: `python -m xnet.runs.permutation_worker FOLDER`.

Its exit code is 0 when the check has ended, for whatever reason (see `permutation.json`), and 2 when the folder holds
no run.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from xnet.config.run_options import RunError
from xnet.one_thread import ONE_THREAD

from .permutation import carry_out
from .run import Run
from .worker import log_to


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the check and return the exit code."""
    folder, = sys.argv[1:] if arguments is None else arguments
    run = Run(Path(folder).absolute())
    try:
        run.config  # noqa: B018 - raises RunError where there is no run
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    log_to(run.folder / "log.txt")
    os.environ.update(ONE_THREAD)
    if hasattr(os, "nice"):  # Windows has none
        os.nice(19)
    with threadpool_limits(limits=1):
        try:
            carry_out(run)
        except OSError as error:  # the run was deleted
            logging.getLogger(__name__).warning("The permutation check ended without a result: %s", error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
