"""Long measurements of X-Net: one package for each command. `make test` does not run them."""

from xnet.one_thread import use_one_thread

use_one_thread()  # before NumPy is imported: the figures are for one core
