from xnet.ui.page_list import PREDICT
from xnet.ui.shell import enter_page

enter_page(PREDICT)

from xnet.ui.predict.page import predict_page  # noqa: E402 - `enter_page` redirects before anything that takes time is imported

predict_page()
