"""The command `app`: starts the server of the app, which opens it in the browser."""

from __future__ import annotations

import argparse
import runpy
import sys
from typing import Any

_LARGEST_PORT = 65535


def add_app(commands: Any) -> None:
    """Add the command to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    parser = commands.add_parser("app", help="open the app in the browser", description=(
        "Start the app's server and open it in the browser. The searches are kept in the folder that XNET_RUNS names, "
        "or in runs/ in the current folder. Ctrl-C ends the server; running searches go on."))
    parser.add_argument("--port", type=_port, metavar="N", help="the server's port (default: 8501)")
    parser.add_argument("--address", metavar="HOST",
                        help="the address that the server listens on (default: 127.0.0.1, this computer only)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.set_defaults(command=_app)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text[:9]) <= _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port. Expected a number from 1 to {_LARGEST_PORT}.")
    return int(text)


def _app(options: argparse.Namespace) -> int:
    from xnet.errors import XNetError
    from xnet.resources import resource

    script = resource("app.py")
    if not script.is_file():
        raise XNetError("The app is not part of this installation. Install it again with: pip install xnet-discovery")
    # Streamlit reads the settings in .streamlit beside the script. It runs in this process, so that signals reach it.
    sys.argv = ["streamlit", "run", str(script), "--server.showEmailPrompt=false",
                *([] if options.port is None else [f"--server.port={options.port}"]),
                *([] if options.address is None else [f"--server.address={options.address}"]),
                *(["--server.headless=true"] if options.no_browser else [])]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0
