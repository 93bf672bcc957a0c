"""Runs and bundles for the tests of the archive, and ways to change a bundle."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xnet.runs import create_run, execute
from xnet.runs.run import Run


def table(rows: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    a, b = rng.uniform(0.5, 3, rows), rng.uniform(0.5, 3, rows)
    return pd.DataFrame({"a": a, "=b": b, "y": a * np.sin(b) + 0.3 * b + 0.01 * rng.normal(size=rows)})


def searched(root: Path, **options: Any) -> Run:
    """A run of the real engine, by default of eight steps."""
    run = create_run(table(), target="y", inputs=["a", "=b"], source="a table", root=root,
                     **({"steps": 8, "seed": 5} | options))
    execute(run, commands=lambda: None)
    return run


def files_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(packed: bytes, name: str, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A bundle with another object in one of its files, and the hash that belongs to it."""
    files = files_of(packed)
    tree = json.loads(files[name])
    change(tree)
    files[name] = json.dumps(tree).encode()
    return with_hashes(files)


def with_hashes(files: dict[str, bytes]) -> bytes:
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
                         if name != "manifest.json"}
    return zipped(files | {"manifest.json": json.dumps(manifest).encode()})
