"""Converts SVG drawings to PNG with resvg: no browser and no system library.

The package has its own font, so that text looks the same everywhere. Characters that it lacks (Chinese, for example)
are drawn with fonts of the machine.
"""

from __future__ import annotations

import re
from pathlib import Path

import resvg_py

_WIDTH = re.compile(r'width="(\d+)"')

_FONTS = [str(path) for path in sorted((Path(__file__).parent / "fonts").glob("*.ttf"))]
_FAMILY = "DejaVu Sans"
#: Characters of the fonts in xnet/drawings/fonts; drawings without others need not load the machine's fonts.
_OWN = re.compile("[\\s -\u052f\u1e00-\u22ff\u25a0-\u25ff]*")
#: PNGs have twice the resolution of the drawing, but are at most `WIDEST` pixels wide.
FINE, WIDEST = 2.0, 8000


def to_png(svg: str, zoom: float = FINE) -> bytes:
    """Convert an SVG drawing to PNG.

    Args:
        svg: the drawing, with its width in pixels.
        zoom: pixels per pixel of the drawing; reduced if the picture would be too wide.
    """
    width = _WIDTH.search(svg)
    if width is not None:
        zoom = min(zoom, WIDEST / float(width[1]))
    return bytes(resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, font_files=_FONTS, font_family=_FAMILY, sans_serif_family=_FAMILY,
        skip_system_fonts=_OWN.fullmatch(svg) is not None, style_sheet=f"svg {{ font-family: '{_FAMILY}' }}"))
