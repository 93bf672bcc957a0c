"""Drawings as PNG, and the discovery as a moving picture: what is on them can be seen."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops

from tests.exports.test_export import EVIL, searched, texts
from tests.runs.fakes import LADDER
from xnet.cli.main import main
from xnet.drawings import png
from xnet.drawings.frames import HEIGHT, NETWORK, WIDTH, frame_svg
from xnet.drawings.png import to_png
from xnet.drawings.svg import document, network_svg, text
from xnet.exports import animation
from xnet.exports.animation import chosen, discovery_gif, timeline
from xnet.exports.export import export_files
from xnet.runs import RunError
from xnet.runs.frames_file import read_frames
from xnet.runs.run import Run
from xnet.wording.formula_notation import typeset_text


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return searched(tmp_path, monkeypatch)


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


def ink(picture: bytes) -> int:
    """How many pixels are not white."""
    return int((np.asarray(opened(picture).convert("L")) < 250).sum())


def test_every_drawing_is_there_as_a_picture_twice_as_fine(run: Run) -> None:
    files = export_files(run)
    for name in ("network", "loss", "front", "parity", "residuals"):
        width, height = (float(ET.fromstring(files[f"{name}.svg"]).get(side, "")) for side in ("width", "height"))  # noqa: S314 - ours

        assert opened(files[f"{name}.png"]).size == (2 * width, 2 * height)
        assert ink(files[f"{name}.png"]) > 1000


@pytest.mark.parametrize("words", ["period", "größe·x²", "√(α − β)/σ", "период", "÷ × ≤ ∞", "■ ○"])
def test_text_is_drawn_with_a_font_of_our_own(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_words = to_png(document(300, 60, "", "", [text(150, 30, words)]))
    monkeypatch.setattr(png, "_FONTS", [])  # the machine's fonts are not asked for such text

    assert ink(with_words) > 100
    assert ink(to_png(document(300, 60, "", "", [text(150, 30, words)]))) == 0


def test_bold_is_bold_and_strange_text_breaks_nothing() -> None:
    plain, bold = (ink(to_png(document(300, 60, "", "", [text(150, 30, "period", weight=weight)])))
                   for weight in ("normal", "bold"))

    assert bold > 1.1 * plain
    for words in (*EVIL, "行星质量", "😀", "\u202eabc", "&amp;"):
        assert opened(to_png(document(300, 60, "", "", [text(150, 30, words)]))).size == (600, 120)


def test_long_formulas_fold_and_no_picture_is_too_wide() -> None:
    net: dict[str, Any] = {"network": LADDER[0].to_json(), "layout": [[1, 0.5]], "labels": ["3.5"]}
    svg = network_svg(net, target="y", formula="y = " + " + ".join(f"{k}*a" for k in range(300)))

    assert float(ET.fromstring(svg).get("width", "")) < 600  # noqa: S314 - ours
    assert " ".join(texts(svg)[2:]) == "y = " + " + ".join(f"{k}*a" for k in range(300))
    assert opened(to_png(document(20_000, 10, "", "", []))).width == png.WIDEST


@pytest.mark.slow
def test_a_discovery_moves_from_the_first_network_to_the_last(run: Run) -> None:
    film = opened(discovery_gif(run))
    moments = timeline(len(LADDER))

    assert film.size == (WIDTH, HEIGHT)
    assert film.info["loop"] == 0
    pictures, durations = [], []
    for k in range(film.n_frames):  # type: ignore[attr-defined]
        film.seek(k)
        pictures.append(film.convert("RGB"))
        durations.append(film.info["duration"])
    assert sum(durations) == sum(ms for _, ms in moments)
    assert all(ImageChops.difference(a, b).getbbox() for a, b in pairwise(pictures))
    assert pictures[0].getpixel((2, 2)) == (255, 255, 255)
    assert len(discovery_gif(run)) < 400_000


def test_a_network_that_rests_is_drawn_whole(run: Run) -> None:
    frames = read_frames(run)
    for k, network in enumerate(LADDER):
        svg = frame_svg(frames, k, target="y")
        root = ET.fromstring(svg)  # noqa: S314 - ours
        pills = [e for e in root.iter("{http://www.w3.org/2000/svg}rect") if e.get("rx") and e.get("fill") != "none"]

        assert len(pills) == len(network.neurons)
        assert all(float(pill.get("opacity", "")) == 1 for pill in pills)
        assert svg.count("<path") == sum(len(neuron.children) for neuron in network.neurons)
        assert typeset_text(frames[k]["net"]["text"]) in texts(svg)
        assert "y" in texts(svg)
    assert "rung 3" in texts(frame_svg(frames, 3, target="y"))


def test_half_way_the_new_fades_in_and_what_stays_moves(run: Run) -> None:
    frames = read_frames(run)
    places = [{pill.label: pill for pill in _pills(frame_svg(frames, at, target="y"))} for at in (1, 1.5, 2)]

    before, half, after = (place["x²"].x for place in places)
    assert min(before, after) < half < max(before, after)
    assert "+" not in places[0]
    assert places[1]["+"].opacity == 0.5
    assert places[2]["+"].opacity == 1


def _pills(svg: str) -> list[Any]:
    """Where the neurons of a picture are, as seen in its text."""
    found = []
    for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):  # noqa: S314 - ours
        label = group[0]
        found.append(_Seen(label.text or "", float(label.get("x", "")), float(group.get("opacity", ""))))
    return found


class _Seen:
    def __init__(self, label: str, x: float, opacity: float) -> None:
        self.label, self.x, self.opacity = label, x, opacity


def test_large_networks_and_long_names_stay_inside(run: Run) -> None:
    n = 40
    net = read_frames(run)[-1]["net"] | {
        "network": {"neurons": [{"activation": "variable", "index": 0}] * n, "constants": [], "n_inputs": 2},
        "layout": [[k % 8 / 7, k // 8 / 4] for k in range(n)], "labels": ["semi_major_axis_1000_km"] * n,
        "ids": [f"n{k}" for k in range(n)], "changed": [], "text": "y = " + "x" * 3000}
    frame = {"seconds": 1.0, "step": 1, "reason": "r" * 500, "net": net}
    svg = frame_svg([frame], 0, target="a very long name of a target column")
    pills = [e for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect") if e.get("rx")]  # noqa: S314 - ours

    for pill in pills:
        x, y, w, h = (float(pill.get(side, "")) for side in ("x", "y", "width", "height"))
        assert NETWORK[0] - 1 <= x <= x + w <= NETWORK[2] + 1
        assert NETWORK[1] - 1 <= y <= y + h <= NETWORK[3] + 1
    assert sum("xxx" in words for words in texts(svg)) == 3


def test_of_many_networks_some_are_chosen(run: Run) -> None:
    frames = [{"k": k, "net": {"network": {"neurons": [k // 2]}}} for k in range(100)]
    shown = chosen(frames)

    assert len(shown) == animation.MOST
    assert (shown[0]["k"], shown[-1]["k"]) == (1, 99)
    assert chosen([]) == []


@pytest.mark.slow
def test_the_film_is_an_option_of_the_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XNET_RUNS", str(run.folder.parent))

    assert main(["export", run.id, str(tmp_path / "taken"), "--animation"]) == 0
    assert opened((tmp_path / "taken" / "discovery.gif").read_bytes()).format == "GIF"
    assert "discovery.gif" in capsys.readouterr().out
    (run.folder / "frames.jsonl").unlink()
    with pytest.raises(RunError, match="cannot be animated"):
        discovery_gif(run)
