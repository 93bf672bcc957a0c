from xnet.ui.shell import guard

guard("pages/discover.py")

from xnet.ui.discover.page import live_page  # noqa: E402 - the guard comes before anything that takes time

live_page()
