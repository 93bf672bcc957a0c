"""The network's drawing alone in a browser, without the app: how it moves, and that it does not on a slow machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from xnet.drawings.layout import labels, layout
from xnet.engine.networks.network import Network, Neuron
from xnet.ui.components.network_view import drawing

ASSETS = Path(__file__).parents[2] / "xnet/ui/assets"
A, B = Neuron("variable", (), 0), Neuron("variable", (), 1)
SMALL = Network((A, Neuron("sin", (0,))), (), 2)
LARGE = Network((A, Neuron("sin", (0,)), B, Neuron("mul", (1, 2)), B, Neuron("exp", (4,)), Neuron("add", (3, 5))),
                (), 2)
#: Where every neuron was drawn, whenever it was drawn anew.
WATCH = """() => {
  window.places = {};
  new MutationObserver((changes) => changes.forEach(({ target }) => {
    const at = target.getAttribute('transform');
    if (target.matches('g.node') && at) (window.places[target.getAttribute('aria-label')] ??= new Set()).add(at);
  })).observe(document, { subtree: true, attributes: true, attributeFilter: ['transform'] });
}"""
COUNTS = "() => Object.values(window.places).map((places) => places.size)"


def as_data(network: Network, seq: int) -> str:
    """What the drawing is given for a network, as JSON; shared neurons keep their ids."""
    net = {"network": network.to_json(), "layout": layout(network), "labels": labels(network, ["a", "b"]),
           "ids": [f"n{i}" for i in range(len(network.neurons))], "changed": [], "text": "y"}
    return json.dumps({**drawing(net, target="y", columns=["a", "b"]), "seq": seq, "live": True})


def moved(browser: Any, frame_ms: int) -> list[int]:
    """In how many places each neuron was drawn when a small network became a large one.

    Frames are `frame_ms` apart by a clock of the page's own, so that it is no matter how busy this machine is.
    """
    page = browser.new_page(viewport={"width": 900, "height": 500})
    code = "".join((ASSETS / name).read_text("utf-8") for name in ("network.js", "inspector.js"))
    style = "".join((ASSETS / name).read_text("utf-8") for name in ("network.css", "inspector.css"))
    page.set_content(f"<style>{style}</style><div id=root>{(ASSETS / 'network.html').read_text('utf-8')}</div>")
    page.evaluate("window.clock = 0; performance.now = () => window.clock; window.cancelAnimationFrame = clearTimeout; "
                  f"window.requestAnimationFrame = (f) => setTimeout(() => f(window.clock += {frame_ms}), 5)")
    page.add_script_tag(type="module", content=code.replace("export default function (component)",
                                                            "window.draw = function (component)", 1))
    page.wait_for_function("window.draw !== undefined")
    page.evaluate(f"window.draw({{ data: {as_data(SMALL, 1)}, parentElement: document.querySelector('#root') }})")
    page.wait_for_timeout(400)
    page.evaluate(WATCH)
    page.evaluate(f"window.draw({{ data: {as_data(LARGE, 2)}, parentElement: document.querySelector('#root') }})")
    page.wait_for_timeout(800)
    counts = list(page.evaluate(COUNTS))
    page.close()
    assert counts
    return counts


def test_neurons_glide_where_frames_come_in_time(browser: Any) -> None:
    assert max(moved(browser, frame_ms=16)) >= 4


def test_a_move_ends_at_once_where_frames_come_late(browser: Any) -> None:
    assert max(moved(browser, frame_ms=170)) <= 2, "where it starts and where it ends, and nothing between"
