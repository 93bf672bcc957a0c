"""Laws composed at random."""
