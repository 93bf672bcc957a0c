"""The parameter phase: the constants of a network are fitted to rows, then made as simple as the rows allow.

Modules:
    rows: `Rows`, the inputs, target, weights and loss function that constants are fitted to.
    losses: squared error, Huber's robust scale, and the logistic loss.
    least_squares: weighted least squares of a few columns.
    levenberg_marquardt: `fit_parameters`, `refit` and standard errors.
    determination: which constants the rows determine, by the products of the columns of the Jacobian.
    determined_constants: the same beside nearly parallel columns, and the number of parameters.
    simple_numbers: simple numbers near a constant, and their odds.
    simplification: `simplify_constants`, simpler and rounded numbers where the odds favour them.
    all_rows: one Gauss-Newton step over a large table, for a network fitted on a subsample.
    residual_noise: whether residuals look like noise.
    r_squared: R², and the variance that it and the losses of a search are relative to.
"""
