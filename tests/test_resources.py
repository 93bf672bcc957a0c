"""Files beside the modules are found in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet import resources
from xnet.resources import resource


@pytest.mark.parametrize("name", ["app.py", "pages", ".streamlit/config.toml", "sample_data", "README.md"])
def test_a_checkout_has_them_beside_the_package(name: str) -> None:
    assert resource(name) == Path(__file__).resolve().parents[1] / name
    assert resource(name).exists()


def test_an_installed_package_has_them_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "xnet" / "_app").mkdir(parents=True)
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "xnet")
    assert resource("sample_data") == tmp_path / "xnet" / "_app" / "sample_data"
