"""The script that keeps the keyboard's focus, alone in a browser, without the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CODE = (Path(__file__).parents[2] / "xnet/ui/assets/keep_focus.js").read_text("utf-8")
BUTTONS = """<div class="st-key-top"><h1>Search</h1>
  <div class="st-key-pause"><button>Pause</button></div><div class="st-key-stop"><button>Stop</button></div></div>"""
#: What Streamlit does after a press: the button is disabled, and some time later another one stands in its place.
PAUSE = """() => {
  const place = document.querySelector('.st-key-pause');
  place.firstChild.disabled = true;
  setTimeout(() => { place.outerHTML = '<div class="st-key-resume"><button>Resume</button></div>'; }, 300);
}"""
FOCUSED = "document.activeElement.textContent.trim()"


@pytest.mark.parametrize("by_keyboard", [True, False])
def test_a_button_that_is_replaced_keeps_the_focus(browser: Any, by_keyboard: bool) -> None:
    page = browser.new_page()
    page.set_content(BUTTONS)
    page.add_script_tag(content=CODE + "\nkeepFocus();")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Pause"
    if by_keyboard:
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="Pause").click()
    page.evaluate(PAUSE)
    page.wait_for_timeout(100)
    assert page.evaluate(FOCUSED) != "Stop", "a second press would stop the search"
    page.get_by_role("button", name="Resume").wait_for()
    page.wait_for_timeout(100)
    assert (page.evaluate(FOCUSED) == "Resume") == by_keyboard
    page.close()
