"""Three demonstrations for the Home page: a small network that is rewired change by change until it finds a law.

The laws and the initial networks are chosen so that many different networks are seen on the way. The real search
matches thousands of expressions at once and would find each of them in its first step.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .toy import STARTS


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
    start: str


DEMONSTRATIONS = MappingProxyType({
    "wave": Demonstration("A wave", ":material/airwave:", "Swelling wave", STARTS[3]),
    "growth": Demonstration("Growth", ":material/eco:", "Growing fish", STARTS[2]),
    "physics": Demonstration("Radioactivity", ":material/science:", "Decay chain", STARTS[2]),
})
