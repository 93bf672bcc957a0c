"""Start the command: `python -m benchmarks.trust`."""

from .command import main

if __name__ == "__main__":
    raise SystemExit(main())
