"""How well one form with constants of their own in every group is found."""
