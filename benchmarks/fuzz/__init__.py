"""The command `benchmarks.fuzz`: hostile inputs for everything that reads what people bring."""
