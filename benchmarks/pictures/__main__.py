"""Start the command: `python -m benchmarks.pictures`."""

from .command import main

if __name__ == "__main__":
    main()
