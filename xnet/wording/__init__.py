"""Networks and scores in words and digits."""
