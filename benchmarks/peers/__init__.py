"""Other programs that search for formulas."""
