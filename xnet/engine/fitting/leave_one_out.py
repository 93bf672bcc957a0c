"""Leave-one-out losses by leverages: how well each row is predicted by constants fitted to the other rows.

For least squares the residual of a left-out row is r / (1 - h), where the leverage h is the row's diagonal element of
the projection on the columns of the Jacobian (Allen 1974, PRESS; to first order for a nonlinear model: St. Laurent
and Cook 1993). One Jacobian replaces n refits, and nothing is random. Under another loss the rows of the Jacobian are
weighted by the curvature of the loss.

Near h = 1 a row determines a constant alone: a near-cancelling pole passes through one row and changes no other. Its
residual r is then nearly 0 and says nothing, so the loss of such a row is at least the expected one, s2 / (1 - h) with
the variance s2 of the residuals (because the variance of r is s2 (1 - h)). To first order that has no limit, but a row
that is left out is still predicted by a value of the network: a steep sigmoid, whose slope one row determines, stays
between its two levels. So the loss of such a row is at most that of the network's least or largest output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

from .levenberg_marquardt import fit_parameters
from .quantile_loss import Quantile
from .rows import Rows

#: Singular values of the scaled Jacobian below this share of the largest belong to undetermined directions.
RANK_TOLERANCE = 1e-9
#: The largest leverage: below 1, so that quotients stay finite.
LARGEST_LEVERAGE = 1.0 - 1e-12
#: From this leverage on a row has at least the expected leave-one-out loss.
HIGH_LEVERAGE = 0.9
#: The curvature of `roots_and_pulls` is 1.5 times the density of normal errors at their median, which decides how far a
#: quantile moves without a row.
_OF_A_QUANTILE = 1.5


@dataclass(frozen=True)
class LeaveOneOut:
    """How a network predicts rows that its constants were not fitted to.

    Attributes:
        losses: (n,) the normalised leave-one-out loss of every row, with the row's weight.
        loss: the normalised mean loss of the fit to all rows.
        n_determined: how many constants (or combinations of them) the rows determine: the rank of the Jacobian.
        constants: (p,) the constants fitted to all rows.
        follows_a_row: whether a row has a leverage above `HIGH_LEVERAGE`.
    """

    losses: Array
    loss: float
    n_determined: int
    constants: tuple[float, ...]
    follows_a_row: bool = False


def leave_one_out(network: Network, rows: Rows, max_steps: int = 30, scored: Rows | None = None) -> LeaveOneOut | None:
    """Refit the constants to all rows, then the leave-one-out losses; None where the network is not finite on them.

    Args:
        network: its constants are where the fit starts.
        rows: the rows and the loss of the fit.
        max_steps: of Levenberg-Marquardt.
        scored: the same rows with the loss and the scale in which losses are returned; by default those of the fit.
    """
    scored = rows if scored is None else scored
    with np.errstate(all="ignore"):
        fit = fit_parameters(network, rows, max_steps)
        if not np.isfinite(fit.loss):
            return None
        theta = np.array(fit.network.constants)
        f, J = jacobian(network, rows.columns, theta)
        root, pull = roots_and_pulls(f, rows)
        leverage, rank = leverages(J * root[:, None])
        if leverage is None:
            return None
        # One Newton step of the output away from a row's own pull; r / (1 - h) under squared error.
        pull = pull * _pull_of_few_rows(rows, rank)
        left_out = f - pull * leverage / (1.0 - leverage)
        losses = scored.loss_function.values(left_out, rows.y, rows.weight) / scored.scale
        losses = with_expected_losses(losses, leverage, fit.loss * rows.scale / scored.scale, rank)
        follows = bool((leverage > HIGH_LEVERAGE).any())
        if follows:
            losses = np.where(leverage > HIGH_LEVERAGE, np.minimum(losses, _farthest_losses(f, scored)), losses)
    loss = fit.loss if scored is rows else scored.loss_of(f)
    if not np.isfinite(losses).all():
        return None
    return LeaveOneOut(losses, loss, rank, fit.network.constants, follows)


def roots_and_pulls(f: Array, rows: Rows) -> tuple[Array, Array]:
    """The roots (n,) of the curvature of the loss at outputs f (n,), and how far each row pulls its output to itself.

    A quantile runs through as many rows as it has constants, whose weights in a reweighted fit are nearly infinite.
    Their leverage is that of a smooth loss, which gives errors below the median one weight.
    """
    loss = rows.loss_function
    if isinstance(loss, Quantile):
        gradient, curvature = loss.working_response(f, rows.y, rows.weight)
        return np.sqrt(curvature), np.divide(-_OF_A_QUANTILE * gradient, curvature, out=np.zeros_like(f),
                                             where=curvature > 0)
    root, step = loss.residuals(f, rows.y, rows.weight)
    root = np.broadcast_to(root, f.shape)
    return root, np.divide(step, root, out=np.zeros_like(f), where=root > 0)


def _pull_of_few_rows(rows: Rows, n_constants: int) -> float:
    """How much more a row pulls where few rows lie beyond a quantile; 1 under another loss.

    A formula with as many constants as there are rows beyond it runs through these rows, and a smooth loss with the
    weights of all rows does not see that. The factor was measured against refits without each row.
    """
    loss = rows.loss_function
    return 1.0 + n_constants / (rows.n * min(loss.share, 1.0 - loss.share)) if isinstance(loss, Quantile) else 1.0


def with_expected_losses(losses: Array, leverage: Array, loss: float, n_constants: int) -> Array:
    """Leave-one-out losses (n,) that are at least the expected ones where the leverage (n,) is high.

    Args:
        loss: the mean loss of the fit to all rows.
        n_constants: how many constants the rows determine.
    """
    n = len(losses)
    variance = loss * n / max(n - n_constants, 1)
    return np.where(leverage > HIGH_LEVERAGE, np.maximum(losses, variance / (1.0 - leverage)), losses)


def _farthest_losses(f: Array, rows: Rows) -> Array:
    """The normalised loss (n,) of every row at the output, of all outputs f (n,), that is farthest from its target."""
    ends = [rows.loss_function.values(np.full_like(f, end), rows.y, rows.weight) for end in (f.min(), f.max())]
    return np.maximum(*ends) / rows.scale


def leverages(A: Array) -> tuple[Array | None, int]:
    """The leverages (n,) of the rows of A (n, p), and the rank of A; None where A is not finite."""
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not np.isfinite(size).all():
        return None, 0
    if not (size > 0).any():
        return np.zeros(len(A)), 0
    U, S, _ = np.linalg.svd(A[:, size > 0] / size[size > 0], full_matrices=False)
    kept = RANK_TOLERANCE * S[0] < S
    return np.minimum(np.einsum("ij,ij->i", U[:, kept], U[:, kept]), LARGEST_LEVERAGE), int(kept.sum())
