"""Exit codes of the command line."""

from __future__ import annotations

EXIT_FOUND, EXIT_FAULT, EXIT_QUESTION, EXIT_INTERRUPTED = 0, 1, 2, 130
