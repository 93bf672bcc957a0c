"""The Motion page: laws of motion of a table of trajectories."""
