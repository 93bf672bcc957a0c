"""The words for the two parts of the rows of a search; tables, drawings and scores also use them as keys."""

from __future__ import annotations

TRAINING, HELD_OUT = "training rows", "held-out rows"
