"""Whether what X-Net says can be believed: `python -m benchmarks.trust`.

Modules:
    figures: `Figure`, a measured number with its goal and the count behind it, and their table.
    searches: a finished search of one table with its verdict.
    score_checks: R² against scikit-learn's.
    noise_tables: formulas in pure noise.
    noisy_laws: known laws under noise.
    real_tables: cross-validation against other models.
    coverage: how often 95 % intervals of constants contain the true value.
    command: the command; `PARTS` names the measurements.
"""
