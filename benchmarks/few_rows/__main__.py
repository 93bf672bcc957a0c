"""Start the command: `python -m benchmarks.few_rows`."""

import sys

from .command import main

if __name__ == "__main__":
    sys.exit(main())
