"""Values of a bundle, which may come from a stranger: each of its type and within its limits."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

from xnet.atomic_files import write_bytes, write_json
from xnet.config.run_options import LIMITS, RunError
from xnet.errors import XNetError

from .bundle import Bundle

T = TypeVar("T")
#: The largest number of characters of a name, and of a reason or message.
MAX_NAME, MAX_REASON = 500, 500
AGAIN = "Ask for a new copy of the bundle."


def checked_part(part: str, make: Callable[[], T]) -> T:
    """The result of `make`, which reads a part of a bundle.

    Args:
        part: the name of the part, for the error message.
        make: reads the part.

    Raises:
        XNetError: the part is not valid.
    """
    try:
        return make()
    except XNetError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise RunError(f"The {part} of the bundle is not valid ({type(error).__name__}: {str(error)[:200]}). "
                       f"{AGAIN}") from error


def is_name(value: object) -> bool:
    """Whether a value is a text that can name a column or a table."""
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME


def number_of(value: object) -> float:
    """A finite number; 0 for anything else."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return float(cast(float, value)) if usable and math.isfinite(cast(float, value)) else 0.0


def score_of(value: object) -> float | None:
    """The same, and None for None."""
    return None if value is None else number_of(value)


def text_of(value: object) -> str:
    """A text of at most `MAX_REASON` characters; "" for anything else."""
    return value[:MAX_REASON] if isinstance(value, str) else ""


def lists_of(value: object) -> Sequence[list[Any]]:
    """The lists in a list; none for anything else."""
    return [entry for entry in value if isinstance(entry, list)] if isinstance(value, list) else []


def objects_of(value: object) -> Sequence[dict[str, Any]]:
    """The objects in a list; none for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def steps_of(bundle: Bundle) -> int:
    """The number of steps that the search of a bundle did.

    Raises:
        RunError: the number is missing or not valid.
    """
    steps = bundle.snapshot.get("step")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= LIMITS["steps"][1]:
        raise RunError(f"The bundle does not contain the number of steps of its search. {AGAIN}")
    return steps


def write_files(bundle: Bundle, folder: Path, config: Mapping[str, Any], columns: Sequence[str]) -> None:
    """Write a checked config, and the table of a bundle if it begins with these columns, to the folder of a run.

    Raises:
        RunError: it does not, or the folder cannot be written.
    """
    try:
        head = next(csv.reader(io.StringIO(bundle.data.decode("utf-8"), newline="")), [])
    except (ValueError, csv.Error) as error:
        raise RunError(f"The file data.csv of the bundle is not a table ({error}). {AGAIN}") from error
    if head[:len(columns)] != list(columns):
        raise RunError(f"The file data.csv of the bundle does not contain the columns of its config. {AGAIN}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(folder / "data.csv", bundle.data)
        write_json(folder / "config.json", config)
    except OSError as error:
        raise RunError(f"The run cannot be written to {str(folder.parent)!r} ({error.strerror}). Choose another "
                       "folder, or free some space.") from error
