"""Files that are not tables are refused with one sentence."""

from __future__ import annotations



