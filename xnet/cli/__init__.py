"""The command line. This package imports nothing, so that `python -m xnet --help` is fast."""
