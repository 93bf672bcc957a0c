from xnet.ui.shell import guard

guard("pages/data.py")

from xnet.ui.data.page import table_page  # noqa: E402 - the guard comes before anything that takes time

table_page()
