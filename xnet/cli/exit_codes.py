"""Exit codes of the command line.

A formula was found; the search failed; the input is not valid; the search was interrupted before the first formula.
"""

from __future__ import annotations

EXIT_FOUND, EXIT_FAULT, EXIT_QUESTION, EXIT_INTERRUPTED = 0, 1, 2, 130
