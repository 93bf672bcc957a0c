"""Whether what X-Net says can be believed: `python -m benchmarks.trust`.

Modules:
    figures: `Figure`, a measured number with its goal and the count behind it, and their table.
    coverage: how often 95 % intervals of constants contain the true value.
    command: the command; `PARTS` names the measurements.
"""
