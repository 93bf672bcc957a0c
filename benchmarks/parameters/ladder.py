"""The smallest MLP of a ladder that is as accurate as X-Net."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.mlp import count_parameters

CAP, STRICT_CAP = 0.999, 0.9999
#: Where no MLP reaches the goal: how far below the best of them one may be and still stand for them.
CLOSE = 0.005
WIDTHS = (2, 4, 8, 16, 32, 64, 128)
#: The hidden layers that people take without looking for smaller ones; their ratio is printed beside the others.
USUAL = (64, 64)


@dataclass(frozen=True)
class Row:
    """One formula or table: X-Net's size, and the smallest MLPs at the goal and at the stricter one.

    Where no MLP reached a goal (`reached`, `strict_reached`), the one named is the smallest close to the best.
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
    """The hidden layers to try for d inputs: one to three of equal width, fewest parameters first."""
    return sorted(((w,) * depth for w in widths for depth in (1, 2, 3)), key=lambda h: count_parameters(d, h))


def smallest(goal: float, steps: Sequence[tuple[int, ...]],
             score: Callable[[tuple[int, ...]], float]) -> tuple[int, ...] | None:
    """The first hidden layers of the ladder that score the goal; None where none does."""
    return next((hidden for hidden in steps if score(hidden) >= goal), None)


def compare(name: str, family: str, d: int, found: tuple[float, float, float, str],
            score: Callable[[tuple[int, ...]], float], widths: Sequence[int] = WIDTHS) -> Row:
    """The row of X-Net's (R2, parameters, complexity, formula) against a ladder of MLPs with `score`, its test R2."""
    r2, parameters, complexity, text = found
    scores: dict[tuple[int, ...], float] = {}

    def once(hidden: tuple[int, ...]) -> float:
        if hidden not in scores:
            scores[hidden] = score(hidden)
        return scores[hidden]

    steps = ladder(d, widths)
    goal, strict_goal = min(r2, CAP), min(r2, STRICT_CAP)
    hidden, strict = smallest(goal, steps, once), smallest(strict_goal, steps, once)
    near = smallest(max(scores.values()) - CLOSE, steps, once)
    assert near is not None  # the best is close to itself
    used, strict_used = hidden or near, strict or near
    size, strict_size = count_parameters(d, used), count_parameters(d, strict_used)
    return Row(name, family, r2, parameters, complexity,
               goal, hidden is not None, layers_text(used), size, scores[used], parameters / size, complexity / size,
               strict is not None, layers_text(strict_used), strict_size, parameters / strict_size,
               parameters / count_parameters(d, USUAL), text)


def layers_text(hidden: tuple[int, ...]) -> str:
    """Hidden layers such as (64, 64) as `64x64`."""
    return "x".join(map(str, hidden))
