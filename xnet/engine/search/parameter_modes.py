"""The two modes of a search: with fitted constants, and parameter-free, where every number is made of 1 and 2.

`Problem.parameters` selects the mode once, in `mode_of`; everything that differs between the modes is a method here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, final

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.moves import parameter_free_moves
from xnet.engine.moves.neuron_moves import network_queries
from xnet.engine.moves.polynomial_fits import rational_fits
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.target_transforms import TransformedTarget, factor_seed_queries, root_queries, seed_queries
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .proposals import transforms_of

Seeds = Sequence[tuple[Expr, Array]]


@final
class WithParameters:
    """Constants are fitted: a candidate matches up to a scale and a bias."""

    #: Whether constants are fitted at all.
    fits_constants: ClassVar[bool] = True
    #: Trials that a step fits at most.
    trials_per_step: ClassVar[int] = 10
    #: Seeds of a step, in units of `target_tasks._SEEDS`.
    seed_share: ClassVar[int] = 1
    #: Steps of the state for every step of the schedule.
    steps_per_task: ClassVar[int] = 1

    def first_constant(self, rows: Rows) -> float:
        """The constant that a search starts with: the best one."""
        return rows.loss_function.best_constant(rows.y, rows.weight)

    def coefficients_of(self, columns: Sequence[Array], y: Array, rows: Rows) -> Array | None:
        """Coefficients (k,) of columns (n,) for a target (n,) by weighted least squares; None if there are none."""
        return weighted_least_squares(columns, y, np.ones_like(y) if rows.weight is None else rows.weight)

    def with_constants(self, problem: Problem) -> Problem | None:
        """The problem of a second search with constants beside this one: there is none."""
        return None

    def simplified(self, network: Network, problem: Problem, *, adjusted: bool = False) -> Network:
        """The network with its constants simplified and rounded; `adjusted` as for `simplify_constants`."""
        return simplify_constants(network, problem.train, problem.activations, problem.known, adjusted).network

    def coefficients(self, expr: Expr) -> Expr | None:
        """A sum of monomials with coefficients that the mode allows: it stays as it is."""
        return expr

    def rational_fits(self, transform: TransformedTarget, rows: Rows) -> Iterable[Expr]:
        """Fitted quotients of two sums of monomials; see `polynomial_fits.rational_fits`."""
        return rational_fits(transform, rows)

    def factor_seed_share(self, size: LibrarySize) -> int:
        """Factors of a power law that a step takes as seeds, in the unit of `seed_share`."""
        return 20 if size <= LibrarySize.MEDIUM else 5

    def accepts(self, network: Network) -> bool:
        """Whether a network of another search can be taken with the constants it has."""
        return True

    def neuron_queries(self, network: Network, problem: Problem) -> list[MoveQuery]:
        """Queries for every neuron of a network."""
        rows = problem.search.with_inputs(network.variables)
        return network_queries(network, rows, problem.activations)

    def root_queries(self, problem: Problem, lowest: Network | None) -> list[MoveQuery]:
        """Queries for the whole network."""
        return root_queries(transforms_of(problem, lowest), problem.search, problem.activations)

    def seed_queries(self, problem: Problem, lowest: Network | None, seeds: Seeds, factors: Seeds) -> list[MoveQuery]:
        """Queries with a seed as the known half of the output.

        Args:
            seeds, factors: expressions with their values (n,): known halves of any kind, and factors of a power law.
        """
        transform = transforms_of(problem, lowest)[0]
        return seed_queries(transform, seeds, problem.search, problem.activations) + factor_seed_queries(
            transform, factors, problem.search, problem.activations)


@final
class ParameterFree:
    """No constants: a candidate matches only as it is, and a second search with constants runs beside this one."""

    fits_constants: ClassVar[bool] = False
    trials_per_step: ClassVar[int] = 40
    seed_share: ClassVar[int] = 3
    steps_per_task: ClassVar[int] = 2

    def first_constant(self, rows: Rows) -> float:
        """The constant that a search starts with: 1, which needs no other number."""
        return 1.0

    def coefficients_of(self, columns: Sequence[Array], y: Array, rows: Rows) -> Array | None:
        """None: a coefficient would be a fitted constant."""
        return None

    def with_constants(self, problem: Problem) -> Problem | None:
        """The problem of the search with constants, whose networks are constructed from 1 and 2 here."""
        return problem.with_parameters()

    def simplified(self, network: Network, problem: Problem, *, adjusted: bool = False) -> Network:
        """The network itself: it has no constants to simplify."""
        return network

    def coefficients(self, expr: Expr) -> Expr | None:
        """A sum of monomials with its coefficients rounded to exact numbers; None if one is far from any."""
        return parameter_free_moves.exact_coefficients(expr)

    def rational_fits(self, transform: TransformedTarget, rows: Rows) -> Iterable[Expr]:
        """None: the coefficients of a quotient are hardly ever exact numbers."""
        return ()

    def factor_seed_share(self, size: LibrarySize) -> int:
        """None: power laws need fitted exponents."""
        return 0

    def accepts(self, network: Network) -> bool:
        """Whether a network of another search has no constants."""
        return not network.constants

    def neuron_queries(self, network: Network, problem: Problem) -> list[MoveQuery]:
        """Queries for every neuron of a network."""
        rows = problem.search.with_inputs(network.variables)
        return parameter_free_moves.unscaled_network_queries(network, rows, problem.activations)

    def root_queries(self, problem: Problem, lowest: Network | None) -> list[MoveQuery]:
        """Queries for the whole network."""
        return parameter_free_moves.unscaled_root_queries(transforms_of(problem, lowest))

    def seed_queries(self, problem: Problem, lowest: Network | None, seeds: Seeds, factors: Seeds) -> list[MoveQuery]:
        """Queries with a seed as the known half of the output; power laws need fitted exponents."""
        return parameter_free_moves.unscaled_seed_queries(transforms_of(problem, lowest)[:6], seeds)


Mode = WithParameters | ParameterFree


def mode_of(problem: Problem) -> Mode:
    """The mode of a problem."""
    return WithParameters() if problem.parameters else ParameterFree()
