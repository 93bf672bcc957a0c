"""Notes: a text that the user keeps with a run, in the file `note.json` of the run folder."""

from __future__ import annotations

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError

from .run import Run

FILE = "note.json"
MAX_LENGTH = 2000


def read_note(run: Run) -> str:
    """The note of a run; "" if there is none."""
    text = (read_json(run.folder / FILE) or {}).get("text")
    return text[:MAX_LENGTH] if isinstance(text, str) else ""


def write_note(run: Run, text: str) -> None:
    """Save the note of a run; an empty text deletes the note.

    Raises:
        RunError: the note is too long, or the run folder cannot be written.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise RunError(f"The note has {len(text):,} characters; at most {MAX_LENGTH:,} can be saved. Shorten it.")
    try:
        if text:
            write_json(run.folder / FILE, {"text": text})
        else:
            (run.folder / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise RunError(f"The note cannot be saved ({error.strerror}). Was the search deleted?") from error
