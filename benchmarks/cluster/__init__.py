"""Whether more processes pay: `python -m benchmarks.cluster`.

    simulation   islands that compute in turns, each on a clock of its own
    command      formulas that take one process long, with more and more islands
"""
