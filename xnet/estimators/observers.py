"""What watches a search of an estimator: a callback, a loss at which it ends, and a progress line."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from xnet.engine import Observer, SearchState, StopReason
from xnet.engine.formulas.text import to_text


class FrontRow(TypedDict):
    """A formula of the front while the search runs.

    Attributes:
        complexity: the number of neurons and constants.
        parameters: the number of fitted constants.
        loss: loss on the training rows, relative to the loss of the best constant.
        loss_holdout: the same on the held-out rows; None without held-out rows.
        formula: the formula as text.
    """

    complexity: int
    parameters: int
    loss: float
    loss_holdout: float | None
    formula: str


#: Called with the step, the seconds of searching, and the front; True ends the search.
Callback = Callable[[int, float, list[FrontRow]], object]


def observer_of(names: Sequence[str], callback: Callback | None, stop_at_loss: float | None, *,
                verbose: bool) -> Observer | None:
    """The observer of a search; None where nothing watches it.

    Args:
        names: the names of the inputs.
        callback: of the estimator.
        stop_at_loss: the share of the loss of the best constant at which the search ends.
        verbose: whether to show a progress line: on standard error, in notebooks by tqdm if it is installed.
    """
    if callback is None and stop_at_loss is None and not verbose:
        return None

    def observe(state: SearchState, spent: float) -> StopReason | None:
        best = state.best
        if verbose:
            _show(f"{spent:6.1f} s  step {state.step}  loss {best.shown_loss:.3g}  {to_text(best.network, names)}")
        if stop_at_loss is not None and best.shown_loss <= stop_at_loss:
            return StopReason.REACHED
        ended = callback is not None and bool(callback(state.step, spent, _front(state, names)))
        return StopReason.CALLBACK if ended else None

    return observe


def _front(state: SearchState, names: Sequence[str]) -> list[FrontRow]:
    return [{"complexity": e.complexity, "parameters": e.n_parameters, "loss": e.shown_loss,
             "loss_holdout": e.unexplained_holdout, "formula": to_text(e.network, names)} for e in state.front]


def _show(line: str) -> None:
    """Rewrite the progress line: on standard error, in a notebook with tqdm as a line of tqdm."""
    bar = _notebook_bar()
    if bar is not None:
        bar.set_description_str(line)
        return
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write("\r" + line[:width].ljust(width))
    sys.stderr.flush()


@functools.cache
def _notebook_bar() -> Any:
    """The line of tqdm in a notebook; None outside notebooks, and where tqdm is not installed."""
    if "ipykernel" not in sys.modules:
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(bar_format="{desc}")


def end_progress(*, verbose: bool) -> None:
    """End the progress line, if there is one."""
    if not verbose:
        return
    bar = _notebook_bar()
    _notebook_bar.cache_clear()
    if bar is not None:
        bar.close()
    else:
        sys.stderr.write("\n")
