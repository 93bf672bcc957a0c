"""Start the command: `python -m benchmarks.dynamics`."""

from .command import main

if __name__ == "__main__":
    main()
