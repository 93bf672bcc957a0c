"""Files of Stata (.dta), read by pandas; SPSS and SAS files are refused with a sentence on how to convert them."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from . import limits as caps
from .cells import cell_text
from .limits import TableError

#: The first byte of Stata's older formats; then follow the order of bytes (1 or 2) and the kind of file (1).
_OLD_FORMATS = frozenset({105, 108, 110, 111, 113, 114, 115})
_SPSS = (b"$FL2", b"$FL3")
_SAS = (b"\x00" * 12 + b"\xc2\xea\x81\x60", b"HEADER RECORD*******LIB")
_ARCHIVES = (b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")
#: How other files of tables begin, what they are, and how to save them as CSV.
_OTHERS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"MATLAB 5.0 MAT-file", b"MATLAB 7"), "a file of MATLAB", "In MATLAB: writetable(table(x, y), 'table.csv')"),
    ((b"\x89HDF\r\n",), "a file of HDF5 (also of MATLAB 7.3 and NetCDF 4)", ("In Python: pandas.read_hdf or h5py, and "
     "to_csv")),
    ((b"CDF\x01", b"CDF\x02"), "a file of NetCDF", "In Python: xarray.open_dataset(...).to_dataframe().to_csv(...)"),
    ((b"RDX2\n", b"RDX3\n", b"RDA2\n", b"X\n\x00\x00"), "a file of R",
     "In R: write.csv(data, 'table.csv', row.names = FALSE)"),
    ((b"\x80\x02", b"\x80\x03", b"\x80\x04\x95", b"\x80\x05\x95"), "a pickle of Python, which could run programs",
     "In Python: data.to_csv('table.csv', index=False)"),
    ((b"SQLite format 3\x00",), "a database of SQLite", "In Python: pandas.read_sql and to_csv"),
    ((b"ARROW1\x00", b"FEA1"), "a file of Arrow or Feather", ("In Python: pandas.read_feather(...).to_parquet(...), or "
     "to_csv")),
    ((b"SIMPLE  = ",), "a file of FITS", "In Python: astropy.table.Table.read(...).write('table.csv')"),
    ((b"\x00\x01\x00\x00Standard",), "a database of Access", "In Access: External Data, Export, Text File"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "a picture", "Read the points off with a program for digitising plots"))


def is_stata(data: bytes) -> bool:
    """Whether the file is a table of Stata."""
    return data.startswith(b"<stata_dta>") or (len(data) > 4 and data[0] in _OLD_FORMATS and data[1] in (1, 2)
                                               and data[2] == 1)


def refuse_other_packages(data: bytes, name: str) -> None:
    """Refuse the files of SPSS, SAS, MATLAB, R, Python and of databases.

    Raises:
        TableError: it is one; the message says how to convert it.
    """
    for magics, package, way in ((_SPSS, "SPSS", "In SPSS: File, Save as, CSV"),
                                 (_SAS, "SAS", "In SAS: PROC EXPORT with DBMS=CSV")):
        if data.startswith(magics):
            raise TableError(f"{name} is a file of {package}, which cannot be read here. Save it as CSV. {way}. In R: "
                             "write.csv(haven::read_" + ("sav" if package == "SPSS" else "sas") + "(...)).")
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        raise TableError(f"{name} is an archive (7z, RAR, Zstandard or tar): unpack it and give the table inside.")
    if b"<GraphPadPrismFile" in data[:400]:
        raise TableError(f"{name} is a file of GraphPad Prism, which cannot be read here. Save its table as CSV. In "
                         "Prism: File, Export, CSV.")
    for beginnings, what, way in _OTHERS:
        if data.startswith(beginnings):
            raise TableError(f"{name} is {what}, which cannot be read here. Save its table as CSV. {way}.")


def read_stata(data: bytes, name: str, notes: list[str]) -> tuple[list[str], list[Sequence[str] | np.ndarray]]:
    """The names and the columns of a Stata file; labels of values become text, and dates too.

    Raises:
        TableError: the file is damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about labels that occur twice
            frame = pd.read_stata(io.BytesIO(data))
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, EOFError, MemoryError, OSError, struct.error,
            AttributeError) as error:
        raise TableError(f"{name} is a damaged Stata file ({type(error).__name__}): save it again, or as "
                         "CSV.") from error
    caps.note_columns(frame.shape[1], notes)
    frame = frame.iloc[:, :caps.MAX_COLUMNS]
    step = caps.row_step(len(frame), frame.shape[1])
    caps.note_rows(len(frame), step, notes)
    frame = frame.iloc[::step]
    if not len(frame):
        raise TableError(f"{name} has no rows: give a table with a few rows.")
    notes.append("The file was read as a table of Stata.")
    columns: list[Sequence[str] | np.ndarray] = []
    for column in frame.columns:
        values = frame[column]
        number = pd.api.types.is_numeric_dtype(values) and not isinstance(values.dtype, pd.CategoricalDtype)
        columns.append(values.to_numpy(dtype=np.float64) if number else [
            "" if pd.isna(cell) else cell_text(cell) for cell in values.tolist()])
    return [str(c) for c in frame.columns], columns
