"""Start the command: `python -m benchmarks.templates`."""

from .command import main

if __name__ == "__main__":
    main()
