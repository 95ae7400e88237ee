"""Posts messages over HTTP from several connections at once, as integrators do: a process of its own."""

from __future__ import annotations

from http.client import HTTPConnection
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import urlsplit

from simulators.bench.spool import bodies

CONNECTIONS = 8


def post_all(url: str, sandbox: str, file: Path, connections: int = CONNECTIONS) -> int:
    """Post every message of a spool file, each answered before its connection's next; gives how many got 202."""
    source, lock, accepted = bodies(file), Lock(), [0] * connections
    address, headers = urlsplit(url), {"Content-Type": "application/xml", "X-Sandbox": sandbox}

    def work(number: int) -> None:
        connection = HTTPConnection(address.hostname or "", address.port, timeout=120)
        while True:
            with lock:
                body = next(source, None)
            if body is None:
                break
            connection.request("POST", "/api/v1/messages", body, headers)
            answer = connection.getresponse()
            answer.read()
            accepted[number] += answer.status == 202
        connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(accepted)
