"""The command `benchmarks.first`: the first acceptance figures."""
