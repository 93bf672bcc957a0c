"""Start the command: `python -m benchmarks.groups`."""

from .command import main

if __name__ == "__main__":
    main()
