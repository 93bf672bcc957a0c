"""The command `benchmarks.formulas`: how many known formulas are found."""
