"""What the islands of a running search know together, kept up to date island by island.

To merge all islands at every migration would take the first island's process more time than a step, when there are
dozens of them.
"""

from __future__ import annotations

from xnet.engine.search.records import Expansion, Expansions
from xnet.engine.search.state import Island

from .migration import Migrants, after_migration, next_expansions


class Exchange:
    """The migrations of a search.

    It only learns: a search that continues from an older state may hand on networks of the newer one.
    """

    def __init__(self) -> None:
        self._migrants = Migrants()
        self._islands: dict[int, Island] = {}
        self._next: dict[int, Expansions] = {}

    def learn(self, islands: tuple[Island, ...]) -> None:
        """Take in the islands that have changed since the last call."""
        for island in islands:
            if self._islands.get(island.number) is not island:
                self._islands[island.number] = island
                self._migrants = self._migrants.joined_by(island)
                self._next[island.number] = next_expansions(island)

    def after_migration(self, island: Island) -> Island:
        """A worker island with what all islands know; islands of smaller numbers expand first."""
        taken = frozenset[Expansion]().union(*(e for k, e in self._next.items() if k < island.number))
        return after_migration(island, self._migrants, taken)
