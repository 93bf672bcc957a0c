"""The command `benchmarks.laws`: laws composed at random."""
