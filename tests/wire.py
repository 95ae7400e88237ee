"""A port that leads to PostgreSQL, and that a test may cut: at any time, or at the very moment of a commit."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Lock, Thread

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

COMMIT = b"COMMIT\x00"


class Wire:
    """Passes bytes on between clients and the server at `address`; `address` of the wire leads through it."""

    def __init__(self, address: str) -> None:
        self._server, self._family = _place(address)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.address = (
            make_url(address)
            .set(host="127.0.0.1", port=port)
            .update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
            .render_as_string(hide_password=False)
        )
        self._ends: list[socket.socket] = []
        self._open, self._lock = Event(), Lock()
        self._open.set()
        self._writing, self._passed_on = b"", False
        self.severed = Event()
        """Set when a commit was cut off."""
        Thread(target=self._accept, daemon=True).start()

    def sever_commit(self, of: bytes, passed_on: bool) -> None:
        """Cut the connection at the next commit of a transaction that said `of`, before or after the server has it.

        Either way the client never learns what became of it.
        """
        self.severed.clear()
        self._writing, self._passed_on = of, passed_on

    def close_gate(self) -> None:
        """End every connection, and each new one at once."""
        self._open.clear()
        with self._lock:
            ends, self._ends = self._ends, []
        _end(*ends)

    def open_gate(self) -> None:
        """Let new connections through again."""
        self._open.set()

    def close(self) -> None:
        """End it all."""
        self._listener.close()
        self.close_gate()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if not self._open.is_set():
                    client.close()
                    continue
                server = socket.socket(self._family)
                server.connect(self._server)
                with self._lock:
                    self._ends += [client, server]
                hushed = Event()
                Thread(target=self._outward, args=(client, server, hushed), daemon=True).start()
                Thread(target=self._inward, args=(client, server, hushed), daemon=True).start()

    def _outward(self, client: socket.socket, server: socket.socket, hushed: Event) -> None:
        meant = False
        with suppress(OSError):
            while message := client.recv(65_536):
                meant = meant or (bool(self._writing) and self._writing in message)
                if meant and COMMIT in message:
                    self._writing = b""
                    hushed.set()
                    if not self._passed_on:
                        break
                server.sendall(message)
        _end(client, server)
        if hushed.is_set():
            self.severed.set()

    def _inward(self, client: socket.socket, server: socket.socket, hushed: Event) -> None:
        with suppress(OSError):
            while message := server.recv(65_536):
                if hushed.is_set():
                    break  # the server has answered the commit
                client.sendall(message)
        _end(client, server)


def _place(address: str) -> tuple[tuple[str, int] | str, socket.AddressFamily]:
    """Where the server really listens: libpq knows what an address leaves out."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        info = connection.connection.driver_connection.info  # type: ignore[union-attr]
        if info.host.startswith("/"):
            return f"{info.host}/.s.PGSQL.{info.port}", socket.AF_UNIX
        return (info.host, info.port), socket.AF_INET


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
