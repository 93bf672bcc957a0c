"""The command `app`: which server it starts."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from xnet import resources
from xnet.cli.main import main
from xnet.version import __version__


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines of the servers that are started; none is."""
    lines: list[list[str]] = []
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: lines.append([name, *sys.argv[1:]]))
    return lines


def test_the_app_is_started_by_its_script(started: list[list[str]]) -> None:
    assert main(["app"]) == 0
    assert started == [["streamlit", "run", str(resources.resource("app.py")), "--server.showEmailPrompt=false"]]
    assert Path(started[0][2]).is_file()


def test_port_address_and_browser_are_options(started: list[list[str]]) -> None:
    assert main(["app", "--port", "8600", "--address", "0.0.0.0", "--no-browser"]) == 0  # noqa: S104 - only passed on
    assert started[0][4:] == ["--server.port=8600", "--server.address=0.0.0.0", "--server.headless=true"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "9" * 5000])
def test_a_wrong_port_is_refused_in_a_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["app", f"--port={port}"])
    assert "is no port. Expected a number from 1 to 65535." in capsys.readouterr().err


def test_an_installation_without_the_app_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "xnet")
    assert main(["app"]) == 2
    assert "The app is not part of this installation." in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"X-Net {__version__}\n"


@pytest.mark.parametrize("name", ["xnet", "/usr/local/bin/xnet", "/somewhere/xnet/__main__.py"])
def test_help_names_the_command_as_it_was_started(name: str, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [name])
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert capsys.readouterr().out.startswith(
        "usage: xnet " if not name.endswith(".py") else "usage: python -m xnet ")
