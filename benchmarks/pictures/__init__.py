"""The command `benchmarks.pictures`: the pictures of the README."""
