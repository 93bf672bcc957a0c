"""The README's pictures."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from benchmarks.pictures import film
from benchmarks.pictures.command import main as pictures_main
from benchmarks.pictures.pages import take


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


def test_the_film_of_the_readme_is_made_by_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(film, "FILMED", "solar_system_orbits")
    monkeypatch.setattr(film, "STEPS", 2)
    pictures_main(["--only", "film", "--out", str(tmp_path / "images")])

    assert opened((tmp_path / "images" / "discovery.gif").read_bytes()).n_frames > 1  # type: ignore[attr-defined]
    assert "discovery.gif" in capsys.readouterr().out


def test_pictures_of_pages_are_small(tmp_path: Path) -> None:
    gradient = Image.effect_noise((400, 300), 90).convert("RGB")
    out = io.BytesIO()
    gradient.save(out, "PNG")

    class Tab:
        mouse = SimpleNamespace(move=lambda x, y: None)
        evaluate = wait_for_timeout = staticmethod(lambda _: None)

        def screenshot(self) -> bytes:
            return out.getvalue()

    take(Tab(), tmp_path / "page.png", settle=False)  # type: ignore[arg-type]
    taken = opened((tmp_path / "page.png").read_bytes())
    assert (taken.size, taken.mode) == ((400, 300), "P")
    assert (tmp_path / "page.png").stat().st_size < len(out.getvalue())
