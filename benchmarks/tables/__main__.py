"""Start the command: `python -m benchmarks.tables`."""

from .command import main

if __name__ == "__main__":
    main()
