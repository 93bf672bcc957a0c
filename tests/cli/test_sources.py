"""Tables that are no files of this computer."""

from __future__ import annotations

import pytest

from xnet.cli.main import main


@pytest.mark.parametrize(("source", "says"), [
    ("-", "give /dev/stdin"), ("https://example.com/a.csv", "downloads nothing: save the file, and give its path"),
    ("s3://bucket/a.parquet", "is an address")])
def test_the_standard_input_and_addresses_are_told_from_files(source: str, says: str,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", source, "--target", "y"]) == 2
    assert says in capsys.readouterr().err
