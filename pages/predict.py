from xnet.ui.shell import guard

guard("pages/predict.py")

from xnet.ui.predict.page import predict_page  # noqa: E402 - the guard comes before anything that takes time

predict_page()
