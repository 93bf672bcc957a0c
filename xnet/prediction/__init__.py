"""A formula applied to rows that the search has not seen.

    predictor     a formula with the ranges of its inputs
    new_rows      a table of new rows: columns found by name, values, remarks on single rows
    extrapolation  new rows that a pole separates from the rows of the search
    user_formula  a formula that the user enters, scored on the rows of a run
"""
