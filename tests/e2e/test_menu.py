"""The script that closes the menu of a narrow window, alone in a browser, without the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CODE = (Path(__file__).parents[2] / "xnet/ui/assets/close_menu.js").read_text("utf-8")
#: The menu as Streamlit draws it: its button closes it, a link of a page does not.
MENU = """<section data-testid="stSidebar" data-collapsed="false">
  <div data-testid="stSidebarCollapseButton"><button onclick="menu.dataset.collapsed = true">Close</button></div>
  <a data-testid="stSidebarNavLink" href="#learn"><span>Learn</span></a></section>
<script>const menu = document.querySelector("section")</script>"""


@pytest.mark.parametrize(("width", "collapsed"), [(640, "true"), (1280, "false")])
def test_a_choice_closes_the_menu_of_a_narrow_window(browser: Any, width: int, collapsed: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 400})
    page.set_content(MENU)
    page.add_script_tag(content=CODE + "\ncloseMenu();")
    page.get_by_text("Learn").click()
    page.wait_for_timeout(300)
    assert page.locator("section").get_attribute("data-collapsed") == collapsed
    page.close()
