"""Real tables by cross-validation."""
