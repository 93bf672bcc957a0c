"""Feature selection: which of many inputs can explain the target, before any candidate library is built.

With 200 inputs a library of 40,000 candidates ends at pairs; built around the few inputs that matter it reaches whole
laws. No single measure finds all of them: an input may act only through a product (no marginal effect), only as a
factor (visible in log abs y), only as a wave (no correlation). So three kinds of evidence are combined by their
ranks: a forward selection on the residual with every input as x, x^2, log abs x and in products with any other input,
once for y, once for the ranks of y and once for log abs y; and the importances of extremely randomised trees (Geurts,
Ernst and Wehenkel 2006). An input scores 1 / (3 + its place) in each list, so one first place outweighs two places in
the middle.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows

#: With more inputs than this, a search works on the most relevant ones first.
MANY_INPUTS = 12
#: Rows that inputs are selected on, and how many inputs a forward selection takes.
SELECTION_ROWS, _FORWARD = 2000, 12
_TREES = 150
#: Inputs that `screened_inputs` keeps, those whose products it tries, and those that it takes one after another.
_SCREENED, _MULTIPLIED, _IN_TURN = 120, 3000, 10
#: The most relevant inputs that a search begins with, those of them that later turns keep, the steps before the first
#: such turn (the opening of the schedule), and the steps of a turn.
FIRST_INPUTS, _ALWAYS, _FIRST_STEPS, _TURN = 8, 4, 20, 4


def ranked_inputs(rows: Rows, seed: int) -> tuple[int, ...]:
    """All inputs that vary, the first of each set of equal ones, the most relevant first.

    Args:
        rows: the rows to judge on; at most `SELECTION_ROWS` of them are used.
        seed: of the sample of the rows and of the trees.
    """
    rng = np.random.default_rng([seed, 2])
    if len(rows.y) > SELECTION_ROWS:
        rows = rows.sample(np.sort(rng.choice(len(rows.y), SELECTION_ROWS, replace=False)))
    varying = np.array(distinct_inputs(rows.columns))
    columns = rows.columns[varying]
    lists = [forward_selection(columns, y) for y in _views(rows.y)]
    lists.append(_by_trees(columns, _ranks(rows.y), seed))
    score = np.zeros(len(varying))
    for order in lists:
        score[order] += 1.0 / (3.0 + np.arange(len(order)))
    return tuple(int(i) for i in varying[np.argsort(-score, kind="stable")])


def screened_inputs(columns: Array, y: Array, most: int = _SCREENED) -> list[int]:
    """A cheap first choice among thousands of inputs, for `ranked_inputs` to rank.

    An input is kept for what it explains alone (as x, x^2, log abs x or its rank), in a product with another input,
    or of what the inputs before it leave.

    Args:
        columns: (d, n) inputs.
        y: (n,) the target.
        most: how many inputs to keep.

    Returns:
        At most `most` inputs in their order; all of them if there are no more.
    """
    if len(columns) <= most:
        return list(range(len(columns)))
    forms = _forms(columns)
    score, taken = np.zeros(len(columns)), set[int]()
    for view in _views(y):
        residual = _standardised(view)
        alone = np.abs(forms @ residual).max(axis=0)
        tried = np.argsort(-alone, kind="stable")[:_MULTIPLIED]
        plain = forms[0][tried].astype(np.float32)
        pairs = np.abs((plain * residual.astype(np.float32)) @ plain.T)
        np.fill_diagonal(pairs, 0.0)
        alone[tried] = np.maximum(alone[tried], 0.8 * pairs.max(axis=0) * np.sqrt(len(y)))
        score = np.maximum(score, alone)
        taken.update(_in_turn(forms, residual))
    rest = [int(j) for j in np.argsort(-score, kind="stable") if int(j) not in taken]
    return sorted([*taken, *rest[:max(0, most - len(taken))]])


def _in_turn(forms: Array, residual: Array) -> list[int]:
    """Inputs that explain the most of what the ones before them leave; `forms` as of `_forms`."""
    taken: list[int] = []
    basis = [np.full(forms.shape[2], forms.shape[2] ** -0.5)]
    start = residual
    while len(taken) < _IN_TURN and len(basis) + 4 <= forms.shape[2] // 3:
        taken.append(int(np.argmax(np.abs(forms @ residual).max(axis=0))))
        basis += list(forms[:, taken[-1]])
        left, sizes, _ = np.linalg.svd(np.stack(basis, axis=1), full_matrices=False)
        kept = left[:, sizes > 1e-6 * sizes[0]]
        residual = start - kept @ (kept.T @ start)
        size = float(np.sqrt(residual @ residual))
        if size < 1e-9:
            break
        residual = residual / size
    return taken


def distinct_inputs(columns: Array) -> tuple[int, ...]:
    """The inputs (rows of columns (d, n)) that vary; of those that are equal in every row, the first."""
    seen: dict[bytes, int] = {}
    for i, column in enumerate(columns):
        if np.ptp(column) > 0:
            seen.setdefault((column + 0.0).tobytes(), i)  # + 0.0: -0.0 equals 0.0
    return tuple(seen.values())


def selected_inputs_at(step: int, ranked: tuple[int, ...]) -> tuple[int, ...]:
    """The inputs that the moves of a step use: the most relevant first, later in turns the next ones beside a few.

    Args:
        ranked: all inputs that vary, the most relevant first.
    """
    turn = (step - _FIRST_STEPS) // _TURN
    if turn < 0 or turn % 2 or len(ranked) <= FIRST_INPUTS:
        return tuple(sorted(ranked[:FIRST_INPUTS]))
    rest = ranked[_ALWAYS:]
    begin = (FIRST_INPUTS - _ALWAYS) * (1 + turn // 2)
    next_ones = [rest[(begin + k) % len(rest)] for k in range(FIRST_INPUTS - _ALWAYS)]
    return tuple(sorted({*ranked[:_ALWAYS], *next_ones}))


def _ranks(v: Array) -> Array:
    """Ranks of the values (..., n), equal for equal values, from 0 to 1."""
    order = np.argsort(v, axis=-1, kind="stable")
    ranks = np.empty(v.shape)
    np.put_along_axis(ranks, order, np.broadcast_to(np.linspace(0.0, 1.0, v.shape[-1]), v.shape), axis=-1)
    return ranks


def _views(y: Array) -> Iterator[Array]:
    """y, its ranks (an outlier is one row among others) and log abs y (a factor is a term there)."""
    yield y
    yield _ranks(y)
    if (y != 0).all():
        yield np.log(np.abs(y))


def _standardised(features: Array) -> Array:
    """Features (..., n) less their means, of length 1; 0 where they are constant or not finite."""
    with np.errstate(all="ignore"):
        features = features / np.max(np.abs(features), axis=-1, keepdims=True)
        centred = features - features.mean(axis=-1, keepdims=True)
        size = np.sqrt(np.einsum("...n,...n->...", centred, centred))[..., None]
        good = np.isfinite(size) & (size > 1e-7)
        return np.where(good, centred / np.where(good, size, 1.0), 0.0)


def _forms(columns: Array) -> Array:
    """Every input as x, x^2, log abs x and its rank: (4, d, n), standardised."""
    plain = _standardised(columns)
    with np.errstate(all="ignore"):
        logs = np.log(np.abs(columns))
    return np.stack([plain, _standardised(plain * plain), _standardised(logs), _standardised(_ranks(columns))])


def forward_selection(columns: Array, y: Array, most: int = _FORWARD) -> list[int]:
    """Inputs in the order in which they explain the residual of the earlier ones.

    Args:
        columns: (d, n) inputs that vary.
        y: (n,) the target.
        most: how many inputs to take; fewer where rows are few.

    Returns:
        The inputs taken, then the others by what they could still explain.
    """
    forms = _forms(columns)
    plain = forms[0]
    n = columns.shape[1]
    taken: list[int] = []
    basis = [np.full(n, 1.0 / np.sqrt(n))]
    residual = _standardised(y)
    share = np.zeros(len(columns))
    while len(taken) < min(most, len(columns)):
        alone = np.abs(forms @ residual).max(axis=0)
        pairs = np.abs((plain * residual) @ plain.T) * np.sqrt(n)  # correlations with all products of two inputs
        np.fill_diagonal(pairs, 0.0)
        alone[taken] = 0.0
        share = np.maximum(alone, 0.8 * pairs.max(axis=0))
        share[taken] = 0.0
        # There are d / 8 times as many products as forms: by chance the best of them correlates somewhat more.
        new = _best(alone, pairs, taken)
        if not new or len(basis) + 4 + len(taken) > n // 3:
            break
        for j in new:
            basis += [f[j] for f in forms] + [_standardised(plain[j] * plain[i]) for i in taken]
            taken.append(j)
        Q = np.linalg.svd(np.stack(basis, axis=1), full_matrices=False)
        kept = Q[0][:, Q[1] > 1e-6 * Q[1][0]]
        residual = _standardised(y)
        residual = residual - kept @ (kept.T @ residual)
        size = np.sqrt(residual @ residual)
        if size < 1e-9:
            break
        residual = residual / size
    share[taken] = 0.0
    rest = [int(j) for j in np.argsort(-share, kind="stable") if j not in set(taken)]
    return taken + rest


def _best(alone: Array, pairs: Array, taken: list[int]) -> list[int]:
    """The next input, or the next two where their product explains clearly more than any input alone."""
    single = int(np.argmax(alone))
    a, b = np.unravel_index(int(np.argmax(pairs)), pairs.shape)
    new = [int(j) for j in (a, b) if int(j) not in taken]
    if 0.8 * pairs[a, b] > alone[single] and new:
        return new
    return [single] if alone[single] > 0 else []


def _by_trees(columns: Array, y: Array, seed: int) -> list[int]:
    from sklearn.ensemble import ExtraTreesRegressor  # only where there are many inputs

    trees = ExtraTreesRegressor(_TREES, min_samples_leaf=3, max_features=0.4, random_state=seed % 2**32)
    trees.fit(_ranks(columns).T, y)
    return [int(j) for j in np.argsort(-trees.feature_importances_, kind="stable")]
