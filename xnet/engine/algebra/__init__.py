"""The formula as an expression: canonical sums, products and calls."""
