"""Several classes at once."""
