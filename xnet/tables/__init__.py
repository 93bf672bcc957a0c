"""Tables: from files of many formats to columns of numbers. This package does not import the engine.

From bytes to cells: `reading` chooses the format; `text_files` (CSV, TSV), `html_tables`, `workbooks`, `parquet_files`,
`json_files` and `stata_files` read one format each; `cells` writes typed cells as text; `limits` bounds the size.
Within text: `aligned_text` splits aligned columns, `rare_separators` unusual lines; `program_headers` and
`described_columns` find names, `rows_alone` rows between prose; `jcamp_files` reads spectra;
`pasted_lists`, with `list_ranges` and `pasted_records`, reads programs. Within workbooks: `merged_cells`.
From cells to rows: `alignment` finds the table in the lines, with `header_blocks`, `footers`, `delimiter_checks` and
`unit_words`.
From rows to columns: `columns` names and types them; `numbers` reads common notations, `number_columns` and
`written_numbers` all others; `suffixes`, `joined_dates` and `id_columns` look at whole columns; `quality` and
`extremes` report what matters for a search; `table` holds the result.
Changed by a person: `changes` (the values), `change_application`, `conditions` on rows, `row_names`.
For a search: `roles`, `weights` and `holdout` say what columns and rows are for; `column_conversion` converts text and
dates to numbers by `column_recipes`; `class_target` makes a class the target; `usable_rows` selects finite rows.
Also: `samples` (the sample tables) and `csv_cells` (safe cells for CSV files).

The names below are imported on first use, so that importing the package does not import pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .class_target import with_class_column
    from .column_conversion import Conversion, possible_conversions, with_conversions
    from .column_recipes import ColumnRecipe
    from .holdout import Split
    from .limits import TableError
    from .reading import read_table
    from .roles import Roles
    from .samples import Sample, list_samples, load_sample
    from .table import Table
    from .usable_rows import usable
    from .weights import Weight

__all__ = ["ColumnRecipe", "Conversion", "Roles", "Sample", "Split", "Table", "TableError", "Weight", "list_samples",
           "load_sample", "possible_conversions", "read_table", "usable", "with_class_column", "with_conversions"]

_MODULES = {
    "ColumnRecipe": "column_recipes", "Conversion": "column_conversion", "Roles": "roles", "Sample": "samples",
    "Split": "holdout", "Table": "table", "TableError": "limits", "Weight": "weights", "list_samples": "samples",
    "load_sample": "samples", "possible_conversions": "column_conversion", "read_table": "reading",
    "usable": "usable_rows", "with_class_column": "class_target", "with_conversions": "column_conversion"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'xnet.tables' has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
