"""Start the command: `python -m benchmarks.laws`."""

from .command import main

if __name__ == "__main__":
    main()
