"""Tables of few rows: curves over one input, laws of the classroom, designed experiments, and noise."""
