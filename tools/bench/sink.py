"""A bare listener that answers every POST with 202, to measure what a sender can do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")


class _Sink(asyncio.Protocol):
    """One connection, kept open; requests come one after the other."""

    def __init__(self) -> None:
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._answers = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, rest = self._came.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(rest) >= (int(length[1]) if length else 0):
            self._came = b""
            self._answers.write(ACCEPTED)


@contextmanager
def sink() -> Iterator[str]:
    """The address of a sink in a process of its own."""
    spawning = get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(channel: Connection) -> None:
    asyncio.run(_listen(channel))


async def _listen(channel: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", 0)
    channel.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
