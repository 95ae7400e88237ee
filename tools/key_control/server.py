"""Serves a card over WebSocket on the loopback address: sends hello first, one thread per connection, all bounded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from tools.key_control import HOST, PORT, blocks, envelope, methods
from tools.key_control.blocks import BadFrame, Groups
from tools.key_control.cards import Card, CardError
from tools.key_control.envelope import ControlCall

LARGEST_FRAME = 1 << 20
"""Bytes of a frame: a block of 120 KiB and its header, or a call with a long text to sign."""
CONNECTIONS = 50
"""The most concurrent connections; each has a thread."""
MISMATCH = "[客户端控件]数据格式非法"


class KeyControl:
    """A card that is served. `origins` are the only pages that may use it (None: any); programs send no Origin."""

    def __init__(self, card: Card, port: int = PORT, origins: Sequence[str] | None = None) -> None:
        self._card, self._free = card, BoundedSemaphore(CONNECTIONS)
        allowed: Any = None if origins is None else [None, *origins]
        self._server: Server = serve(
            self._connected,
            HOST,
            port,
            origins=allowed,
            max_size=LARGEST_FRAME,
            max_queue=4,
            compression=None,
            server_header=None,
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.socket.getsockname()[1])

    def run(self) -> None:
        """Serve until `close` is called."""
        self._server.serve_forever()

    def close(self) -> None:
        """End."""
        self._server.shutdown()

    def _connected(self, connection: ServerConnection) -> None:
        if not self._free.acquire(blocking=False):
            connection.close(1013, HTTPStatus.SERVICE_UNAVAILABLE.phrase)
            return
        try:
            with suppress(ConnectionClosed):
                connection.send(envelope.hello())
                groups = Groups()
                for frame in connection:
                    for answer in self._answers(frame, groups):
                        connection.send(answer)
        finally:
            self._free.release()

    def _answers(self, frame: str | bytes, groups: Groups) -> list[str]:
        """Answer a frame, text or UTF-8 in a binary one."""
        text = frame.decode("utf-8", "replace") if isinstance(frame, bytes) else frame
        try:
            if text.startswith(blocks.MARK):
                return self._block(text, groups)
            return [self._answer(envelope.read(text))]
        except BadFrame as bad:
            return [envelope.answer(ControlCall(0, envelope.ERROR, {}), [], [f"{MISMATCH}:{bad}", "Err:Base50400"])]

    def _block(self, text: str, groups: Groups) -> list[str]:
        block = blocks.read(text)
        if not block.sound:
            return [envelope.next_block(block.group, block.number, False, False)]
        whole = groups.take(block)
        reply = envelope.next_block(block.group, block.number + 1, whole is not None, True)
        return [reply] if whole is None else [reply, self._answer(envelope.read(whole))]

    def _answer(self, call: ControlCall) -> str:
        try:
            return envelope.answer(call, methods.call(self._card, call.method, call.arguments))
        except CardError as error:
            return envelope.answer(call, [], error.texts)
