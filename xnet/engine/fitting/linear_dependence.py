"""Whether a target depends on the inputs linearly at all: permutation tests of a linear model of all inputs.

The F-test assumes normal errors. With heavy-tailed inputs and a heavy-tailed target it finds a dependence in up to a
tenth of the tables of noise, at a level of half a percent. A permutation test keeps its level for every distribution
(`permutation_tests`). The test is done with the target and with its ranks, which have no outliers (Conover & Iman, Rank
transformations as a bridge between parametric and nonparametric statistics, The American Statistician 35, 1981).
"""

from __future__ import annotations

import numpy as np

from .f_test import f_test_p_value
from .permutation_tests import LinearModel, centred, has_two_kinds_of_orders, ranks
from .rows import Rows

#: A dependence is shown at this level.
LINEAR_LEVEL = 0.005
#: With fewer rows for each input the test shows a strong dependence, but that it finds none says nothing.
ROWS_OF_A_TEST = 3
#: The fewest degrees of freedom of the errors.
_LEAST_FREEDOM = 3
#: Orders of the target that are drawn at most.
_ORDERS = 2000
#: Ranks are bounded, so a p-value of their F-test below this needs no permutations.
_CERTAIN = 1e-6


def linear_p_value(rows: Rows) -> float:
    """The smaller p-value of two permutation tests of a linear model of all inputs against a constant.

    Two tests are done, so it is at most p in at most a share 2 p of the tables of noise.

    Args:
        rows: n rows; inputs that do not vary, and those outside `selected_inputs`, are left out.

    Returns:
        A multiple of 1 / 2000, or the p-value of the F-test of the ranks if it is below 1e-6. 1 where errors have fewer
        than three degrees of freedom (a test of selected inputs would not be valid), and where there are fewer than
        `ROWS_OF_A_TEST` rows for each input and no dependence is shown. With weights it is the larger p-value of both
        kinds of orders.
    """
    inputs = rows.inputs()
    n, d = rows.n, len(inputs)
    if not 0 < d <= n - 1 - _LEAST_FREEDOM:
        return 1.0
    model = LinearModel(rows, np.column_stack([column for _, column in inputs]))
    if model.k == 0:
        return 1.0
    found = _of_both_tests(rows, model)
    return found if ROWS_OF_A_TEST * d <= n or found <= LINEAR_LEVEL else 1.0


def _of_both_tests(rows: Rows, model: LinearModel) -> float:
    """The smaller p-value of the tests of the target and of its ranks; see `linear_p_value`."""
    if rows.weight is None:
        by_ranks = f_test_p_value(1.0, 1.0 - model.explained(ranks(rows.y)), model.k, rows.n - 1 - model.k)
        if by_ranks < _CERTAIN:
            return by_ranks
    elif not has_two_kinds_of_orders(rows):  # ranks of the target are not alike where its errors are not
        deviations = centred(rows.y[:, None], model.root)[:, 0]
        return model.p_value_of_deviations((deviations, ranks(deviations) - (rows.n + 1) / 2.0), _ORDERS)
    return model.p_value((rows.y, ranks(rows.y)), _ORDERS)
