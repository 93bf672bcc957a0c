"""The message of a search is shown as text."""

from __future__ import annotations

import os
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.fake_run import play
from xnet.atomic_files import write_json
from xnet.runs import Run


def test_a_message_is_text_and_no_markup(app: Callable[..., AppTest], make_run: Callable[..., Run]) -> None:
    """The message of a failed search can name a column; that of a run from a bundle is anybody's."""
    run = make_run()
    play(run)
    for run_state in ("failed", "stopped", "queued"):
        snapshot = run.snapshot()
        assert snapshot is not None
        write_json(run.folder / "snapshot.json", {**snapshot, "stop_reason": None})
        run.write_status(run_state, "![x](http://a.example) **a**", pid=os.getpid())
        at = app("pages/discover.py", run=run.id)
        shown = [error.value for error in at.error] or [bar.proto.text for bar in at.get("progress")]
        wanted = "\\!\\[x\\]\\(http\N{WORD JOINER}\\://a\\.example\\) \\*\\*a\\*\\*"
        assert any(wanted in text for text in shown), (run_state, shown)
    (run.folder / "snapshot.json").unlink()
    run.write_status("failed", "![x](http://a.example)", pid=os.getpid())
    assert app("pages/results.py", run=run.id).error[0].value.startswith(r"\!\[x\]")
