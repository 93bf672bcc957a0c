"""What the two modes of a search decide about candidates: with fitted constants, and parameter-free."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi


@dataclass(frozen=True)
class CandidateRules:
    """The rules of an enumeration, decided once by the mode of the search.

    Attributes:
        affine_duplicates: whether a c + b counts as a duplicate of c, because the match fits a scale and a bias.
        number_grids: whether candidates may hold numbers from grids (shifts, rates, phases), which are fitted later.
        inner_scales: factors of a candidate inside a wave or an exponential; a fitted constant starts from the nearest.
    """

    affine_duplicates: bool
    number_grids: bool
    inner_scales: tuple[float, ...]


WITH_PARAMETERS = CandidateRules(affine_duplicates=True, number_grids=True,
                                 inner_scales=(0.5, 2.0, pi, 2.0 * pi, 1.0 / (2.0 * pi), 3.0, 1.5, 0.25))
PARAMETER_FREE = CandidateRules(affine_duplicates=False, number_grids=False, inner_scales=(0.5, 2.0))
