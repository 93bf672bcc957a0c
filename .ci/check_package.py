"""Build the sdist and the wheel, install the wheel into a fresh environment, and use it from an empty folder.

Started by `make package` with the interpreter of .venv, from the root of the repository. The wheel is built from the
sdist, so that the sdist is complete. The fresh environment sees the libraries of .venv through a .pth file, because
PyTorch takes minutes to install; the packages of the repository are not in .venv. `--full` installs everything.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST, WORK = ROOT / "dist", ROOT / "build" / "package"


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """Run a command without PYTHONPATH and return what it prints; a failure ends the check."""
    print("+", *(str(part) for part in command), flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "XNET_RUNS")}
    done = subprocess.run([str(part) for part in command], cwd=folder, env=environment, text=True, timeout=900,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe command ended with exit code {done.returncode}.")
    return done.stdout


def build() -> Path:
    """The wheel, built from the sdist into dist/."""
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", DIST)
    [source] = DIST.glob("*.tar.gz")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", DIST,
        source)
    [wheel] = DIST.glob("*.whl")
    return wheel


def fresh_environment(wheel: Path, full: bool) -> Path:
    """The folder of the commands of a new environment in which the wheel is installed."""
    shutil.rmtree(WORK, ignore_errors=True)
    run(sys.executable, "-m", "venv", "--without-pip", WORK / "venv")
    commands = WORK / "venv" / "bin"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", commands / "python"]
    if full:
        run(*pip, "install", "--quiet", f"{wheel}[units]")
    else:
        packages = run(commands / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        (Path(packages) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        run(*pip, "install", "--quiet", "--no-deps", wheel)
    run(*pip, "check")
    return commands


#: Every page, drawn by Streamlit's test harness: a page, a style or a sample that the wheel lacks is an exception.
PAGES = """
from streamlit.testing.v1 import AppTest
from xnet.resources import resource
from xnet.ui.page_list import PAGES
at = AppTest.from_file(str(resource("app.py")), default_timeout=120).run()
for page in PAGES:
    assert not at.switch_page(page.path).run().exception, page.path
"""


def use(commands: Path, folder: Path) -> None:
    """The commands of the README, from an empty folder."""
    where = run(commands / "python", "-c", "import xnet; print(xnet.__file__)", folder=folder).strip()
    assert Path(where).is_relative_to(WORK), f"not the installed package: {where}"
    assert "solar_system_orbits" in run(commands / "xnet", "samples", folder=folder)
    assert run(commands / "xnet", "samples", folder=folder) == run(commands / "python", "-m", "xnet", "samples",
                                                                   folder=folder)
    found = json.loads(run(commands / "xnet", "discover", "solar_system_orbits", "--seconds", "5", "--json",
                           folder=folder))
    assert found["r2_train"] > 0.999, found["formula"]
    print(found["formula"])
    run(commands / "python", "-c", PAGES, folder=folder)
    assert not list(folder.iterdir()), "a command has left files in the working folder"


def open_app(commands: Path, folder: Path) -> None:
    """Start the app until its health check answers, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([str(commands / "xnet"), "app", "--no-browser", f"--port={port}"], cwd=folder)
    try:
        until = time.monotonic() + 120
        while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
            assert server.poll() is None, f"the server ended with exit code {server.returncode}"
            assert time.monotonic() < until, "the server did not answer within two minutes"
            time.sleep(0.25)
    finally:
        server.terminate()
        server.wait(30)


def answers(url: str) -> bool:
    """Whether an address of this machine answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address on this machine
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    installed = fresh_environment(build(), full="--full" in sys.argv)
    empty = WORK / "empty"
    empty.mkdir()
    use(installed, empty)
    open_app(installed, empty)
    print("The wheel in dist/ works in a fresh environment.")
