"""Small files that are read while they are written: strict JSON, replaced atomically."""

from __future__ import annotations

import json
import math
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None when the file is missing or damaged."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return tree if isinstance(tree, dict) else None


def write_json(path: Path, tree: Any) -> None:
    """Write strict JSON atomically; numbers that JSON does not know (NaN, infinities) become null."""
    write_text(path, to_json(tree))


def to_json(tree: Any) -> str:
    """Strict JSON on one line; NaN and infinities become null, NumPy numbers ordinary ones."""
    return json.dumps(_plain(tree), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple, np.ndarray)):
        return [_plain(value) for value in tree]
    if isinstance(tree, np.generic):
        tree = tree.item()
    return None if isinstance(tree, float) and not math.isfinite(tree) else tree


def whole_lines(path: Path) -> list[str]:
    """The lines of a file that is written line by line; half a line, left by a process that was killed, is cut off."""
    try:
        *lines, rest = path.read_text(encoding="utf-8").split("\n")  # a name may hold what splitlines() splits at
    except OSError:
        return []
    lines = [f"{line}\n" for line in lines]
    if rest:
        write_text(path, "".join(lines))
    return lines


def write_text(path: Path, text: str) -> None:
    """Write a file of text as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically: readers see what it held or what it holds, never half of it."""
    # Two writers of one file (the worker's main thread and its heartbeat) must not share a temporary name.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
