"""Compressed files (gzip, bzip2, xz, zip) and NumPy arrays; the size of what is unpacked is bounded."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import tokenize
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from xnet.counts import counted

from . import limits as caps
from .limits import TableError

#: Arrays of fewer rows and more columns are turned.
_FEW_ROWS = 5

_GZIP, _BZIP2, _XZ, _NPY = b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x93NUMPY"
#: Files of an archive that describe its table.
_DESCRIBES = re.compile(r"(?:^|/)(?:read[ _-]?me|licen[cs]e|metadata|codebook|about|changelog|citation)[^/]*$",
                        re.IGNORECASE)
_TABLES = (".csv", ".tsv", ".txt", ".dat", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".ods", ".parquet",
           ".npy", ".data", ".prn", ".asc")
#: The most files of a zip archive.
_MOST_PARTS = 2000


def unpacked(data: bytes, name: str, notes: list[str]) -> bytes:
    """The content of a compressed file, or the one table in a zip archive; other data as it is.

    Args:
        data: the content of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Raises:
        TableError: the archive is damaged, unpacks to too much, or holds no table or several.
    """
    for magic, kind, opened in _STREAMS:
        if data.startswith(magic):
            notes.append(f"The file was unpacked ({kind}).")
            return _stream(opened(), data, name, kind)
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # PK 5 6 begins an archive without files
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _zipped(archive, data, name, notes)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, zlib.error) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(f"{name} is a damaged zip archive or Excel workbook, perhaps cut off, or has a password: copy "
                         "or download it again.") from error


def _stream(opened: Any, data: bytes, name: str, kind: str) -> bytes:
    try:
        found: bytes = opened.decompress(data, caps.MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise TableError(f"{name} is a damaged {kind} archive, perhaps cut off: copy or download it again.") from error
    if len(found) > caps.MAX_BYTES:
        raise TableError(f"{name} unpacks to more than {caps.MAX_BYTES // 2**20} MB: keep fewer rows or columns.")
    if not opened.eof:
        raise TableError(f"{name} is a damaged {kind} archive, perhaps cut off: copy or download it again.")
    return found


_STREAMS: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (_GZIP, "gzip", lambda: zlib.decompressobj(31)), (_BZIP2, "bzip2", bz2.BZ2Decompressor),
    (_XZ, "xz", lambda: lzma.LZMADecompressor(memlimit=2**27)))


def _zipped(archive: zipfile.ZipFile, data: bytes, name: str, notes: list[str]) -> bytes:
    """The one table of a zip archive; the archive itself if it is a workbook."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml", "[Content_Types].xml"}:
        return data
    if any(re.match(r"Index(?:/Document\.iwa|\.zip)$", entry) for entry in names):
        raise TableError(f"{name} is a document of Apple Numbers, which cannot be read here: in Numbers choose File, "
                         "Export To, CSV.")
    if len(entries) > _MOST_PARTS:
        raise TableError(f"{name} is a zip archive of {len(entries):,} files: give one table.")
    tables = [entry for entry in entries if entry.filename.lower().endswith(_TABLES)
              and not entry.filename.startswith("__MACOSX/")]
    tables = [entry for entry in tables if not _DESCRIBES.search(entry.filename)] or tables
    arrays = _as_one_array(archive, tables, notes) if len(tables) > 1 else b""
    if arrays:
        return arrays
    if len(tables) != 1:
        shown = ", ".join(entry.filename.rpartition("/")[2][:40] for entry in tables[:5])
        found = f"{len(tables)} tables ({shown})" if tables else "no table"
        raise TableError(f"{name} is a zip archive with {found}: unpack it and give one table.")
    if tables[0].file_size > caps.MAX_BYTES:
        raise TableError(f"{name} unpacks to more than {caps.MAX_BYTES // 2**20} MB: keep fewer rows or columns.")
    notes.append(f"Read {tables[0].filename.rpartition('/')[2][:60]!r} from the zip archive.")
    with archive.open(tables[0]) as file:
        return file.read(caps.MAX_BYTES + 1)[:caps.MAX_BYTES]


def _as_one_array(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], notes: list[str]) -> bytes:
    """The arrays of one length in an .npz file as one array of records, X with k columns as X_1 to X_k; else b""."""
    if any(not e.filename.endswith(".npy") for e in entries) or sum(e.file_size for e in entries) > caps.MAX_BYTES:
        return b""
    try:
        arrays = {e.filename.removesuffix(".npy"): _array(archive.read(e)) for e in entries[:caps.MAX_COLUMNS]}
    except (ValueError, EOFError, OSError, SyntaxError, TypeError, OverflowError, tokenize.TokenError):
        return b""
    lengths = Counter(len(a) for a in arrays.values() if a.ndim in (1, 2) and a.dtype.kind in "iufb")
    length = max(lengths, key=lambda n: (lengths[n], n), default=0)
    used = {name: a for name, a in arrays.items() if a.ndim in (1, 2) and a.dtype.kind in "iufb" and len(a) == length}
    columns = {name if a.size == length else f"{name}_{k}": column for name, a in used.items()
               for k, column in enumerate(a.reshape(length, -1).T, start=1)}
    if length < 2 or not 1 < len(columns) <= caps.MAX_COLUMNS or (lengths[length] == 1 and len(lengths) > 1):
        return b""
    notes.append(f"Read {counted(len(used), 'array')} from the archive as columns.")
    if len(used) < len(arrays):
        notes.append("Left out, because they are no numbers or have other lengths: "
                     f"{', '.join([name for name in arrays if name not in used][:6])}.")
    records = np.zeros(length, dtype=[(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        records[name] = column
    file = io.BytesIO()
    np.save(file, records)
    return file.getvalue()


def is_array(data: bytes) -> bool:
    """Whether the file is a NumPy array (.npy)."""
    return data.startswith(_NPY)


def read_array(data: bytes, name: str, notes: list[str], *,
               few: bool = False) -> tuple[list[str], list[np.ndarray]]:
    """The names (empty if there are none) and the columns of a NumPy array of one or two dimensions, or of records.

    With `few`, an array of fewer than five rows and more than five columns is turned: its rows are the variables.

    Raises:
        TableError: the array holds Python objects, other than numbers, or has more than two dimensions.
    """
    try:
        array = _array(data)
    except (ValueError, EOFError, OSError, SyntaxError, TypeError, OverflowError, MemoryError, RecursionError,
            tokenize.TokenError) as error:
        raise TableError(f"{name} is a NumPy file that holds no plain numbers, or is damaged: save the array of "
                         "numbers with numpy.save.") from error
    if array.dtype.names:
        names = [n for n in array.dtype.names if array.dtype[n].kind in "iufb" and not array.dtype[n].shape]
        columns = [np.asarray(array[n].ravel(), dtype=np.float64) for n in names]
    elif array.ndim == 2 and array.dtype.kind in "iufb":
        if few and 1 < len(array) < _FEW_ROWS < array.shape[1]:
            array = array.T
            notes.append(f"Each row of the array holds one variable, so it was turned into {array.shape[1]} columns.")
        names, columns = [], [np.asarray(column, dtype=np.float64) for column in array.T[:caps.MAX_COLUMNS]]
        caps.note_columns(array.shape[1], notes)
    else:
        raise TableError(f"{name} is an array of {array.dtype} with the shape {array.shape}: a table is an array of "
                         "numbers with the shape (rows, columns).")
    rows = len(columns[0]) if columns else 0
    if not rows:
        raise TableError(f"{name} is an array without rows or numbers: give a table with a few rows.")
    step = caps.row_step(rows, len(columns))
    caps.note_rows(rows, step, notes)
    return names, [column[::step] for column in columns]


def _array(data: bytes) -> np.ndarray:
    """The array of a .npy file; the size that its header states is checked before memory is reserved."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(file)
    count = 1
    for size in shape:
        count *= int(size)
    if dtype.hasobject or count < 0 or count * dtype.itemsize > len(data):
        raise ValueError
    file.seek(0)
    return np.load(file, allow_pickle=False)
