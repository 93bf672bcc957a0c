"""The agenda of a search: what each step does, and which network is expanded next.

Simple things first: every task of the opening is there once or twice, the small library before the large one, and then
a cycle goes on with seeds, networks of the pool, growing sums and growth in the tangent space.
"""

from __future__ import annotations

from xnet.engine.candidates.sizes import CURVES, LARGE, MEDIUM, SMALL

_OPENING: tuple[tuple[str, int], ...] = (
    ("simple", 0), ("dense", 0), ("curves", 0), ("root", SMALL), ("seeds", SMALL), ("expand", SMALL), ("dense", 1),
    ("root", MEDIUM), ("curves of monomials", 0), ("two curves", 0), ("expand", SMALL), ("seeds", MEDIUM),
    ("expand", MEDIUM), ("pairs", MEDIUM), ("expand", MEDIUM), ("seeds", MEDIUM), ("expand", MEDIUM), ("pairs", CURVES),
    ("within", CURVES), ("within", MEDIUM), ("library", LARGE), ("root", LARGE), ("seeds", LARGE),
    ("expand", LARGE), ("expand", LARGE), ("sums", MEDIUM), ("tangent", MEDIUM),
)
_CYCLE: tuple[tuple[str, int], ...] = (
    ("tangent", MEDIUM), ("seeds", LARGE), ("expand", LARGE), ("tangent", MEDIUM), ("sums", MEDIUM), ("within", CURVES),
    ("seeds", LARGE), ("expand", MEDIUM), ("tangent", MEDIUM), ("expand", LARGE), ("within", MEDIUM),
)

#: Steps of the opening, in which everything is tried once.
OPENING_STEPS = len(_OPENING)

#: Where in the agenda the helpers of a search on several islands begin (see `exchange`): at the large library, which
#: the first island reaches much later.
HELPERS_BEGIN = _OPENING.index(("library", LARGE))


def task_at(step: int) -> tuple[str, int, int]:
    """What step number `step` does: (kind, library size, how often this kind and size came before)."""
    if step < len(_OPENING):
        task = _OPENING[step]
        return *task, _OPENING[:step].count(task)
    cycles, at = divmod(step - len(_OPENING), len(_CYCLE))
    task = _CYCLE[at]
    return *task, _OPENING.count(task) + cycles * _CYCLE.count(task) + _CYCLE[:at].count(task)
