"""Constants of a formula with groups: those that all groups share, and those of every group, with their errors.

All constants together have one covariance, from the Jacobian at the fit. The noise is that of all rows, a share of the
spread of every group, or of every group where groups have enough rows for a level of their own (`noise_rule`). Where
groups of fewer rows differ in their noise, the errors count that (`group_variances`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.determination import determined_in_groups
from xnet.engine.fitting.error_losses import KnownError, Poisson
from xnet.engine.fitting.group_fitting import GroupRows, Scope, evaluated, fit_shared, form_of, form_on_rows
from xnet.engine.fitting.group_noise import NoiseRule, noise_levels, noise_rule
from xnet.engine.fitting.losses import EXACT_LOSS, SQUARED_ERROR, Huber, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_constants import OwnConstants
from xnet.errors import DataError

from .constant_covariance import white_variances_of_line
from .error_variance import variance_of_rows
from .group_variances import errors_by_group
from .quantile_errors import bandwidth, covariance_of, density_degrees, one_density, sandwich

#: The confidence level of the intervals.
_LEVEL = 0.95
#: The noise that White's standard errors assume, and the method of their constants.
ROBUST = "robust"


def group_constants(network: Network, rows: Rows, fixed: Collection[int] = (),
                    limits: Bounds | None = None) -> list[dict[str, Any]]:
    """One record a constant and group: name, group ("" for shared), value, fitted, error, low, high.

    Args:
        network: a network with own constants.
        rows: all rows; errors are those of the constants fitted to them.
        fixed: positions of shared constants that nothing fits.
        limits: bounds (p, G) of all constants, the shared ones first; None for none.

    Returns:
        Shared constants first ("c1", "c2", ...), then the own ones ("a", "b", ...) group by group. `error`, `low` and
        `high` are None where the rows do not determine a constant, and where the fit reaches a bound: then the record
        has the key `method`, which is "bound". It is "robust" where the errors are White's.
    """
    own = network.own
    assert own is not None
    form, theta, scopes, groups = form_on_rows(network, rows, fixed)
    with np.errstate(all="ignore"):
        errors, fitted, degrees, noise = _errors(form, theta, scopes, groups, limits)
    reach = errors * stdtrit(np.maximum(degrees, 1.0), 0.5 + 0.5 * _LEVEL)
    shared = len(network.constants)
    found = [_record(f"c{i + 1}", "", float(theta[i, 0]), float(fitted[i, 0]), errors[i, 0], reach[i, 0])
             for i in range(shared)]
    for g, label in enumerate(own.labels):
        found += [_record(own.letter(j), label, own.values[j][g], float(fitted[shared + j, g]), errors[shared + j, g],
                          reach[shared + j, g]) for j in range(len(own.values))]
    if noise == ROBUST:
        found = [record if record["error"] is None else {**record, "method": ROBUST} for record in found]
    return found if limits is None else _within(found, limits, shared)


def noise_of_groups(network: Network, rows: Rows, fixed: Collection[int] = (), limits: Bounds | None = None) -> str:
    """The rule by which `group_constants` takes the noise, a `NoiseRule` or "robust"; "" without own constants."""
    if network.own is None:
        return ""
    form, theta, scopes, groups = form_on_rows(network, rows, fixed)
    with np.errstate(all="ignore"):
        return str(_errors(form, theta, scopes, groups, limits).noise)


def _record(name: str, group: str, value: float, fitted: float, error: float, reach: float) -> dict[str, Any]:
    known = bool(np.isfinite(error))
    return {"name": name, "group": group, "value": value, "fitted": fitted, "error": float(error) if known else None,
            "low": fitted - float(reach) if known else None, "high": fitted + float(reach) if known else None}


def _within(found: list[dict[str, Any]], limits: Bounds, shared: int) -> list[dict[str, Any]]:
    """The records of `group_constants` with the own constants at a bound named, and intervals that end at bounds."""
    lows, highs = (np.append(ends[:shared, 0], ends[shared:].T) for ends in (limits.low, limits.high))
    for record, low, high in zip(found, lows.tolist(), highs.tolist(), strict=True):
        if record["error"] is not None:
            record["low"], record["high"] = max(record["low"], low), min(record["high"], high)
        elif record["fitted"] in (low, high):
            record["method"] = "bound"
    return found


class _Errors(NamedTuple):
    """Standard errors and fitted values (p, G) of all constants, the degrees of freedom (p, G), and the noise."""

    errors: Array
    fitted: Array
    degrees: Array
    noise: str


def _errors(form: Network, theta: Array, scopes: list[Scope], groups: GroupRows, limits: Bounds | None) -> _Errors:
    losses = groups.losses(evaluated(form, theta, groups)[0])
    levels, rule = noise_levels(losses, groups), noise_rule(losses, groups)
    if groups.rows.loss_function.dispersion is None:
        groups = groups.weighted(1.0 / levels)
    steps = 60 if isinstance(groups.rows.loss_function, Quantile) else 10  # reweighted least squares converges slowly
    known = determined_in_groups(form, theta, scopes, groups)
    low, high = (-np.inf, np.inf) if limits is None else (limits.low, limits.high)
    held = Bounds(np.where(known, low, theta), np.where(known, high, theta))
    fit = fit_shared(form, theta, scopes, groups, steps, held)
    known &= (fit.theta > low) & (fit.theta < high)  # a constant at a bound is held there
    f, J = evaluated(form, fit.theta, groups)
    k, G = scopes.count(Scope.OWN), groups.n_groups
    s = len(scopes) - k
    full = np.zeros((len(f), s + G * k))
    full[:, :s] = J[:, :s]
    for j in range(k):
        full[np.arange(len(f)), s + groups.codes * k + j] = J[:, s + j]
    free = np.append(known[:s, 0], known[s:].T)
    flat = np.full((2, len(free)), np.inf)
    flat[0, free], flat[1, free], noise = _flat_errors(full[:, free], f, levels, groups)
    errors, degrees = (np.vstack([np.repeat(of[:s, None], G, axis=1), of[s:].reshape(G, k).T]) for of in flat)
    return _Errors(errors, fit.theta, degrees, noise or rule)


def _flat_errors(J: Array, f: Array, levels: Array, groups: GroupRows) -> tuple[Array, Array, str]:
    """Standard errors and degrees of freedom (q,) of constants that the rows determine, and the noise that they assume.

    An error is infinite where a constant has no influence. Where errors grow with the values, beyond the noise levels
    of the groups, the errors are White's (`constant_covariance`), and the noise is "robust". Where the groups differ,
    it is that of `NoiseRule.OWN`, and elsewhere "".

    Args:
        J: (n, q) the Jacobian.
        f: (n,) the outputs.
        levels: (G,) the noise levels of the groups.
        groups: the rows, with weights that count the noise levels.
    """
    rows, loss, (n, q) = groups.rows, groups.rows.loss_function, J.shape
    if isinstance(loss, Quantile):
        levels, degrees = levels[groups.codes], np.full(q, density_degrees(loss.share, n, q))
        density = one_density((rows.y - f) / levels, loss.share, bandwidth(loss.share, n, q)) / levels
        if not np.isfinite(density).all():
            return np.zeros(q), degrees, ""
        covariance = covariance_of(*sandwich(J, density, rows.weight, loss.share))
        return np.sqrt(np.maximum(np.diag(covariance), 0.0)), degrees, ""
    root, pull = loss.residuals(f, rows.y, rows.weight)
    full = J * np.reshape(root, (-1, 1))
    size = np.sqrt(np.einsum("ij,ij->j", full, full))
    size = np.where(size > 0, size, np.inf)
    full = full / size
    inverse = np.linalg.pinv(full.T @ full, rcond=1e-13, hermitian=True)
    visible = bool((levels > EXACT_LOSS * rows.scale).any())
    estimated = visible and loss.dispersion is None and not isinstance(loss, Huber)
    by_group = errors_by_group(full, inverse, pull, groups) if estimated else None
    grow = visible and isinstance(loss, SquaredError | Poisson)
    white = white_variances_of_line(f, full, pull, inverse, weighted=False) if grow else None
    noise = ROBUST if white is not None else NoiseRule.OWN if by_group is not None else ""
    if white is not None:
        errors, degrees = np.sqrt(white), np.full(q, float(n - q))
    elif by_group is not None:
        errors, degrees = by_group
    else:
        errors = np.sqrt(np.maximum(np.diag(inverse) * variance_of_rows(f, rows, q), 0.0))
        degrees = np.full(q, 1e12 if isinstance(loss, KnownError) else float(n - q))  # known errors: a normal interval
    return np.where(np.isfinite(size), errors / size, np.inf), degrees, noise


def r2_by_group(network: Network, rows: Rows) -> dict[str, float | None]:
    """R² in the rows of every group, against the mean of the group; None where it is not defined."""
    own = network.own
    assert own is not None
    codes, f = rows.columns[own.column], network.evaluate(rows.columns.T)
    found = {}
    for g, label in enumerate(own.labels):
        at = codes == g
        weight = None if rows.weight is None else rows.weight[at]
        found[label] = r_squared(f[at], rows.y[at], weight) if at.any() and np.isfinite(f[at]).all() else None
    return found


def with_new_group(network: Network, X: Array, y: Array, label: str, loss: Loss = SQUARED_ERROR) -> Network:
    """The network with one more group, whose own constants are fitted to rows; all other constants are held.

    Args:
        network: a network with own constants.
        X, y: (n, d) inputs, the column of the groups with any numbers, and (n,) target of the new group.
        label: the name of the group.
        loss: what an error costs in the fit.

    Raises:
        DataError: the group is known, there are fewer rows than own constants, or no start gives finite values.
    """
    own = network.own
    assert own is not None
    if label in own.labels:
        raise DataError(f"The group {label!r} is known already. Give the new group another name.")
    if len(y) < len(own.values):
        raise DataError(f"The group {label!r} has {len(y)} rows, but the formula has {len(own.values)} own constants. "
                        "Give at least as many rows.")
    columns = np.ascontiguousarray(np.asarray(X, dtype=np.float64).T)
    columns[own.column] = 0.0
    rows = GroupRows.of(Rows(columns, np.asarray(y, dtype=np.float64), 1.0, loss_function=loss), own.column, 1)
    best = None
    with np.errstate(all="ignore"):
        for g in (*range(min(own.n_groups, 20)), -1):  # from the constants of other groups, and from their medians
            form, theta, scopes = form_of(_of_one_group(network, own, g), 1)
            fixed = [Scope.FIXED if s is Scope.SHARED else s for s in scopes]
            fit = fit_shared(form, theta, fixed, rows, 60)
            best = fit if best is None or fit.losses[0] < best.losses[0] else best
    if best is None or not np.isfinite(best.losses[0]):
        raise DataError(f"The formula has no finite value on some row of the group {label!r}. Check its inputs.")
    added = best.theta[len(network.constants):, 0]
    values = tuple((*row, float(value)) for row, value in zip(own.values, added, strict=True))
    return replace(network, own=replace(own, values=values, labels=(*own.labels, label)))


def _of_one_group(network: Network, own: OwnConstants, g: int) -> Network:
    values = [(row[g] if g >= 0 else float(np.median(row)),) for row in own.values]
    return replace(network, own=replace(own, values=tuple(values), labels=("",)))


def own_table(network: Network) -> Any:
    """The own constants of a network as a pandas DataFrame: one row a group, one column a constant; empty for none."""
    import pandas as pd  # slow to import, and only needed here

    own = network.own
    if own is None:
        return pd.DataFrame()
    columns = {own.letter(j): list(row) for j, row in enumerate(own.values)}
    return pd.DataFrame(columns, index=pd.Index(own.labels, name="group"))
