"""A participant's server for webhooks: keeps what is genuine, and sometimes ends without an answer when it has."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from simulators.draws import Draws
from tests.audit.journal import Brought

WAY = "webhook"
PREFIX = "X-Single-Window-"


class Hooks:
    """Listens on a port of this machine from `start` to `stop`. `secrets` are those of the mailboxes.

    One in `silent` posts is kept and not answered: it comes again. 0: every one is answered.
    """

    def __init__(self, port: int, keep: Callable[[Brought], object], seed: int = 0, silent: int = 0) -> None:
        self.secrets: dict[str, str] = {}
        self.forged = 0
        self._keep, self._draws, self._silent = keep, Draws(seed, "hooks"), silent
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, name="hooks", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/receipts"

    def start(self) -> Hooks:
        """Begin to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    def hear(self, reply_to: Callable[[str], str], body: bytes) -> int:
        """Keep what was posted, as its headers tell; gives the status to answer with, 0: none."""
        mailbox = reply_to("Mailbox")
        signed = reply_to("Timestamp").encode() + b"." + body
        expected = "sha256=" + hmac.new(self.secrets.get(mailbox, "").encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, reply_to("Signature")):
            self.forged += 1
            return 401
        first, _, last = reply_to("Sequence").partition("-")
        self._keep(Brought(WAY, mailbox, int(first), int(last or first), reply_to("Delivery"), body))
        return 0 if self._silent and self._draws.below(self._silent) == 0 else 200


def _handler(hooks: Hooks) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # whoever posted it was killed meanwhile
                self.close_connection = True
            elif status := hooks.hear(lambda name: self.headers.get(f"{PREFIX}{name}", ""), body):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    return Handler
