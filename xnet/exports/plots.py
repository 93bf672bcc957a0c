"""The charts of a formula as one page for the browser, in the colours of the app, light and dark.

The page holds no script: the charts are SVG, and a row's values are shown where the pointer rests on its point.
"""

from __future__ import annotations

from collections.abc import Sequence

from xnet.drawings.svg import FAINT, GRID, INK, PAPER, escape

_STYLE = f"""
:root {{ color-scheme: light dark; --ink: {INK}; --faint: {FAINT}; --grid: {GRID}; --paper: #fcfbf8; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e8ebee; --faint: #a3acb7; --grid: #2e3945; --paper: #0c1117; }} }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--ink); background: var(--paper); }}
h1 {{ font: 600 1.7rem/1.2 Georgia, serif; }} h1, p {{ overflow-wrap: anywhere; }}
svg {{ width: 100%; height: auto; }} figure {{ margin: 1.5rem 0; }}
rect[fill="{PAPER}"] {{ fill: var(--paper); }}
[fill="{INK}"] {{ fill: var(--ink); }} [fill="{FAINT}"] {{ fill: var(--faint); }}
[stroke="{INK}"] {{ stroke: var(--ink); }} [stroke="{FAINT}"] {{ stroke: var(--faint); }}
[stroke="{GRID}"] {{ stroke: var(--grid); }}
circle:hover, path:hover {{ stroke-width: 4; stroke: var(--ink); }}
"""


def plots_html(target: str, formula: str, drawings: Sequence[str]) -> str:
    """The charts as one HTML page.

    Args:
        target: the name of the target.
        formula: the formula as people read it.
        drawings: the charts as SVG files, in their order.
    """
    figures = "\n".join(f"<figure>{drawing}</figure>" for drawing in drawings)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Plots for {escape(target)}</title><style>{_STYLE}</style></head><body>
<h1>{escape(formula)}</h1>
<p>Rest the pointer on a point to read its row.</p>
{figures}
</body></html>
"""
