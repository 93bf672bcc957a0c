from xnet.ui.shell import guard

guard("pages/results.py")

from xnet.ui.results.page import results_page  # noqa: E402 - the guard comes before anything that takes time

results_page()
