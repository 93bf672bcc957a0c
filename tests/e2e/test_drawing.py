"""The network's drawing alone in a browser, without the app: how it moves, and that it does not on a slow machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xnet.drawings.layout import labels, layout
from xnet.engine.formulas.parser import read_formula
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


#: Names as long as people give them, and formulas with 20 to 45 neurons: wide, deep, and both.
NAMES = ("mean_temperature_of_the_upper_layer_kelvin", "relative humidity at two metres (%)", "p",
         "seconds since the start of the experiment")
FORMULAS = {
    "wide": "a + b + c + d + a*b + a*c + a*d + b*c + b*d + c*d + a**2 + b**2 + 1.234567",
    "deep": "sin(sin(sin(a*1.5 + 2.5)*b + 0.25)*c + 0.125)*d + 1.5",
    "both": "exp(-(a - 1.5)**2/(2.5*b))*(3.25*cos(0.5*c) + 4.125*sin(1.75*d)) + tanh(a/3.5 - b*c/7.25) "
            "+ 0.001234*sqrt(a**2 + b**2)"}
#: What covers something else in a drawing: neurons one another, a label a neuron, a label its own neuron's rim.
COLLISIONS = """() => {
  const box = (element) => element.getBoundingClientRect();
  const hit = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  const nodes = [...document.querySelectorAll('.stage svg .node')];
  const texts = nodes.map((g) => g.querySelector('text:not(.note)'));
  const shapes = nodes.map((g) => box(g.querySelector('.shape')));
  const target = box(document.querySelector('.target text')), svg = box(document.querySelector('.stage svg'));
  const found = [];
  nodes.forEach((g, i) => {
    const name = g.getAttribute('aria-label'), text = box(texts[i]);
    const wider = text.left < shapes[i].left - 1 || text.right > shapes[i].right + 1;
    if (wider) found.push(`${name} is wider than its shape`);
    if (hit(target, shapes[i])) found.push(`the target covers ${name}`);
    shapes.forEach((other, j) => {
      if (j > i && hit(shapes[i], other)) found.push(`${name} covers ${nodes[j].getAttribute('aria-label')}`);
      if (j !== i && hit(text, other)) found.push(`the label of ${name} covers ${nodes[j].getAttribute('aria-label')}`);
    });
  });
  const outside = target.right > svg.right + 1 || target.left < svg.left - 1 || target.top < svg.top - 1;
  if (outside) found.push('the target is outside');
  return found;
}"""
#: How many values below and beside neurons cover a neuron or are outside the drawing.
COVERED_NOTES = """() => {
  const box = (element) => element.getBoundingClientRect();
  const svg = box(document.querySelector('.stage svg'));
  const shapes = [...document.querySelectorAll('.stage svg .node .shape')].map(box);
  return [...document.querySelectorAll('.stage svg .note')].filter((note) => note.textContent).map(box).filter((note) =>
    note.left < svg.left || note.bottom > svg.bottom || shapes.some((shape) =>
      Math.min(note.right, shape.right) - Math.max(note.left, shape.left) > 0.5
      && Math.min(note.bottom, shape.bottom) - Math.max(note.top, shape.top) > 0.5)).length;
}"""
#: The height of the letters of every label, in pixels.
SIZES = """() => [...document.querySelectorAll('.stage svg .node text')].filter((t) => t.textContent)
  .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""


def as_data(network: Network, seq: int) -> str:
    """What the drawing is given for a network, as JSON; shared neurons keep their ids."""
    net = {"network": network.to_json(), "layout": layout(network), "labels": labels(network, ["a", "b"]),
           "ids": [f"n{i}" for i in range(len(network.neurons))], "changed": [], "text": "y"}
    return json.dumps({**drawing(net, target="y", columns=["a", "b"]), "seq": seq, "live": True})


STYLE = "".join((ASSETS / name).read_text("utf-8") for name in ("network.css", "inspector.css"))
CODE = "".join((ASSETS / name).read_text("utf-8") for name in ("network.js", "inspector.js"))
CONTENT = f"<style>{STYLE}</style><div id=root>{(ASSETS / 'network.html').read_text('utf-8')}</div>"


def load(page: Any) -> None:
    """Make the component's function `window.draw`."""
    page.add_script_tag(content="""const show = (data) => window.draw({
        data: new TextEncoder().encode(JSON.stringify(data)), parentElement: document.querySelector("#root") });""")
    page.add_script_tag(type="module", content=CODE.replace("export default function (component)",
                                                            "window.draw = function (component)", 1))
    page.wait_for_function("window.draw !== undefined")


def moved(browser: Any, frame_ms: int) -> list[int]:
    """In how many places each neuron was drawn when a small network became a large one.

    Frames are `frame_ms` apart by a clock of the page's own, so that it is no matter how busy this machine is.
    """
    page = browser.new_page(viewport={"width": 900, "height": 500})
    page.set_content(CONTENT)
    page.evaluate("window.clock = 0; performance.now = () => window.clock; window.cancelAnimationFrame = clearTimeout; "
                  f"window.requestAnimationFrame = (f) => setTimeout(() => f(window.clock += {frame_ms}), 5)")
    load(page)
    page.evaluate(f"show({as_data(SMALL, 1)})")
    page.wait_for_timeout(400)
    page.evaluate(WATCH)
    page.evaluate(f"show({as_data(LARGE, 2)})")
    page.wait_for_timeout(800)
    counts = list(page.evaluate(COUNTS))
    page.close()
    assert counts
    return counts


def test_neurons_glide_where_frames_come_in_time(browser: Any) -> None:
    assert max(moved(browser, frame_ms=16)) >= 4


def test_a_move_ends_at_once_where_frames_come_late(browser: Any) -> None:
    assert max(moved(browser, frame_ms=170)) <= 2, "where it starts and where it ends, and nothing between"


@pytest.mark.parametrize(("width", "large"), [
    (360, False), (700, False), (1400, False),
    *(pytest.param(width, True, marks=pytest.mark.slow) for width in (360, 700, 1280, 1920))])
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_label_covers_another_in_a_large_network_with_long_names(browser: Any, formula: str, width: int,
                                                                    large: bool) -> None:
    network = read_formula(FORMULAS[formula], list("abcd"))
    net = {"network": network.to_json(), "layout": layout(network), "labels": labels(network, NAMES), "changed": [],
           "ids": [f"n{i}" for i in range(len(network.neurons))], "text": "y"}
    data = drawing(net, target="energy_consumption_of_the_building_kwh", columns=NAMES)
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(CONTENT)
    load(page)
    shown = json.dumps({**data, "seq": 1, "live": False, "large": large})
    page.evaluate(f"show({shown})")
    page.wait_for_timeout(300)
    found, sizes = page.evaluate(COLLISIONS), page.evaluate(SIZES)
    page.close()
    assert found == []
    assert not large or width < 600 or min(sizes) >= (20 if width >= 1920 else 17), "for a projector"


def test_a_deep_network_on_a_phone_shrinks_before_its_columns_are_cut_off(browser: Any) -> None:
    network = read_formula("86*a**12.09*exp(0.0068*exp(sin(6.287*a - 8.213)))", ["a"])
    net = {"network": network.to_json(), "layout": layout(network), "labels": labels(network, ["decimal_year"]),
           "changed": [], "ids": [f"n{i}" for i in range(len(network.neurons))], "text": "y"}
    page = browser.new_page(viewport={"width": 345, "height": 800})
    page.set_content(CONTENT)
    load(page)
    shown = json.dumps({**drawing(net, target="co2_ppm", columns=["decimal_year"]), "seq": 1, "live": True})
    page.evaluate(f"show({shown})")
    page.wait_for_timeout(300)
    wide, room = page.locator(".stage").evaluate("(stage) => [stage.scrollWidth, stage.clientWidth]")
    assert wide <= room
    assert min(page.evaluate(SIZES)) >= 7
    assert page.evaluate(COLLISIONS) == []
    page.close()


def test_the_values_of_a_step_fit_a_projector_and_cover_nothing(browser: Any) -> None:
    """A network of nine columns and numbers, below 380 pixels of other things in a window of 1280 by 800."""
    network = read_formula("(2.5*a + 0.5)*exp(-b/1.5) + 3.25*sin(c*1.5) + d", list("abcd"))
    net = {"network": network.to_json(), "layout": layout(network), "labels": labels(network, NAMES), "changed": [],
           "ids": [f"n{i}" for i in range(len(network.neurons))], "text": "y"}
    data = drawing(net, target="energy", columns=NAMES)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_content("<style>body { margin: 0 }</style><div data-testid=stMainBlockContainer>"
                     f"<div style='height: 380px'></div>{CONTENT}</div>")
    load(page)
    try:
        for leaves_only in (False, True):
            for node in data["nodes"]:
                node["note"] = "was 0.2487" if node["kind"] != "neuron" or not leaves_only else ""
            page.evaluate(f"show({json.dumps({**data, 'seq': 1, 'live': False, 'large': True, 'phase': 'Targets'})})")
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollHeight") <= 800
            assert page.evaluate(COLLISIONS) == []
            assert page.evaluate(COVERED_NOTES) == 0
    finally:
        page.close()


def test_columns_whose_long_names_begin_alike_have_labels_of_their_own(browser: Any) -> None:
    names = [f"mean daily surface temperature of the upper sediment layer in the {side}" for side in ("north", "south")]
    net = {"network": LARGE.to_json(), "layout": layout(LARGE), "labels": labels(LARGE, names), "changed": [],
           "ids": [f"n{i}" for i in range(len(LARGE.neurons))], "text": "y"}
    page = browser.new_page(viewport={"width": 900, "height": 500})
    page.set_content(CONTENT)
    load(page)
    page.evaluate(f"show({json.dumps({**drawing(net, target='y', columns=names), 'seq': 1, 'live': False})})")
    shown = page.locator(".stage svg .node.input text:not(.note)").all_text_contents()
    page.close()
    assert {text[-5:] for text in shown} == {"north", "south"}
