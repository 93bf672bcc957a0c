"""The toy of the Learn page: alternating backpropagation on a dozen points, one phase at a time.

A `Toy` is a value: the points, the network, and the phase it is in. `step` gives the next one and changes nothing, so
that going back is looking at an earlier value. Each round has four phases:

    forward      every neuron puts out its value for every point
    targets      every neuron learns what it should have put out (second-order targets)
    choice       of all activations in all places, the one that leaves the least takes its place
    parameters   the numbers are fitted, those that are not needed dropped

It ends when nothing is left to explain, or when no change explains enough more to be worth its neurons: by Schwarz's
criterion, as on noise it soon does. Targets, fits and simplification are the engine's own.
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
#: How a toy can have ended.
EXACT, ENOUGH = "exact", "enough"
#: Networks to start from: wrong on purpose, and none of them better for one law than for another.
STARTS = ("tanh(x) + cos(x)", "x*cos(x)", "tanh(x)/exp(x)", "x")
#: The best changes of all places whose numbers are fitted before one is chosen.
_FITTED = 6


@dataclass(frozen=True)
class Toy:
    """Where alternating backpropagation stands.

    Attributes:
        network: the network as it is; in the phase `CHOICE` with the new activation in it.
        subject: the network whose targets are (or were last) asked for.
        round: 1, 2, ...
        chosen: the change of this round, in the phases `CHOICE` and `PARAMETERS`.
        by_hand: whether a person chose it.
        losses: what the start and then the fitted network of every round leave unexplained.
        ended: `EXACT`, `ENOUGH` or, while it goes on, "".
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
    """A toy before its first phase; `start` is the formula of the network to begin with.

    A network that has no value at some point (1/x at zero) is no start: then it is the column passed on.
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
    """What a network leaves unexplained of the points: 1 - R²."""
    with np.errstate(all="ignore"):
        return rows_of(points).loss(network)


def step(toy: Toy) -> Toy:
    """The next phase; a toy that has ended stays as it is."""
    if toy.ended:
        return toy
    if toy.phase == FORWARD:
        return replace(toy, phase=TARGETS, subject=toy.network)
    if toy.phase == TARGETS:
        offer = best_change(toy.points, toy.network)
        return replace(toy, ended=ENOUGH) if offer is None else _changed(toy, offer, by_hand=False)
    if toy.phase == CHOICE:
        network, loss = fitted(toy.points, toy.network)
        ended = EXACT if loss <= EXACT_LOSS else ""
        return replace(toy, network=network, phase=PARAMETERS, losses=(*toy.losses, loss), ended=ended)
    return replace(toy, phase=FORWARD, subject=toy.network, round=toy.round + 1, chosen=None, by_hand=False)


def put(toy: Toy, offer: Proposal) -> Toy:
    """The toy in which a person put an activation into the subject's network, whatever it leaves unexplained."""
    return _changed(replace(toy, ended=""), offer, by_hand=True)


def _changed(toy: Toy, offer: Proposal, *, by_hand: bool) -> Toy:
    return replace(toy, network=offer.network, phase=CHOICE, chosen=offer, by_hand=by_hand)


@lru_cache(maxsize=256)
def offers(points: Points, network: Network) -> dict[int, tuple[Proposal, ...]]:
    """For every place of a network what could stand there, the best first."""
    return {place: proposals_at(network, place, rows_of(points)) for place in places(network)}


@lru_cache(maxsize=256)
def fitted(points: Points, network: Network) -> tuple[Network, float]:
    """The parameter phase: the network with its numbers fitted, without those that are not needed; and its loss."""
    with np.errstate(all="ignore"):
        found = simplify_constants(network, rows_of(points), LIBRARY)
    return found.network, found.loss


def best_change(points: Points, network: Network) -> Proposal | None:
    """The change that is worth most by Schwarz's criterion once its numbers are fitted; None if none is."""
    every = sorted((offer for some in offers(points, network).values() for offer in some), key=lambda o: o.score)
    # A fixed number leaves the most and costs the least: where nothing explains anything it has to be thought of.
    worth_fitting = every[:_FITTED] + [offer for offer in every[_FITTED:] if offer.activation == NUMBER]
    now = _criterion(points, network, loss_of(points, network))
    ranked = []
    for k, offer in enumerate(worth_fitting):
        after, loss = fitted(points, offer.network)
        # What is the same once it is fitted is said with the activation that leaves the least to be dropped.
        ranked.append((round(_criterion(points, after, loss), 6), offer.network.complexity, k, offer))
    least, _, _, best = min(ranked)
    return best if least < now - 1.0 else None


def _criterion(points: Points, network: Network, loss: float) -> float:
    """n log(loss) + complexity log(n); rounding counts as no loss."""
    n = len(points.x)
    return n * math.log(max(loss, EXACT_LOSS)) + network.complexity * math.log(n)
