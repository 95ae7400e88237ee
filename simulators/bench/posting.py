"""Posts messages over HTTP from several connections at once, as integrators do: a process of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from simulators.bench.spool import bodies
from simulators.entry.sending import ACCEPTED, Sender

CONNECTIONS = 8


def post_all(url: str, sandbox: str, file: Path, connections: int = CONNECTIONS) -> int:
    """Post every message of a spool file, each answered before its connection's next; gives how many got 202."""
    source, lock = bodies(file), Lock()

    def work(number: int) -> int:
        sender, accepted = Sender(url, sandbox), 0
        while True:
            with lock:
                body = next(source, None)
            if body is None:
                sender.close()
                return accepted
            accepted += sender.post(body).status == ACCEPTED

    with ThreadPoolExecutor(connections) as pool:
        return sum(pool.map(work, range(connections)))
