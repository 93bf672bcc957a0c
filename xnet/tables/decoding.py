"""From the bytes of a text file to its text: encodings, letters that were decoded twice, invisible characters."""

from __future__ import annotations

import codecs
import re

from .cells import INVISIBLE
from .html_tables import is_html_table
from .limits import TableError
from .mended_text import with_mended_letters

_FOREIGN = ((b"%PDF", "a PDF document: export the table as CSV"),)


def decode(data: bytes, name: str, notes: list[str]) -> str:
    """The text of a file; an encoding other than UTF-8 is reported in `notes`.

    Raises:
        TableError: the file is empty, or is not a text file.
    """
    for magic, words in _FOREIGN:
        if data.startswith(magic):
            raise TableError(f"{name} is not a text table but {words}.")
    whole = data.rstrip(b"\x00\x1a")  # some programs fill up the last block
    data = data if {0, 26} & set(whole[:2000]) else whole
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        text = data.decode("utf-32", errors="replace")
        notes.append("The file is encoded as UTF-32.")
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
        notes.append("The file is encoded as UTF-16.")
    else:
        text = _decoded(data, notes)
    if "\x00" in text:
        raise TableError(f"{name} is not a text file, and no workbook that can be opened: give a table as CSV (text "
                         "with one row on each line), or save the workbook again.")
    if not text.isascii():
        text = _with_plain_lines(with_mended_letters(text.translate(INVISIBLE), notes))
    if not text.strip():
        raise TableError(f"{name} is empty: give a table with a header line and at least a few rows of numbers.")
    if text.lstrip()[:9].lower().startswith(("<!doctype", "<html", "<?xml")) and not is_html_table(text):
        raise TableError(f"{name} is a web page or XML, not a table: export it as CSV.")
    return text


def _with_plain_lines(text: str) -> str:
    """The text with plain ends of lines, where only those of Unicode separate its lines."""
    return text if "\n" in text or "\r" in text else re.sub("[\x85\u2028\u2029]", "\n", text)


def _is_japanese(data: bytes) -> bool:
    """Whether bytes are Shift-JIS: kana, digits and signs of full width, or kanji that no Latin letter touches.

    >>> _is_japanese("時間,速度".encode("cp932")), _is_japanese("Länge,Höhe [µm],°C".encode("cp1252"))
    (True, False)
    """
    try:
        text = codecs.getincrementaldecoder("cp932")().decode(data)
    except UnicodeDecodeError:
        return False
    wide = re.findall(r"(?<![A-Za-z])[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]{2,}(?![A-Za-z])", text)
    others = re.findall(r"[^\x00-\x7f\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60\u2000-\u22ff°±×÷℃]", text)
    return sum(map(len, wide)) > 2 * len(others) and len(wide) > 0


def _decoded(data: bytes, notes: list[str]) -> str:
    """The text of a file without a byte order mark that says UTF-16."""
    for encoding, half in (("utf-16-le", data[1:2000:2]), ("utf-16-be", data[:2000:2])):
        if len(data) > 3 and len(data) % 2 == 0 and half.count(0) > 0.7 * len(half):  # every second byte is zero
            notes.append("The file is encoded as UTF-16 without a byte order mark.")
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    words = re.findall(rb"[\x80-\xff]+", data[:2**16])
    if _is_japanese(data[:2**16]):
        notes.append("The file is not UTF-8, so it was read as cp932: check the letters of the names.")
        return data.decode("cp932", errors="replace")
    if sum(map(len, words)) > 3 * len(words) or re.search(rb"[\xc0-\xff]{4}", data[:2**16]):  # words, not accents
        from charset_normalizer import from_bytes  # a slow import that few files need

        letters = re.findall(rb"[^\s,;0-9]*[\x80-\xff][^\s,;0-9]*", data[:2**16])
        best = from_bytes(b" ".join((letters * 8)[:2000])).best()  # digits and few letters mislead the library
        if best is not None:
            notes.append(f"The file is not UTF-8, so it was read as {best.encoding}: check the letters of the names.")
            return data.decode(best.encoding, errors="replace")
    notes.append("The file is not UTF-8, so it was read as Latin-1 (Windows-1252): check letters with accents.")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
