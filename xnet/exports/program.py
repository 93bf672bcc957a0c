"""The fields of exported programs that apply formulas to a person's own CSV file (see `table_code`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xnet.tables.column_recipes import needed_recipes, recipes_from_config

from .column_code import derived_call, derived_python, file_columns, renamed_among
from .table_code import READING


def program_fields(config: Mapping[str, Any], used: Sequence[str], target: str) -> dict[str, str]:
    """The fields of `SCRIPT` and `CLASS_SCRIPT`.

    Args:
        config: the recipes of derived columns ("derived") and the changes of the table ("changes") of a run.
        used: names of the inputs that the formulas read.
        target: the column that the program writes.
    """
    derived = needed_recipes(recipes_from_config(config), used)
    needed = file_columns(derived, used)
    renamed = renamed_among(config, needed)
    return {"columns": python_list(used), "needed": python_list([*needed, *renamed.values()]), "target": ascii(target),
            "reading": READING, "derived": derived_python(derived, renamed), "derive": derived_call(derived, renamed)}


def python_list(names: Sequence[str]) -> str:
    """Names as a Python list."""
    return "[" + ", ".join(ascii(name) for name in names) + "]"
