"""What is searched: rows, libraries, prior knowledge."""
