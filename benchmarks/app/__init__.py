"""The command `benchmarks.app`: speed of the app in a real browser."""
