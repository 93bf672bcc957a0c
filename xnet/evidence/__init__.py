"""What can be said of a network on given arrays."""
