"""Start the command: `python -m benchmarks.load`."""

from .command import main

if __name__ == "__main__":
    main()
