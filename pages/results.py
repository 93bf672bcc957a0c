from xnet.ui.page_list import RESULTS
from xnet.ui.shell import enter_page

enter_page(RESULTS)

from xnet.ui.results.page import results_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

results_page()
