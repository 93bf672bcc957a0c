from xnet.ui.shell import guard

guard("pages/learn.py")

from xnet.ui.learn.page import learn_page  # noqa: E402 - the guard comes before anything that takes time

learn_page()
