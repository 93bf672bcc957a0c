"""Files of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.folders import ROOT

if TYPE_CHECKING:
    pass

IMAGES = ROOT / "docs" / "images"


def write(path: Path, content: bytes) -> None:
    """Write a picture and say how large it is."""
    path.write_bytes(content)
    print(f"{path}  {len(content) / 1024:.0f} kB", flush=True)
