"""Measure how well kinks are found: `python -m benchmarks.kinks`."""
