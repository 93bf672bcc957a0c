"""Start the command: `python -m benchmarks.known_errors`."""

import sys

from .command import main

if __name__ == "__main__":
    sys.exit(main())
