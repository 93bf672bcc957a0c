"""A hostile file costs the person who gives it a sentence; meanwhile the server answers everybody else.

The sessions of a Streamlit server are threads of one process. So the session of each test is a thread, and beside it
a server of the same process answers requests for its health.
"""

from __future__ import annotations

import io
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet import limited_process
from xnet.errors import XNetError
from xnet.limited_process import LimitError, limited
from xnet.runs import Run
from xnet.tables.reading import read_table

pytestmark = pytest.mark.limits
WITHIN_S = 1.0
Open = Callable[..., AppTest]


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def health() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    limited_process.end_spare()


def longest_wait(health: str, session: Callable[[], None]) -> float:
    """The longest time of a request for the health while a session works in another thread, in seconds."""
    failed: list[Exception] = []

    def work() -> None:
        try:
            session()
        except Exception as error:  # noqa: BLE001 - the main thread raises it again
            failed.append(error)

    thread, waits = threading.Thread(target=work), [0.0]
    thread.start()
    while thread.is_alive():
        began = time.monotonic()
        with urllib.request.urlopen(health, timeout=30) as answer:
            assert answer.read() == b"ok"
        waits.append(time.monotonic() - began)
        thread.join(0.02)
    if failed:
        raise failed[0]
    return max(waits)


def workbook_with_row(number: int) -> bytes:
    """A workbook of a few kilobytes with a row of this number."""
    whole, made = io.BytesIO(), io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            row = f'<row r="{number}"><c r="A{number}"><v>1</v></c></row></sheetData>'.encode()
            new.writestr(name, old.read(name).replace(b"</sheetData>", row))
    return made.getvalue()


@pytest.mark.parametrize("unit", ["9**9⁹", "m 7⁹⁹⁹⁹⁹⁹⁹"])
def test_a_hostile_unit_freezes_nobody(app: Open, make_run: Callable[..., Run], health: str, unit: str) -> None:
    run = make_run(units={"distance": unit, "period": unit})
    play(run, state="finished", stop_reason="budget")
    said: list[str] = []

    def session() -> None:
        said.append(texts(app("pages/results.py", run=run.id)))

    app("pages/results.py", run=run.id)  # loads the libraries, which takes a second once
    assert longest_wait(health, session) < WITHIN_S
    assert said


def test_a_hostile_cell_freezes_nobody(app: Open, health: str) -> None:
    at = app("pages/data.py")
    cell = "9" * 20_000 + "x"
    at.text_area(key="pasted").set_value("a,b\n" + f"{cell},1\n2,{cell}\n" * 20 + "1,2\n")

    assert longest_wait(health, lambda: at.button(key="use_pasted").click().run() and None) < WITHIN_S
    assert not at.exception
    assert "is no number" in texts(at)


def test_a_hostile_workbook_freezes_nobody(health: str) -> None:
    content, said = workbook_with_row(4_000_000_000), list[str]()

    def session() -> None:
        with pytest.raises(XNetError) as caught:
            limited("t.xlsx", read_table, content, "t.xlsx")
        said.append(str(caught.value))

    assert longest_wait(health, session) < WITHIN_S
    assert "above 1,048,576" in said[0]




def test_what_no_check_foresees_is_ended(health: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_process, "SECONDS", 1)

    def session() -> None:
        with pytest.raises(LimitError, match="more than 1 seconds of computing"):
            limited("t.csv", eval, "9**9**9")

    assert longest_wait(health, session) < WITHIN_S


@pytest.mark.slow
@pytest.mark.parametrize(("call", "said"), [
    ((bytearray, 2 * 10**9), "more than 1,000 MB of memory"), ((exec, "import os; os.abort()"), "without a result")])
def test_memory_and_crashes_end_the_call_only(call: tuple[Callable[..., object], object], said: str) -> None:
    with pytest.raises(LimitError, match=said):
        limited("t.csv", *call)
    assert limited("t.csv", len, "abc") == 3
    limited_process.end_spare()


def test_an_error_of_the_reader_arrives_as_it_was() -> None:
    with pytest.raises(XNetError, match="is empty"):
        limited("t.csv", read_table, "", "t.csv")
    limited_process.end_spare()
