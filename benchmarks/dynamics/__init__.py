"""Whether laws of motion are found: the systems of ODEBench."""
