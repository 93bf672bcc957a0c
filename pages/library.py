from xnet.ui.page_list import LIBRARY
from xnet.ui.shell import enter_page

enter_page(LIBRARY)

from xnet.ui.library.page import library_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

library_page()
