"""The parts that fill a form with unknown parts: a network for every hole, and a value for every letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .network import Network


@dataclass(frozen=True)
class Parts:
    """What stands in the place of the unknown parts of a form.

    Attributes:
        holes: one network a hole; its inputs are the arguments of the hole.
        letters: the values of the letters of the form.
        own_letters: for groups of rows: the position of every letter among the own constants of the whole, whose value
            then counts; -1 for a shared letter. A hole with own constants has its group as an input behind its
            arguments.
    """

    holes: tuple[Network, ...]
    letters: tuple[float, ...]
    own_letters: tuple[int, ...] = ()

    @property
    def n_constants(self) -> int:
        """The number of letters and of constants of the holes."""
        return len(self.letters) + sum(len(hole.constants) for hole in self.holes)

    def with_hole(self, k: int, network: Network) -> Parts:
        """The parts with another network in hole k."""
        return Parts((*self.holes[:k], network, *self.holes[k + 1:]), self.letters)

    def with_constants(self, values: tuple[float, ...]) -> Parts:
        """The parts with other letters and constants, in the order letters, first hole, second hole."""
        at, holes = len(self.letters), []
        for hole in self.holes:
            holes.append(hole.with_constants(values[at:at + len(hole.constants)]))
            at += len(hole.constants)
        return Parts(tuple(holes), tuple(values[:len(self.letters)]))

    def to_json(self) -> dict[str, Any]:
        """A JSON tree from which `from_json` builds equal parts."""
        own = {"own_letters": list(self.own_letters)} if self.own_letters else {}
        return {"holes": [hole.to_json() for hole in self.holes], "letters": list(self.letters), **own}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Parts:
        """The parts of a JSON tree.

        Raises:
            NetworkError: a hole is not a network.
            KeyError, TypeError, ValueError: the tree does not describe parts.
        """
        return cls(tuple(Network.from_json(hole) for hole in tree["holes"]),
                   tuple(float(letter) for letter in tree["letters"]),
                   tuple(int(place) for place in tree.get("own_letters", ())))
