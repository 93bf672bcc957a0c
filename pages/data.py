from xnet.ui.shell import guard

guard("pages/data.py")

from xnet.ui.table_page import table_page  # noqa: E402 - the guard comes before anything that takes time

table_page()
