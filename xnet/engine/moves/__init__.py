"""The structure phase: from a target to proposals."""
