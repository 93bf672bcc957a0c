"""Our drawings as PNG, made from their SVG by resvg: no browser, no system library, and a font of our own, so that text
looks the same everywhere. What the font lacks (Chinese, say) is taken from the fonts of the machine.
"""

from __future__ import annotations

import re
from pathlib import Path

import resvg_py

_WIDTH = re.compile(r'width="(\d+)"')

_FONTS = [str(path) for path in sorted((Path(__file__).parent / "fonts").glob("*.ttf"))]
_FAMILY = "DejaVu Sans"
#: What the fonts in xnet/fonts can write; without other scripts the machine's fonts need not be looked through.
_OWN = re.compile("[\\s -\u052f\u1e00-\u22ff\u25a0-\u25ff]*")
#: PNGs are twice as fine as drawn, unless that makes them wider than this many pixels.
FINE, WIDEST = 2.0, 8000


def to_png(svg: str, zoom: float = FINE) -> bytes:
    """A PNG of one of our SVG drawings.

    Args:
        svg: the drawing, with its width in pixels.
        zoom: pixels for each of the drawing's; less where the picture would be too wide.
    """
    width = _WIDTH.search(svg)
    if width is not None:
        zoom = min(zoom, WIDEST / float(width[1]))
    return bytes(resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, font_files=_FONTS, font_family=_FAMILY, sans_serif_family=_FAMILY,
        skip_system_fonts=_OWN.fullmatch(svg) is not None, style_sheet=f"svg {{ font-family: '{_FAMILY}' }}"))
