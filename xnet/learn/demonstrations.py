"""Three demonstrations for the Home page: a network that begins with nothing and is rewired until it finds a law.

The laws are chosen so that eight or more different networks are seen on the way, which are computed and not scripted.
The real search matches thousands of expressions at once and would find each of the laws in its first step.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .toy import NOTHING


@dataclass(frozen=True)
class Demonstration:
    """A demonstration.

    Attributes:
        title: the situation, without the law.
        icon: its icon.
        law: a name of `toy_points.LAWS`.
        start: the formula of the initial network, one of `toy.STARTS`.
    """

    title: str
    icon: str
    law: str
    start: str = NOTHING


DEMONSTRATIONS = MappingProxyType({
    "wave": Demonstration("A wave", ":material/airwave:", "Swelling wave"),
    "growth": Demonstration("Growth", ":material/eco:", "Population"),
    "physics": Demonstration("Two atoms", ":material/science:", "Two atoms"),
})
