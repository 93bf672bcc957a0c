"""Several searches side by side, in processes."""
