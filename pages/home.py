from xnet.ui.page_list import HOME
from xnet.ui.shell import enter_page

enter_page(HOME)

from xnet.ui.home import home_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

home_page()
