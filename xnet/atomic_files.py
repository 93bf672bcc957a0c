"""Files that one process writes while others read them: strict JSON and bytes, replaced atomically."""

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
    """The object in a JSON file; None if the file is missing or damaged, or holds anything but an object."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def write_json(path: Path, tree: Any) -> None:
    """Write strict JSON atomically (see `to_json`)."""
    write_text(path, to_json(tree))


def to_json(tree: Any) -> str:
    """Strict JSON on one line. NaN and infinities become null; NumPy numbers and arrays become numbers and lists."""
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
    """The complete lines of a file; an incomplete last line, left by a killed process, is removed from it."""
    try:
        *lines, rest = path.read_text(encoding="utf-8").split("\n")  # not splitlines(): names may hold its separators
    except OSError:
        return []
    lines = [f"{line}\n" for line in lines]
    if rest:
        write_text(path, "".join(lines))
    return lines


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, atomically (see `write_bytes`); half a character, as JSON may hold it, becomes "?"."""
    write_bytes(path, text.encode("utf-8", errors="replace"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically: readers see the old or the new content, never a part of it."""
    # Two writers of one file (the worker's main thread and its heartbeat) must not share a temporary name.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
