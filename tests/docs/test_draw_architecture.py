"""The pictures of the architecture show the imports as they are now."""

from __future__ import annotations

from itertools import pairwise

import pytest

from docs.draw_architecture import BOX_WIDTH, DIAGRAMS, IMAGES, Diagram, layers_of, pictures, reduced


def test_the_pictures_are_up_to_date() -> None:
    stale = [file for file, svg in pictures().items() if (IMAGES / file).read_text("utf-8") != svg]

    assert not stale, "The imports have changed: run python -m docs.draw_architecture and look at the pictures."


def drawn_layers(diagram: Diagram) -> list[list[str]]:
    layers = layers_of(diagram.contract)
    return layers[:-1] if diagram.ground else layers


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_every_package_of_a_contract_has_a_box_and_no_other(diagram: Diagram) -> None:
    assert {name for layer in drawn_layers(diagram) for name in layer} == diagram.boxes.keys()


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_boxes_of_a_layer_stand_apart_and_inside(diagram: Diagram) -> None:
    for layer in drawn_layers(diagram):
        centres = sorted(diagram.boxes[name][0] for name in layer)
        assert all(b - a > BOX_WIDTH for a, b in pairwise(centres))
        assert BOX_WIDTH / 2 < centres[0] <= centres[-1] < diagram.width - BOX_WIDTH / 2


def test_an_arrow_that_a_path_replaces_is_left_out() -> None:
    edges = {("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d"), ("a", "e")}

    assert reduced(edges) == {("a", "b"), ("b", "c"), ("c", "d"), ("a", "e")}
