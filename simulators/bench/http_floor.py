"""The baseline for messages closing HTTP: the listener and framework of `run` read the body and insert it with a group
commit; nothing is parsed, checked or processed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

from apiflask import APIFlask
from flask import Response, request
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, func, insert, select

from simulators.bench.floor import floor_engine
from simulators.entry.serving import serve_wsgi

MAX_GROUP = 500
"""The most bodies in one commit, as in the window's admission."""
_Waiting: TypeAlias = tuple[bytes, "Future[int]"]


class BodyTable:
    """A table of bodies, and a thread that inserts waiting bodies in groups."""

    def __init__(self, folder: Path, synchronous: str = "NORMAL") -> None:
        metadata = MetaData()
        self._table = Table(
            "body", metadata, Column("id", Integer, primary_key=True), Column("body", LargeBinary, nullable=False)
        )
        self._engine: Engine = floor_engine(folder / "floor.sqlite3", synchronous)
        metadata.create_all(self._engine)
        self._next, self._queue = 1, SimpleQueue[_Waiting | None]()
        self._thread = Thread(target=self._run, name="commits", daemon=True)
        self._thread.start()

    def keep(self, body: bytes) -> int:
        """Wait until a body is inserted and committed; gives its number."""
        kept = Future[int]()
        self._queue.put((body, kept))
        return kept.result()

    def count(self) -> int:
        """Count the stored bodies."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(self._table)).scalar() or 0)

    def close(self) -> None:
        """Insert the waiting bodies and stop."""
        self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, closing = [first], False
            while len(group) < MAX_GROUP and not self._queue.empty() and not closing:
                waiting = self._queue.get()
                closing = waiting is None
                group += [] if waiting is None else [waiting]
            self._insert(group)
            if closing:
                break

    def _insert(self, group: list[_Waiting]) -> None:
        numbers = range(self._next, self._next + len(group))
        rows = [{"id": number, "body": body} for number, (body, _) in zip(numbers, group, strict=True)]
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(self._table), rows)
        except Exception as error:
            for _, kept in group:
                kept.set_exception(error)
            return
        self._next = numbers.stop
        for number, (_, kept) in zip(numbers, group, strict=True):
            kept.set_result(number)


def application(kept: BodyTable) -> APIFlask:
    """Answers a POST of a message with 202 and the number under which its body was kept."""
    made = APIFlask("floor", enable_openapi=False)

    @made.post("/api/v1/messages")
    def send() -> Response:
        return Response(
            b'{"id":%d,"status":"accepted"}' % kept.keep(request.get_data()), 202, mimetype="application/json"
        )

    return made


@contextmanager
def answering(folder: Path) -> Iterator[tuple[str, BodyTable]]:
    """Serve it on a free port with a database in a folder; gives address and table."""
    kept = BodyTable(folder)
    try:
        with serve_wsgi(application(kept)) as url:
            yield url, kept
    finally:
        kept.close()
