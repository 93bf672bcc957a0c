"""Notes: a few words that a person keeps with a run, in the file `note.json` of its folder."""

from __future__ import annotations

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError

from .run import Run

FILE = "note.json"
LONGEST = 2000


def read_note(run: Run) -> str:
    """The note on a run; empty when there is none."""
    text = (read_json(run.folder / FILE) or {}).get("text")
    return text[:LONGEST] if isinstance(text, str) else ""


def write_note(run: Run, text: str) -> None:
    """Keep a note with a run; an empty one takes the old one away.

    Raises:
        RunError: the note is too long, or the run's folder cannot be written.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise RunError(f"The note has {len(text):,} characters, and at most {LONGEST:,} are kept: shorten it.")
    try:
        if text:
            write_json(run.folder / FILE, {"text": text})
        else:
            (run.folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"The note cannot be kept ({error.strerror}); was the search deleted?") from error
