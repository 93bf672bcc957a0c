"""The command `benchmarks.known_errors`: chi-square per row of fits to tables with known standard errors."""
