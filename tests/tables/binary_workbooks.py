"""The smallest workbooks of old Excel (.xls) and binary Excel (.xlsb), for which no package at hand has a writer.

The layouts follow Microsoft's [MS-CFB] (the file system inside .xls), [MS-XLS] and [MS-XLSB].
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

Rows = Sequence[Sequence[str | float]]
_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(rows: Rows, sheet: str = "S") -> bytes:
    """A workbook of one sheet in BIFF8, as Excel 97 to 2003 wrote it."""
    def book(at: int) -> bytes:
        boundary = struct.pack("<IBBBB", at, 0, 0, len(sheet), 0) + sheet.encode("latin-1")
        return _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x85, boundary) + _record(0x0A)

    cells = b"".join(
        _record(0x204, struct.pack("<HHHHB", i, j, 0, len(cell), 0) + cell.encode("latin-1")) if isinstance(cell, str)
        else _record(0x203, struct.pack("<HHHd", i, j, 0, cell)) for i, j, cell in _cells(rows))
    size = struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0)
    part = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + _record(0x200, size) + cells
    return _compound_file(book(len(book(0))) + part + _record(0x0A))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _cells(rows: Rows) -> Iterable[tuple[int, int, str | float]]:
    return ((i, j, cell) for i, row in enumerate(rows) for j, cell in enumerate(row))


def _compound_file(stream: bytes) -> bytes:
    """A file system with one stream, `Workbook`: sector 0 is its table, sector 1 the directory."""
    stream = stream.ljust(4096, b"\0")  # shorter streams lie in a second, smaller file system
    n = -(-len(stream) // _SECTOR)
    chain = [_FAT, _END, *range(3, n + 2), _END]
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header = struct.pack("<8s16sHHHHH6xIIIIIIIIII", magic, b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END,
                         0, 0) + struct.pack("<108I", *[_FREE] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        encoded = name.encode("utf-16-le")
        return struct.pack("<64sHBBIII16sIQQIQ", encoded, len(encoded) + 2, kind, 1, _FREE, _FREE, child, b"", 0, 0, 0,
                           start, size)

    directory = entry("Root Entry", 5, 1, _END, 0) + entry("Workbook", 2, _FREE, 2, len(stream))
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    return header + table + directory.ljust(_SECTOR, b"\0") + stream.ljust(n * _SECTOR, b"\0")


def xlsb(rows: Rows, sheet: str = "S") -> bytes:
    """A workbook of one sheet in the binary format of Excel 2007 and later."""
    book = _part(131) + _part(143) + _part(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)) + _part(144)
    data = _part(129) + _part(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + _part(145)
    for i, row in enumerate(rows):
        data += _part(0, struct.pack("<IIHBBBI", i, 0, 300, 0, 0, 0, 0))
        for j, cell in enumerate(row):
            value = _wide(cell) if isinstance(cell, str) else struct.pack("<d", cell)
            data += _part(6 if isinstance(cell, str) else 5, struct.pack("<II", j, 0) + value)
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.bin", book + _part(132))
        archive.writestr("xl/worksheets/sheet1.bin", data + _part(146) + _part(130))
        archive.writestr("xl/_rels/workbook.bin.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/"
                         f'2006/relationships"><Relationship Id="rId1" Type="{relations}/worksheet" '
                         'Target="worksheets/sheet1.bin"/></Relationships>')
    return buffer.getvalue()


def _part(kind: int, data: bytes = b"") -> bytes:
    """A record of [MS-XLSB]: the kind and the length in seven bits a byte."""
    def number(value: int) -> bytes:
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + number(value >> 7)

    return number(kind) + number(len(data)) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
