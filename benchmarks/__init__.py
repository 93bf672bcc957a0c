"""Long measurements, each one command; nothing here is part of the timed tests."""

from xnet.one_thread import use_one_thread

use_one_thread()  # before NumPy is imported: figures are for one core
