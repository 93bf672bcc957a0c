"""Tables that hold answers only, such as yes and no, and no column of numbers."""

from itertools import product

import pytest

from xnet.cli.main import main
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

RISK = "smoker,old,risk\n" + "".join(f"{a},{b},{'high' if a == b == 'yes' else 'low'}\n"
                                     for a, b in product(("yes", "no"), repeat=2)) * 5


def test_a_table_of_answers_is_read_and_its_columns_become_numbers():
    table = read_table(RISK, "risk.csv")
    assert table.numeric_columns == ()
    assert table.suggested_target == "risk"
    made = with_conversions(table, parse_conversions(table, ["smoker", "old"]))
    assert made.numeric_columns == ("smoker is yes", "old is yes")


def test_one_column_of_classes_or_text_that_does_not_repeat_is_no_table():
    for text in ("a,b\nx,y\nz,w\n", "word,class\n" + "".join(f"w{k},{'ab'[k % 2]}\n" for k in range(20))):
        with pytest.raises(TableError, match="no column holds numbers"):
            read_table(text, "t.csv")


def test_the_terminal_converts_answers_and_says_which_it_could_convert(tmp_path, capsys):
    file = tmp_path / "risk.csv"
    file.write_text(RISK)
    asked = ["discover", str(file), "--target", "risk", "--seconds", "0.5"]
    assert main(asked) == 2
    assert ("No column of numbers can be an input: convert text or dates (--convert; possible are smoker:labels, "
            "old:labels).") in capsys.readouterr().err
    assert main([*asked, "--convert", "smoker,old"]) == 0
    assert "smoker is yes" in capsys.readouterr().out
