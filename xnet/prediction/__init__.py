"""A formula applied to other rows."""
