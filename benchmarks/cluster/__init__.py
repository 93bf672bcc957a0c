"""Whether more processes pay: `python -m benchmarks.cluster`.

    simulation   islands that compute in turns, each on a clock of its own
    real         islands in real processes
    command      formulas that take one process long, with more and more islands
"""
