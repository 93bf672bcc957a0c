"""Start the command: `python -m benchmarks.first`."""

from .command import main

if __name__ == "__main__":
    main()
