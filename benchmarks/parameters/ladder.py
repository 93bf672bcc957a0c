"""The smallest MLP of a ladder that is as accurate as X-Net's formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.mlp import count_parameters

CAP, STRICT_CAP = 0.999, 0.9999
#: If no MLP reaches the goal, X-Net is compared with the smallest whose R² is at most this far below the best.
CLOSE = 0.005
WIDTHS = (2, 4, 8, 16, 32, 64, 128)
#: Common hidden layers, chosen without a search for smaller ones; the ratio to this MLP is printed as well.
USUAL = (64, 64)


@dataclass(frozen=True)
class Row:
    """The result on one formula or table: X-Net's size, and the smallest MLPs at the goal and at the stricter goal.

    If no MLP reached a goal (`reached`, `strict_reached`), the row holds the smallest MLP that is close to the best.
    """

    name: str
    family: str
    xnet_r2: float
    xnet_parameters: float
    xnet_complexity: float
    goal: float
    reached: bool
    mlp_layers: str
    mlp_parameters: int
    mlp_r2: float
    ratio: float
    honest_ratio: float
    strict_reached: bool
    strict_layers: str
    strict_parameters: int
    strict_ratio: float
    usual_ratio: float
    formula: str


def ladder(d: int, widths: Sequence[int] = WIDTHS) -> list[tuple[int, ...]]:
    """The hidden layers to try for d inputs: one to three of equal width, sorted by the number of parameters."""
    return sorted(((w,) * depth for w in widths for depth in (1, 2, 3)), key=lambda h: count_parameters(d, h))


def smallest(goal: float, steps: Sequence[tuple[int, ...]],
             score: Callable[[tuple[int, ...]], float]) -> tuple[int, ...] | None:
    """The first hidden layers of the ladder whose score reaches the goal; None if there are none."""
    return next((hidden for hidden in steps if score(hidden) >= goal), None)


def compare(name: str, family: str, d: int, found: tuple[float, float, float, str],
            score: Callable[[tuple[int, ...]], float], widths: Sequence[int] = WIDTHS) -> Row:
    """Compare X-Net with a ladder of MLPs.

    Args:
        name: of the formula or table.
        family: of the formula, or "tables".
        d: number of inputs.
        found: X-Net's test R², parameters, complexity and formula.
        score: the test R² of an MLP with some hidden layers.
        widths: of the hidden layers to try.
    """
    r2, parameters, complexity, text = found
    scores: dict[tuple[int, ...], float] = {}

    def cached_score(hidden: tuple[int, ...]) -> float:
        if hidden not in scores:
            scores[hidden] = score(hidden)
        return scores[hidden]

    steps = ladder(d, widths)
    goal, strict_goal = min(r2, CAP), min(r2, STRICT_CAP)
    hidden, strict = smallest(goal, steps, cached_score), smallest(strict_goal, steps, cached_score)
    near = smallest(max(scores.values()) - CLOSE, steps, cached_score)
    assert near is not None  # the best MLP itself is close enough
    used, strict_used = hidden or near, strict or near
    size, strict_size = count_parameters(d, used), count_parameters(d, strict_used)
    return Row(name, family, r2, parameters, complexity,
               goal, hidden is not None, layers_text(used), size, scores[used], parameters / size, complexity / size,
               strict is not None, layers_text(strict_used), strict_size, parameters / strict_size,
               parameters / count_parameters(d, USUAL), text)


def layers_text(hidden: tuple[int, ...]) -> str:
    """Hidden layers such as (64, 64) as `64x64`."""
    return "x".join(map(str, hidden))
