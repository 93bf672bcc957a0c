"""The search of the unknown parts of a form: first guess, each hole in turn, all holes together."""
