"""The structure phase of a step: from targets to proposals of changed networks.

targets, query, proposal: the records that all moves share (a neuron's target, a least-squares query to the candidate
    library, a changed network before its constants are fitted).
neuron_moves: queries at every neuron of a network.
term_moves: the terms of a sum as targets of their own.
pair_moves: two candidates at once.
tangent_moves: further constants and terms, judged with all constants of the network refitted.
target_transforms: the output seen through invertible outer activations, and the queries at the start of a search.
polynomial_fits, curve_fits, hill_fits, additive_fits: direct fits of a target, without a network to start from.
parameter_free_moves, parameter_free_constants: the moves of the mode without fitted constants, and the construction of
    constants from 1 and 2.
"""
