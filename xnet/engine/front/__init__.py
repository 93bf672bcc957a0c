"""Accuracy against complexity: the front and the pick."""
