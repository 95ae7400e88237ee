"""A port that leads to RabbitMQ, and that a test may cut, stop, or speak through in the broker's name."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from threading import Event, Lock, Thread

from pika import URLParameters
from pika.frame import Method
from pika.spec import Connection

_CONSUME, _DELETE = struct.pack(">HHH", 60, 20, 0), struct.pack(">HHH", 50, 40, 0)
"""How AMQP's methods basic.consume and queue.delete begin; the name of the queue follows."""


class Proxy:
    """Passes bytes on between clients and the server at `url`; `url` of the proxy leads through it."""

    def __init__(self, url: str) -> None:
        server = URLParameters(url)
        self._server = (server.host, server.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = url.replace(f"{server.host}:{server.port}", f"127.0.0.1:{port}")
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._passing = Event()
        self._passing.set()
        self._open = Event()
        self._open.set()
        self._lock = Lock()
        self._unserved = b""
        self.deleted = 0
        """How often a client has deleted the queue that is not served."""
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection; new ones are let through."""
        for pair in self._taken_away():
            _end(*pair)

    def close_gate(self) -> None:
        """End every connection, and each new one at once."""
        self._open.clear()
        self.cut()

    def open_gate(self) -> None:
        """Let new connections through again."""
        self._open.set()

    def hold(self) -> None:
        """Pass on nothing that clients say; what the server says still arrives."""
        self._passing.clear()

    def release(self) -> None:
        """Pass on what was held, and what comes."""
        self._passing.set()

    def block(self, reason: str) -> None:
        """Tell every client that the broker takes nothing."""
        self._say(Method(0, Connection.Blocked(reason)).marshal())

    def fail_to_serve(self, queue: str) -> None:
        """End the connection of whoever consumes this queue, as a broker does that has lost it, until it is deleted."""
        self._unserved = bytes([len(queue)]) + queue.encode()

    def unblock(self) -> None:
        """Tell every client that the broker takes messages again."""
        self._say(Method(0, Connection.Unblocked()).marshal())

    def close(self) -> None:
        """End it all."""
        self._listener.close()
        self.release()
        self.close_gate()

    def _taken_away(self) -> list[tuple[socket.socket, socket.socket]]:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        return pairs

    def _say(self, frame: bytes) -> None:
        with self._lock:
            for client, _ in self._pairs:
                client.sendall(frame)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if not self._open.is_set():
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                with self._lock:
                    self._pairs.append((client, server))
                Thread(target=self._outward, args=(client, server), daemon=True).start()
                Thread(target=self._inward, args=(client, server), daemon=True).start()

    def _outward(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while message := client.recv(65_536):
                self._passing.wait()
                if self._unserved and self._fails_over(message):
                    self._end_inside(client)
                    break
                server.sendall(message)
        _end(client, server)

    def _fails_over(self, message: bytes) -> bool:
        """Whether this is where a broker fails inside; who deletes the queue has mended it."""
        if _DELETE + self._unserved in message:
            self._unserved = b""
            self.deleted += 1
            return False
        return _CONSUME + self._unserved in message

    def _end_inside(self, client: socket.socket) -> None:
        """Say that the broker failed inside, and wait until the client has hung up."""
        with self._lock:
            client.sendall(Method(0, Connection.Close(541, "INTERNAL_ERROR", 0, 0)).marshal())
        while client.recv(65_536):
            pass

    def _inward(self, client: socket.socket, server: socket.socket) -> None:
        """Frame by frame, so that something can be said between two of them."""
        with suppress(OSError), server.makefile("rb") as frames:
            while head := frames.read(7):
                frame = head + frames.read(int.from_bytes(head[3:7]) + 1)
                with self._lock:
                    client.sendall(frame)
        _end(client, server)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
