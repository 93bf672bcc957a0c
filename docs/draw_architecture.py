"""Draws the layers of X-Net from its imports: `python -m docs.draw_architecture` writes docs/images/*.svg.

The layers come from the import contracts in pyproject.toml. The arrows come from the import statements, which grimp
reads. Only the place of a box within its layer and its caption are written here. An arrow is left out where other
arrows already lead from the one package to the other (the transitive reduction); otherwise the picture would be a web.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"

#: Size of a box, height of a layer, and margin of the picture, in pixels.
BOX_WIDTH, BOX_HEIGHT, LAYER_HEIGHT, MARGIN = 208, 46, 90, 24
SMALL_GAP = 6

_START = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}" \
font-family="system-ui, sans-serif" text-anchor="middle">
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" \
orient="auto-start-reverse"><path d="M0 0.5 8 4 0 7.5z" fill="#5c6b7f"/></marker></defs>
<rect width="{width}" height="{height}" rx="12" fill="#ffffff"/>"""

Edges = set[tuple[str, str]]


@dataclass(frozen=True)
class Diagram:
    """A picture to draw.

    Attributes:
        package: the package whose subpackages are the boxes.
        contract: name of the import contract that gives the layers.
        file: name of the SVG file.
        width: width of the picture in pixels.
        boxes: subpackage -> (centre of the box in pixels, caption).
        ground: whether the lowest layer is a row of small boxes without arrows, because every package may import it.
    """

    package: str
    contract: str
    file: str
    width: int
    boxes: Mapping[str, tuple[int, str]]
    ground: bool = False


DIAGRAMS = (
    Diagram("xnet", "Layers of xnet", "architecture.svg", 960, {
        "ui": (370, "the app in the browser"),
        "cli": (810, "the command line"),
        "archive": (600, "a run as one file"),
        "exports": (600, "files to take away"),
        "learn": (130, "the Learn page's content"),
        "prediction": (440, "a formula on other rows"),
        "runs": (540, "a run is a folder"),
        "config": (500, "settings of a run"),
        "estimators": (760, "scikit-learn estimators"),
        "dynamics": (140, "laws of motion"),
        "evidence": (640, "scores, verdict, units"),
        "drawings": (640, "SVG, PNG, GraphML"),
        "wording": (640, "formulas and scores in words"),
        "engine": (640, "arrays in, networks out"),
        "tables": (130, "files into columns"),
        "limited_process": (330, "calls with limits"),
        "run_queue": (600, "the line of searches"),
        "option_checks": (840, "kinds of options"),
    }, ground=True),
    Diagram("xnet.engine", "Layers of xnet.engine", "engine.svg", 760, {
        "islands": (380, "several searches side by side"),
        "holes": (240, "unknown parts of a form"),
        "search": (240, "the loop: one step at a time"),
        "classification": (600, "several classes"),
        "front": (520, "accuracy against complexity"),
        "moves": (140, "from targets to proposals"),
        "problem": (440, "rows, split, constraints"),
        "fitting": (140, "the parameter phase"),
        "candidates": (380, "the candidate library"),
        "formulas": (620, "printers and the parser"),
        "algebra": (380, "canonical expressions"),
        "networks": (380, "neurons, values, derivatives"),
    }),
)


def layers_of(contract: str) -> list[list[str]]:
    """The layers of an import contract in pyproject.toml, from the highest to the lowest."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"] == contract)
    return [[name.strip().split(".")[-1] for name in layer.split("|")] for layer in layers]


def imports_between(graph: grimp.ImportGraph, package: str) -> Edges:
    """(importer, imported) for the subpackages of a package."""
    depth = package.count(".") + 1
    inside = [m for m in graph.modules if m.startswith(f"{package}.")]
    edges = {(importer.split(".")[depth], imported.split(".")[depth]) for importer in inside
             for imported in graph.find_modules_directly_imported_by(importer) if imported.startswith(f"{package}.")}
    return {(importer, imported) for importer, imported in edges if importer != imported}


def reduced(edges: Edges) -> Edges:
    """The edges of a graph without cycles that no longer path replaces."""
    below: dict[str, set[str]] = {}

    def reached(package: str) -> set[str]:
        if package not in below:
            direct = {imported for importer, imported in edges if importer == package}
            below[package] = direct.union(*(reached(d) for d in direct))
        return below[package]

    return {(a, b) for a, b in edges
            if not any(b in reached(other) for importer, other in edges if importer == a and other != b)}


def draw(diagram: Diagram, edges: Iterable[tuple[str, str]]) -> str:
    """The SVG text of a diagram."""
    layers = layers_of(diagram.contract)
    ground = layers[-1] if diagram.ground else []
    drawn = layers[:-1] if diagram.ground else layers
    top = {name: MARGIN + i * LAYER_HEIGHT for i, layer in enumerate(drawn) for name in layer}
    height = 2 * MARGIN + (len(layers) - 1) * LAYER_HEIGHT + BOX_HEIGHT
    label = f"Packages of {diagram.package} in layers; arrows are imports"
    parts = [_START.format(width=diagram.width, height=height, label=escape(label))]
    parts += [_band(i, diagram.width) for i in range(0, len(layers), 2)]
    parts += [_arrow(diagram, top, a, b) for a, b in sorted(edges) if {a, b} <= top.keys()]
    parts += [_box(name, *diagram.boxes[name], y, BOX_WIDTH) for name, y in top.items()]
    step = (diagram.width - 2 * MARGIN + SMALL_GAP) // max(1, len(ground))
    parts += [_box(name, MARGIN + i * step + (step - SMALL_GAP) // 2, "", MARGIN + (len(layers) - 1) * LAYER_HEIGHT,
                   step - SMALL_GAP) for i, name in enumerate(ground)]
    return "\n".join([*parts, "</svg>", ""])


def _band(layer: int, width: int) -> str:
    y = MARGIN + layer * LAYER_HEIGHT - (LAYER_HEIGHT - BOX_HEIGHT) // 2
    return f'<rect x="0" y="{y}" width="{width}" height="{LAYER_HEIGHT}" fill="#f4f6fa"/>'


def _arrow(diagram: Diagram, top: Mapping[str, int], importer: str, imported: str) -> str:
    """A line from a box straight down to the layer above another box, and from there bent to that box."""
    start, end = diagram.boxes[importer][0], diagram.boxes[imported][0]
    lean = max(-80, min(80, (end - start) // 4))  # keeps apart the arrows of a box
    x0, y0, x1, y1 = start + lean, top[importer] + BOX_HEIGHT, end - lean, top[imported]
    turn, middle = y1 - (LAYER_HEIGHT - BOX_HEIGHT), y1 - (LAYER_HEIGHT - BOX_HEIGHT) // 3
    return (f'<path d="M{x0} {y0}V{turn}C{x0} {middle} {x1} {turn} {x1} {y1}" fill="none" stroke="#5c6b7f" '
            'stroke-width="1.5" marker-end="url(#head)"/>')


def _box(name: str, centre: int, caption: str, y: int, width: int) -> str:
    down, size = (20, 15) if caption else (28, 11)
    label = (f'<text x="{centre}" y="{y + down}" font-size="{size}" font-weight="600" '
             f'fill="#1d2939">{escape(name)}</text>')
    below = f'<text x="{centre}" y="{y + 37}" font-size="12" fill="#475467">{escape(caption)}</text>' if caption else ""
    return (f'<g><rect x="{centre - width // 2}" y="{y}" width="{width}" height="{BOX_HEIGHT}" rx="8" fill="#e8edfb" '
            f'stroke="#8098d8"/>{label}{below}</g>')


def pictures() -> dict[str, str]:
    """File name -> SVG text of every picture.

    Raises:
        KeyError: a package of a contract has no place in `DIAGRAMS`.
    """
    graph = grimp.build_graph("xnet", cache_dir=None)
    return {d.file: draw(d, reduced(imports_between(graph, d.package))) for d in DIAGRAMS}


if __name__ == "__main__":
    for file, svg in pictures().items():
        (IMAGES / file).write_text(svg, "utf-8")
        print(f"docs/images/{file}")
