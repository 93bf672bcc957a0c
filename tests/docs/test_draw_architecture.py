"""The pictures of the architecture show the imports as they are now."""

from __future__ import annotations

from itertools import pairwise

from docs.draw_architecture import DIAGRAMS, IMAGES, layers_of, pictures, reduced


def test_the_pictures_are_up_to_date() -> None:
    stale = [file for file, svg in pictures().items() if (IMAGES / file).read_text("utf-8") != svg]

    assert not stale, "The imports have changed: run python -m docs.draw_architecture and look at the pictures."


def test_every_package_of_a_contract_has_a_box_and_no_other() -> None:
    for diagram in DIAGRAMS:
        assert {name for layer in layers_of(diagram.contract) for name in layer} == diagram.boxes.keys()


def test_boxes_of_a_layer_do_not_overlap() -> None:
    for diagram in DIAGRAMS:
        for layer in layers_of(diagram.contract):
            centres = sorted(diagram.boxes[name][0] for name in layer)
            width = 140 if len(layer) > 4 else 216
            assert all(b - a >= width for a, b in pairwise(centres))
            assert centres[0] >= 80
            assert centres[-1] <= diagram.width - 80


def test_an_arrow_that_a_path_replaces_is_left_out() -> None:
    edges = {("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d"), ("a", "e")}

    assert reduced(edges) == {("a", "b"), ("b", "c"), ("c", "d"), ("a", "e")}
