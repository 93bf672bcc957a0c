from xnet.ui.page_list import MOTION
from xnet.ui.shell import enter_page

enter_page(MOTION)

from xnet.ui.motion.page import motion_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

motion_page()
