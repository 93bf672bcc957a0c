"""A run as one file, and a run searched again."""
