from xnet.ui.shell import guard

guard("pages/home.py")

from xnet.ui.home import home_page  # noqa: E402 - the guard comes before anything that takes time

home_page()
