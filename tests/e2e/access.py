"""Can everybody use a page? What axe-core finds, the contrast of words in drawings (which axe leaves out), the width.

axe-core is the usual checker of the web's accessibility rules; it comes inside a Python package and asks no network.
"""

from __future__ import annotations

from typing import Any

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
#: Not asked of us: Streamlit's uploader has its own roles, and Chromium lets the keyboard reach whatever scrolls.
_LEFT_OUT = ("presentation-role-conflict", "scrollable-region-focusable")
_OPTIONS = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in _LEFT_OUT}}
# Words on a coloured cell of a heat map belong to the cell, whose colour this does not know.
_WORDS_IN_DRAWINGS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, alpha, under) => under.map((v, i) => top[i] * alpha + v * (1 - alpha));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const above = (e) => e.parentElement ?? e.getRootNode().host ?? null;
  const ground = (e) => {
    const layers = [];
    for (let n = e; n && (layers.at(-1)?.[3] ?? 0) < 1; n = above(n))
      layers.push(rgba(getComputedStyle(n).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, layer[3], under), [255, 255, 255]);
  };
  const opacity = (e) => (e ? parseFloat(getComputedStyle(e).opacity) * opacity(above(e)) : 1);
  const roots = [document], faint = [];
  let checked = 0;
  for (const root of roots) for (const e of root.querySelectorAll("*")) {
    if (e.shadowRoot) roots.push(e.shadowRoot);
    if (e.tagName !== "text" || !e.textContent.trim() || !e.getClientRects().length) continue;
    if (e.closest(".heatmaplayer") || opacity(e) === 0) continue; // Vega hides labels that would overlap
    const shape = e.classList.contains("note") ? null : e.parentElement.querySelector(".shape");
    let under = ground(e.closest("svg").parentElement);
    if (shape) { const fill = rgba(getComputedStyle(shape).fill); under = over(fill, fill[3], under); }
    const fill = rgba(getComputedStyle(e).fill);
    const [low, high] = [luminance(over(fill, fill[3] * opacity(e), under)), luminance(under)].sort((a, b) => a - b);
    checked += 1;
    if ((high + 0.05) / (low + 0.05) < 4.5) faint.push(e.textContent);
  }
  return { checked, faint };
}"""


#: Canvases of tables, which the keyboard reaches, without a name.
_UNNAMED_TABLES = """() => [...document.querySelectorAll("canvas[data-testid=data-grid-canvas]:not([aria-label])")]
  .map((canvas) => canvas.outerHTML.slice(0, 200))"""
#: Whether the browser has the app's style sheet, which comes with the elements of the page up to half a second later.
_STYLED = """() => [...document.querySelectorAll('style')]
  .some((style) => style.textContent.includes('stCaptionContainer'))"""


def faults(tab: Any) -> list[str]:
    """What stands in somebody's way on the page as it is now, a line each."""
    tab.wait_for_function(_STYLED)
    found = [f"{rule['id']} at {' '.join(map(str, node['target']))}: {node.get('failureSummary', '')}"
             for rule in axe.Axe().run(tab, options=_OPTIONS).response["violations"] for node in rule["nodes"]]
    found += [f"a table without a name: {html}" for html in tab.evaluate(_UNNAMED_TABLES)]
    found += [f"too faint in a drawing: {text}" for text in _faint_words(tab)]
    wide, room = tab.evaluate("[Math.max(document.documentElement.scrollWidth, "
                              "document.querySelector('[data-testid=stMain]').scrollWidth), innerWidth]")
    return found + ([f"{wide} pixels wide in a window of {room}"] if wide > room else [])


def _faint_words(tab: Any, looks: int = 4) -> list[str]:
    """Words in drawings that stay too faint; a chart that is being drawn has faint words for a moment."""
    for _ in range(looks):
        if not (faint := tab.evaluate(_WORDS_IN_DRAWINGS)["faint"]):
            return []
        tab.wait_for_timeout(500)
    return list(faint)
