"""One session of the app without a browser: it opens pages and asks for live updates, as Streamlit's page does."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Session:
    """One session.

    Attributes:
        url: address of the server, such as `http://127.0.0.1:8501`.
        pages: seconds that each page took.
        updates: number of live updates.
        watched: seconds from the first page to the last live update.
        content: text of the last page, as the server sent it.
    """

    url: str
    pages: list[float] = field(default_factory=list)
    updates: int = 0
    watched: float = 0.0
    content: bytes = b""
    _socket: Any = None
    _interval: float = 0.0
    _fragment: str = ""
    _page_hash: str = ""

    async def __aenter__(self) -> Session:
        import websockets  # Streamlit needs it too

        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await websockets.connect(address, subprotocols=["streamlit"],  # type: ignore[list-item]
                                                origin=self.url, max_size=None)  # type: ignore[arg-type]
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._socket.close()

    async def open_page(self, name: str, query: str = "") -> None:
        """Open a page and wait until it is drawn; pages that lead to another one are followed."""
        began = time.monotonic()
        await self._ask(page_name=name, query_string=query)
        self.pages.append(time.monotonic() - began)

    async def watch(self, seconds: float) -> None:
        """Ask for live updates, each after the one before it, until the time is up or the page asks for no more."""
        first = time.monotonic()
        while self._fragment and time.monotonic() < first + seconds:
            began = time.monotonic()
            await self._ask(page_script_hash=self._page_hash, fragment_id=self._fragment, is_auto_rerun=True)
            self.updates += 1
            await asyncio.sleep(max(0.0, self._interval - (time.monotonic() - began)))
        self.watched = time.monotonic() - first

    async def _ask(self, **state: Any) -> None:
        """Run the script and receive everything until it has finished."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        for name, value in state.items():
            setattr(message.rerun_script, name, value)
        await self._socket.send(message.SerializeToString())
        parts, is_part = [], bool(state.get("fragment_id"))
        while True:
            received = await asyncio.wait_for(self._socket.recv(), 60)
            parts.append(received)
            answer = ForwardMsg.FromString(received)
            kind = answer.WhichOneof("type")
            if kind == "auto_rerun":
                self._interval, self._fragment = answer.auto_rerun.interval, answer.auto_rerun.fragment_id
            elif kind == "new_session":
                self._page_hash = answer.new_session.page_script_hash or self._page_hash
                if not is_part:  # the server ignores updates of a page that it has drawn anew
                    self._fragment, parts = "", [received]
            elif kind == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    break
                is_part = False  # the update asks for the whole page
        if not is_part:
            self.content = b"".join(parts)
