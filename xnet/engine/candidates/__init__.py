"""The candidate library (small sub-networks by the ten thousand) and the matching of its candidates to targets.

sizes: how large the libraries of a search are.
enumeration: makes candidates by whole arrays and drops those whose values are known.
templates, with monomials, sum_templates, curve_templates, difference_templates: candidates of shapes that laws are
    made of.
library: builds a library of enumerated candidates and templates, standardised for matching.
parametric_curves: builds the library of parametric candidates, whose inner constant runs over a grid.
matching: weighted least squares of every candidate against many targets.
screening: the protocol of the kernels that do the products; numpy_kernels and torch_kernels implement it.
"""
