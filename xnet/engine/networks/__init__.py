"""The formula as data: networks, their activations, values and derivatives."""
