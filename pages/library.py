from xnet.ui.shell import guard

guard("pages/library.py")

from xnet.ui.library.page import library_page  # noqa: E402 - the guard comes before anything that takes time

library_page()
