from xnet.ui.page_list import DISCOVER
from xnet.ui.shell import enter_page

enter_page(DISCOVER)

from xnet.ui.discover.page import discover_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

discover_page()
