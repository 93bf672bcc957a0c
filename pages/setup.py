from xnet.ui.shell import guard

guard("pages/setup.py")

from xnet.ui.setup.page import setup_page  # noqa: E402 - the guard comes before anything that takes time

setup_page()
