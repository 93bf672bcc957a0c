"""Speed of the app in a real browser."""
