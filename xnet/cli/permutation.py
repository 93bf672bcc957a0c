"""The permutation check of `discover --permutation-check N`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xnet.evidence.permutation_check import PermutationCheck
    from xnet.runs import Run


def check_number_of_shuffles(n_shuffled: int | None) -> None:
    """Check the number of shuffled tables before the search begins.

    Raises:
        RunError: the number is out of range.
    """
    from xnet.config.run_options import RunError
    from xnet.evidence.permutation_check import LIMITS

    low, high = LIMITS
    if n_shuffled is not None and not low <= n_shuffled <= high:
        raise RunError(f"--permutation-check is {n_shuffled}; expected a number of shuffled tables from {low} to "
                       f"{high:,}.")


def checked_by_shuffling(run: Run, n_shuffled: int) -> PermutationCheck | None:
    """The permutation check of a run, saved with it; None, with a message, where it was not possible.

    Whatever ends the check, the formula has been found, and the caller prints it.
    """
    from xnet.errors import DataError
    from xnet.evidence.permutation_check import permutation_check
    from xnet.runs.permutation import save_check, steps_for

    live = sys.stderr.isatty()

    def show(done: int) -> None:
        if live:
            sys.stderr.write(f"\rpermutation check: search {done} of {n_shuffled + 1}" + "\n" * (done > n_shuffled))
            sys.stderr.flush()

    try:
        found = permutation_check(run.problem(), n_shuffled, steps_for(run), int(run.config["seed"]), show)
    except DataError as error:
        print(f"xnet: {error}", file=sys.stderr)
        return None
    except KeyboardInterrupt:
        print("xnet: the permutation check was interrupted.", file=sys.stderr)
        return None
    except Exception as error:  # noqa: BLE001 - an error inside the check must not cost the formula
        print(f"xnet: An unexpected error ended the permutation check ({type(error).__name__}: {error}). The formula "
              "is not affected, but it stays without a p-value.", file=sys.stderr)
        return None
    if found is not None:
        save_check(run, found)
    return found
