"""Write the files of the pictures."""

from __future__ import annotations

from pathlib import Path

from benchmarks.folders import ROOT

#: The folder of the README's pictures.
IMAGES = ROOT / "docs" / "images"


def write(path: Path, content: bytes) -> None:
    """Write a picture and print its size."""
    path.write_bytes(content)
    print(f"{path}  {len(content) / 1024:.0f} kB", flush=True)
