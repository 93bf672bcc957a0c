"""Other programs that search for formulas, each run in its own process."""
