"""The demonstration on the Learn page: alternating backpropagation on a dozen points, one phase at a time.

A `Toy` is an immutable value: the points, the network and the phase. `step` returns the next one, so an earlier phase
is an earlier value. Each round has four phases:

    forward      every neuron computes its output for every point
    targets      every neuron gets a target (second-order targets, as in the engine)
    choice       of all activations in all places, the one with the best criterion is chosen
    parameters   the numbers are fitted, and numbers that are not needed are removed

It ends when the network is exact, or when no change improves the Bayesian information criterion (Schwarz 1978), as is
soon the case on noise. Targets, fits and simplification are those of the engine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network

from .toy_moves import LIBRARY, NUMBER, Proposal, places, proposals_at
from .toy_points import Points

FORWARD, TARGETS, CHOICE, PARAMETERS = PHASES = ("forward", "targets", "choice", "parameters")
#: Reasons for the end: the fit is exact, or no change improves the criterion.
EXACT, ENOUGH = "exact", "enough"
#: The initial network that has found nothing yet: the number 0.
NOTHING = "0"
#: Initial networks: deliberately wrong, and not closer to one law than to another.
STARTS = ("tanh(x) + cos(x)", "x*cos(x)", "tanh(x)/exp(x)", "x", NOTHING)
#: Number of the best proposals whose numbers are fitted before one is chosen.
_FITTED = 6


@dataclass(frozen=True)
class Toy:
    """The state of the demonstration.

    Attributes:
        points: the points to explain.
        network: the network; in the phase `CHOICE` with the new activation.
        subject: the network whose targets are shown, or were shown last.
        phase: one of `PHASES`.
        round: 1, 2, ...
        chosen: the chosen proposal, in the phases `CHOICE` and `PARAMETERS`.
        by_hand: whether the user chose it.
        losses: 1 - R² of the initial network and of the fitted network of every round.
        ended: `EXACT`, `ENOUGH` or, before the end, "".
    """

    points: Points
    network: Network
    subject: Network
    phase: str = FORWARD
    round: int = 1
    chosen: Proposal | None = None
    by_hand: bool = False
    losses: tuple[float, ...] = ()
    ended: str = ""


def begin(points: Points, start: str = STARTS[0]) -> Toy:
    """The demonstration in its first phase; `start` is the formula of the initial network.

    If that network has no value at some point (1/x at zero), the initial network is the column x.
    """
    network = read_formula(start, ["x"])
    if not np.isfinite(loss_of(points, network)):
        network = read_formula("x", ["x"])
    return Toy(points, network, network, losses=(loss_of(points, network),))


@lru_cache(maxsize=64)
def rows_of(points: Points) -> Rows:
    """The points as rows of the engine."""
    y = np.array(points.y)
    return Rows(np.array([points.x]), y, float(np.var(y)))


def loss_of(points: Points, network: Network) -> float:
    """The loss of a network on the points: 1 - R²."""
    with np.errstate(all="ignore"):
        return rows_of(points).loss(network)


def step(toy: Toy) -> Toy:
    """The next phase; after the end, the same value."""
    if toy.ended:
        return toy
    if toy.phase == FORWARD:
        return replace(toy, phase=TARGETS, subject=toy.network)
    if toy.phase == TARGETS:
        proposal = best_change(toy.points, toy.network)
        return replace(toy, ended=ENOUGH) if proposal is None else _changed(toy, proposal, by_hand=False)
    if toy.phase == CHOICE:
        network, loss = fitted(toy.points, toy.network)
        ended = EXACT if loss <= EXACT_LOSS else ""
        return replace(toy, network=network, phase=PARAMETERS, losses=(*toy.losses, loss), ended=ended)
    return replace(toy, phase=FORWARD, subject=toy.network, round=toy.round + 1, chosen=None, by_hand=False)


def put(toy: Toy, proposal: Proposal) -> Toy:
    """The phase `CHOICE` with a proposal that the user chose, whatever its loss."""
    return _changed(replace(toy, ended=""), proposal, by_hand=True)


def _changed(toy: Toy, proposal: Proposal, *, by_hand: bool) -> Toy:
    return replace(toy, network=proposal.network, phase=CHOICE, chosen=proposal, by_hand=by_hand)


@lru_cache(maxsize=256)
def proposals(points: Points, network: Network) -> dict[int, tuple[Proposal, ...]]:
    """Place -> proposals for it, the best first, for all places of a network."""
    return {place: proposals_at(network, place, rows_of(points)) for place in places(network)}


@lru_cache(maxsize=256)
def fitted(points: Points, network: Network) -> tuple[Network, float]:
    """The parameter phase: the network with fitted and simplified numbers, and its loss."""
    with np.errstate(all="ignore"):
        found = simplify_constants(network, rows_of(points), LIBRARY)
    return found.network, found.loss


def best_change(points: Points, network: Network) -> Proposal | None:
    """The proposal with the best criterion after its numbers are fitted; None if none improves it."""
    every = sorted((proposal for at_place in proposals(points, network).values() for proposal in at_place),
                   key=lambda proposal: proposal.score)
    # On pure noise a fixed number is the best choice, but its large loss ranks it low: always fit it.
    worth_fitting = every[:_FITTED] + [proposal for proposal in every[_FITTED:] if proposal.activation == NUMBER]
    now = _criterion(points, network, loss_of(points, network))
    ranked = []
    for k, proposal in enumerate(worth_fitting):
        after, loss = fitted(points, proposal.network)
        # Of proposals that are equal after the fit, take the one that was less complex before it.
        ranked.append((round(_criterion(points, after, loss), 6), proposal.network.complexity, k, proposal))
    least, _, _, best = min(ranked)
    return best if least < now - 1.0 else None


def _criterion(points: Points, network: Network, loss: float) -> float:
    """The criterion: n log(loss) + complexity log(n), with the loss of an exact fit at `EXACT_LOSS`."""
    n = len(points.x)
    return n * math.log(max(loss, EXACT_LOSS)) + network.complexity * math.log(n)
