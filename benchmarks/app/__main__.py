"""Start the command: `python -m benchmarks.app`."""

from .command import main

if __name__ == "__main__":
    main()
