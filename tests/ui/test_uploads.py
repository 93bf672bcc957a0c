"""Files given to the page Data: tables of any ending are taken, and every other file is refused in a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.test_pages import CSV
from xnet.ui.data import page as data_page
from xnet.ui.session import state

Open = Callable[..., AppTest]


def docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return file.getvalue()


def test_a_table_may_have_any_ending(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload("SCAN0007.D4X", CSV)
    at.run()
    assert not at.error
    assert at.selectbox(key=state.TARGET).value == "period"


@pytest.mark.parametrize(("name", "content"), [
    ("empty.csv", b""), ("header.csv", b"a,b,c\n"), ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ("report.pdf", b"%PDF-1.4\n1 0 obj\n"), ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00"), ("letter.docx", docx()),
    ("one.csv", b"a\n1\n2\n3\n4\n5\n6\n"), ("words.csv", b"a,b\nx,y\nz,w\nq,r\n"),
])
def test_a_file_that_is_no_table_gets_one_sentence(app: Open, name: str, content: bytes) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload(name, content)
    at.run()
    assert not at.exception
    (error,) = at.error
    assert name in error.value.replace("\\", "")
    assert "\n" not in error.value.strip()
    assert not at.selectbox, "a bad file must not become the session's table"


def test_a_file_that_is_too_large_is_refused_by_the_server(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_page, "MAX_BYTES", 100)
    at = app("pages/data.py")
    at.file_uploader[0].upload("large.csv", CSV)
    at.run()
    assert "large.csv" in at.error[0].value.replace("\\", "")
    assert not at.selectbox
