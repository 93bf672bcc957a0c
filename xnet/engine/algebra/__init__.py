"""The formula as an expression: the algebra in which networks are composed, simplified and shortened.

Modules:
    expr: `Expr`, the record of an expression.
    expressions: canonical sums, products and calls.
    shapes: the structure of an expression without its numbers.
    evaluation: values of expressions on rows.
    conversion: networks to expressions and back.
    emission: an expression written as neurons, as few as possible.
    network_builder: appends neurons, with constants or with exact numbers instead.
    exact_numbers: numbers made of 1 and 2, for the mode without parameters.
    rewriting: factored, completed and other forms of the same network.
"""
