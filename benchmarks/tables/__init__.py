"""The command `benchmarks.tables`: models compared on real tables by cross-validation."""
