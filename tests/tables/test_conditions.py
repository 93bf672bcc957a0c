"""Conditions on rows: what they select, and the sentence about what cannot be read."""

from __future__ import annotations

import pytest

from xnet.tables.changes import LONGEST_CONDITION, ChangeError
from xnet.tables.conditions import select_rows
from xnet.tables.reading import read_table

TEXT = """mass,mass 2,speed (m/s),group,day,not
1,10,2,a,2021-01-05,1
3,20,4,b,2021-02-05,2
5,30,,a b,2021-03-05,3
700,40,8,,2021-04-05,4
-9,50,1.5,a,2021-05-05,5
"""
TABLE = read_table(TEXT, "x.csv")


@pytest.mark.parametrize(("condition", "lines"), [
    ("mass > 4", [4, 5]), ("mass>4", [4, 5]), ("mass >= 5", [4, 5]), ("mass ≥ 5", [4, 5]), ("4 < mass", [4, 5]),
    ("1 < mass < 6", [3, 4]), ("mass = 3", [3]), ("mass == 3", [3]), ("mass != 3", [2, 4, 5, 6]),
    ("mass = −9", [6]), ("mass < -8.5e0", [6]), ("mass 2 > 40", [6]), ("`mass 2` > 40", [6]),
    ("speed (m/s) > 1.9", [2, 3, 5]), ("speed (m/s) != 2", [3, 5, 6]), ("speed (m/s) is missing", [4]),
    ("speed (m/s) is not missing and mass > 4", [5]), ('group = "a"', [2, 6]), ("group = 'a b'", [4]),
    ("group = a", [2, 6]), ("group != a", [3, 4]), ("group is missing", [5]), ("mass > 4 or group = b", [3, 4, 5]),
    ("mass > 4 and not group = b", [4, 5]), ("not (mass > 4 or mass < 0)", [2, 3]), ("mass < mass 2", [2, 3, 4, 6]),
    ("line = 3", [3]), ("LINE > 4 AND mass > 0", [5]), ("`not` > 3", [5, 6]), ("not `not` > 3", [2, 3, 4]),
    ("day >= 2021-04-01", [5, 6]), ("day = 2021-02-05", [3]),
    ("mass = 1 or mass = 3 and group = a", [2])])  # "and" binds closer than "or"
def test_the_rows_that_fulfil_a_condition(condition: str, lines: list[int]) -> None:
    selected = select_rows(condition, TABLE)
    assert TABLE.row_names.numbers[selected.mask].tolist() == lines


def test_the_columns_of_a_condition_are_known() -> None:
    assert select_rows("mass > 1 and (mass 2 < 40 or mass < 9)", TABLE).columns == ("mass", "mass 2")


@pytest.mark.parametrize(("condition", "says"), [
    ("mas > 4", "no column 'mas'; did you mean 'mass'?"), ("`mas` > 4", "no column 'mas'"),
    ("zzz > 4", "its columns are 'mass', 'mass 2'"), ("mass", "expected a comparison, such as > 100, after 'mass'"),
    ("mass 5", "not '5'"), ("mass >", "a number, a text or a column is missing at its end"),
    ("", "is missing at its end"),
    ("mass > heavy", "'mass' holds numbers, and 'heavy' is none"), ("group > 'a'", "can only be compared by = and !="),
    ("group = mass", "holds text, which cannot be compared with numbers"), ("mass > 1,5", "write 1.5, not 1,5"),
    ("(mass > 3", "a bracket is not closed"), ("mass > 3)", "or the end, at ')'"), ("3 > 2", "are no columns"),
    ("mass > 3; import os", "or the end, at '; import os'"), ("__import__('os').system('x')", "no column '__import__'"),
    ("mass is 3", "COLUMN is missing"), ("not " * 60 + "mass > 1", "nested more than"),
    ("(" * 60 + "mass > 1" + ")" * 60, "nested more than"), ("mass > 1 and", "is missing at its end"),
    ("mass > 1 mass < 2", "expected “and” or “or”"), ("x" * (LONGEST_CONDITION + 1), "at most 1,000 are read")])
def test_what_cannot_be_read_is_a_sentence(condition: str, says: str) -> None:
    with pytest.raises(ChangeError) as error:
        select_rows(condition, TABLE)
    assert says in str(error.value)


def test_a_backtick_in_a_name_is_doubled_as_in_formulas() -> None:
    table = read_table("a `b`,c\n1,1\n2,2\n3,3\n", "t.csv")
    assert select_rows("`a ``b``` > 1 and c < 3", table).mask.tolist() == [False, True, False]
    assert select_rows("a `b` > 2", table).mask.tolist() == [False, False, True]
    with pytest.raises(ChangeError, match="Write it like `a ``b``` > 100"):
        select_rows("`a` > 1", table)


def test_a_name_that_was_copied_from_a_page_is_found() -> None:
    table = read_table("loss at 20 % RH,www.a.b\n1,1\n2,2\n3,3\n", "t.csv")
    condition = "loss at 20\N{NO-BREAK SPACE}% RH > 1 and `www\N{WORD JOINER}.a.b` < 3"
    assert select_rows(condition, table).mask.tolist() == [False, True, False]
