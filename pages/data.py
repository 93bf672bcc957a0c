from xnet.ui.page_list import DATA
from xnet.ui.shell import enter_page

enter_page(DATA)

from xnet.ui.data.page import data_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

data_page()
