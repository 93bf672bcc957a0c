"""Known formulas: how many are found."""
