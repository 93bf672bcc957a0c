"""The parameter phase: constants fitted to rows, and simplified."""
