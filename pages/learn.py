from xnet.ui.page_list import LEARN
from xnet.ui.shell import enter_page

enter_page(LEARN)

from xnet.ui.learn.page import learn_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

learn_page()
