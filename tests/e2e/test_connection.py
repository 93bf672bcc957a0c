"""The script that explains a lost connection, alone in a browser, without the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CODE = (Path(__file__).parents[2] / "xnet/ui/assets/connection_words.js").read_text("utf-8")
#: Streamlit's dialog, which it adds to the end of the page.
ADD = """(command) => document.body.insertAdjacentHTML("beforeend", `<div role="dialog"><div>Is Streamlit running?</div>
  <div data-testid="stErrorCodeBlock"><code>${command}</code></div></div>`)"""


@pytest.mark.parametrize(("command", "explained"), [("streamlit run yourscript.py", True), ("Traceback", False)])
def test_a_lost_connection_is_explained_without_a_terminal(browser: Any, command: str, explained: bool) -> None:
    page = browser.new_page()
    page.set_content("<main>A page</main>")
    page.add_script_tag(content=CODE + "\nexplainLoss();")
    page.evaluate(ADD, command)
    page.wait_for_timeout(100)
    said = page.get_by_role("dialog").inner_text()
    assert ("connects again by itself" in said) == explained
    assert (command in said) != explained
    page.close()
