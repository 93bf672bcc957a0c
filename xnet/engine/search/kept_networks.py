"""Networks that left the front although all rows support them better than any network there that is as simple.

The front compares losses of the training rows. In a table of few rows a network that overfits may have a slightly lower
one than a law, and displaces it. The pick compares leave-one-out losses of all rows, so such a law is kept beside the
front and goes on competing for the pick.
"""

from __future__ import annotations

from collections.abc import Iterable

from xnet.engine.front.entry import Front, FrontEntry

#: The most networks that are kept.
_MOST = 4


def kept_beside(front: Front, kept: Front, left: Iterable[FrontEntry]) -> Front:
    """The networks of the lowest leave-one-out losses among those kept before and those that left the front.

    A network is not kept if another one is as simple and has as low a loss, if it may have a pole between the rows, or
    if it violates a constraint of the user.

    Args:
        front: after the others left it.
        kept: the networks kept before.
        left: networks that are not on the front.

    Returns:
        At most four networks, by ascending complexity; `kept` itself where nothing changes.
    """
    candidates = [e for e in (*kept, *left) if e.admitted and e.is_defined and _loss(e) < float("inf")]
    found: list[FrontEntry] = []
    for entry in sorted(candidates, key=lambda e: (_loss(e), e.complexity)):
        if not any(e.complexity <= entry.complexity and _loss(e) <= _loss(entry) for e in (*front, *found)):
            found.append(entry)
    after = tuple(sorted(found[:_MOST], key=lambda e: e.complexity))
    return kept if [id(e) for e in after] == [id(e) for e in kept] else after


def left_front(before: Front, after: Front) -> list[FrontEntry]:
    """The entries of one front that are not on a later one."""
    stays = {id(e) for e in after}
    return [e for e in before if id(e) not in stays]


def _loss(entry: FrontEntry) -> float:
    return float("inf") if entry.support is None else float(entry.support.losses.mean())
