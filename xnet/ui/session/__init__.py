"""What a browser session remembers, and what its buttons do."""
