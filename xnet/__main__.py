"""`python -m xnet`: see `xnet.cli.main`."""

import sys

from xnet.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
