"""The first acceptance figures."""
