"""A Redis of a test's own: a server on a free port that keeps nothing and ends with the test.

Where `redis-server` is not installed, tests that want it are skipped with a reason (`tests/absent.py`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shutil import which

from redis import Redis
from redis.exceptions import RedisError

from tests.absent import absent
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.patience import PATIENCE

PASSWORD = "p@ss-word"


@contextmanager
def redis_server(port: int = 0) -> Iterator[tuple[str, Redis]]:
    """Its address with the password percent-encoded, and a client."""
    binary = which("redis-server")
    if binary is None:
        absent("no redis-server here; deploy/engines.sh installs it")
    port = port or free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = Redis(port=port, password=PASSWORD)

    def answers() -> bool:
        with suppress(RedisError):
            return bool(client.ping())
        return False

    try:
        until(answers, PATIENCE, "Redis answers")
        yield f"redis://:{PASSWORD.replace('@', '%40')}@127.0.0.1:{port}/0", client
    finally:
        client.close()
        server.terminate()
        server.wait(PATIENCE)
