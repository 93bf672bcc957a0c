"""The command `benchmarks.speed`: speed of the engine."""
