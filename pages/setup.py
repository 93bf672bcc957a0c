from xnet.ui.page_list import SETUP
from xnet.ui.shell import enter_page

enter_page(SETUP)

from xnet.ui.setup.page import setup_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

setup_page()
