"""Pictures of the README."""
