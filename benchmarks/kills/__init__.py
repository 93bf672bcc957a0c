"""The command `benchmarks.kills`: searches that are killed at random moments and carried on."""
