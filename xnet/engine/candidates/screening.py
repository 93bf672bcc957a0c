"""Screening: what a kernel computes for matching, and the protocol that kernels implement.

Matching multiplies a batch of targets with the standardised values of all candidates. Two kernels do this:
`numpy_kernels.NumpyScreener` on the CPU, and `torch_kernels.TorchScreener` on a GPU or another device of PyTorch. Both
work in float32, which is only accurate enough to screen: the caller refits the few best candidates in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from xnet.arrays import Array

#: Below this share of the target's size, float32 cannot tell two candidates apart: the simpler one comes first.
PRECISION = 3e-6


@dataclass(frozen=True)
class Batch:
    """K targets, and the U different denominators that they share; everything float32.

    Attributes:
        numerators: (K, m) m y' over the target's norm (see `matching`). Its product with a candidate, squared, over the
            candidate's denominator is the share of the target that the candidate explains.
        denominator_index: (K,) the denominator of each target, as a position among the U.
        squares: (U, m) m m.
        projections: the j-th array, (U_j, m), holds m Q_j of the first U_j denominators, which have more than j
            regressors.
        unit_sizes: (K,) one over the target's norm, where a candidate's log has the coefficient 1 or -1; else None.
    """

    numerators: Array
    denominator_index: Array
    squares: Array
    projections: list[Array]
    unit_sizes: Array | None = None


class Screener(Protocol):
    """Finds the best candidates of one library for many targets at once."""

    def screen(self, in_logs: bool, batch: Batch, penalty: Array, top: int) -> tuple[Array, Array]:
        """Scores and positions of every target's best candidates.

        Args:
            in_logs: whether log abs of the candidates is matched; positions are then among the candidates with logs.
            batch: K targets.
            penalty: (N,) factor on the remaining loss of each candidate.
            top: how many candidates to return for each target.

        Returns:
            Scores (K, top) and positions (K, top), best first. A score is the share of the target that is left, plus
            `PRECISION`, times the penalty; it is infinite where there are fewer than `top` candidates.
        """

    def screen_unscaled(self, with_target: Array, squares: Array, penalty: Array,
                        top: int) -> tuple[Array, Array]:
        """Like `screen`, for candidates with no scale, bias or regressors.

        Args:
            with_target: (K, m) m y over the squared norm of the target y.
            squares: (K, m) m m over the same.
            penalty, top: as in `screen`.
        """
