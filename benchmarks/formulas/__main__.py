"""Start the command: `python -m benchmarks.formulas`."""

from .command import main

if __name__ == "__main__":
    main()
