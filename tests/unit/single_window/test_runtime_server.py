"""One process for one data folder, on one port, that ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from serving_http import Client, again, sample

from single_window.api.server.listener import PortInUse, bind, url_of
from single_window.data_lock import AlreadyRunning, DataLock
from single_window.process.serving import run, where
from single_window.process.signals import stop_by_signal, wait_for_signal
from single_window.settings import Settings
from tests.chaos.programs import spawned
from tests.patience import PATIENCE

RUN = """
import sys
from pathlib import Path
from single_window.process.serving import run
from single_window.settings import Settings
try:
    settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), readers=0)
    run(settings, announce=lambda text, **facts: print(text, flush=True))
except Exception as error:
    print(type(error).__name__, error, flush=True)
    sys.exit(3)
"""


def interrupted() -> None:
    """Ends with 0 if the signal was received."""
    stopping = stop_by_signal()
    with stopping._cond:  # as it is held for a moment by whoever waits
        os.kill(os.getpid(), signal.SIGTERM)
    os._exit(0 if stopping.wait(PATIENCE) else 1)


def asleep() -> None:
    """Ends with 0 if a signal was received that reached another thread while the main thread slept."""
    stopping = stop_by_signal()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    def kill() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        while not stopping._cond._waiters:  # type: ignore[attr-defined]
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=kill, daemon=True).start()
    wait_for_signal(stopping, 0.05)
    os._exit(0)


def started(data: Path, port: int = 0) -> subprocess.Popen[str]:
    return spawned([sys.executable, "-c", RUN, str(data), str(port)], stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_locked_folder_names_who_holds_it(tmp_path: Path) -> None:
    with DataLock(tmp_path) as lock:
        lock.publish("http://127.0.0.1:1")
        with pytest.raises(AlreadyRunning) as refused:
            DataLock(tmp_path).take()
    assert refused.value.pid == os.getpid() and refused.value.url == "http://127.0.0.1:1"
    for part in (str(tmp_path), str(os.getpid()), "http://127.0.0.1:1", "--data"):
        assert part in str(refused.value)


def test_a_lock_that_was_let_go_can_be_taken_again(tmp_path: Path) -> None:
    DataLock(tmp_path / "new").take().release()
    with DataLock(tmp_path / "new"):
        pass


def test_a_lock_with_nothing_in_it_is_still_a_lock(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        (tmp_path / "lock").write_text("garbage")
        with pytest.raises(AlreadyRunning, match="another process"):
            DataLock(tmp_path).take()


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"Port {port} on 127.0.0.1 is in use.*--port"):
            bind("127.0.0.1", port)


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(PortInUse, match=r"192\.0\.2\.1.*no such address.*--host"):
        bind("192.0.2.1", 0)
    with pytest.raises(PortInUse, match=r"is not an address.*--host"):
        bind("no such host", 0)


def test_where_to_find_a_server() -> None:
    with bind("0.0.0.0", 0) as everywhere:
        assert url_of(everywhere) == f"http://127.0.0.1:{everywhere.getsockname()[1]}"
    result = where(Settings(data=Path("d"), database="postgresql+psycopg://me:secret@db/x"), "http://127.0.0.1:1")
    assert str(Path("d").resolve()) in result and "secret" not in result


@pytest.fixture
def signals() -> Iterator[None]:
    """What a test has signals do is over with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.long
@pytest.mark.usefixtures("signals")
def test_run_serves_refuses_a_second_and_ends_by_signal(tmp_path: Path) -> None:
    first = started(tmp_path)
    try:
        announced = line(first)
        assert str(tmp_path) in announced
        client = Client(announced.split()[3])
        accepted = client.post(again(sample("311")))
        assert accepted.status == 202
        with pytest.raises(AlreadyRunning) as refused:
            run(Settings(data=tmp_path, port=0), announce=print)
        assert str(first.pid) in str(refused.value) and announced.split()[3] in str(refused.value)
        with pytest.raises(PortInUse, match=str(client.port)):
            run(Settings(data=tmp_path / "elsewhere", port=client.port), announce=print)
        assert not (tmp_path / "elsewhere" / "window.sqlite3").exists()
    finally:
        first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 0
    with DataLock(tmp_path), pytest.raises(OSError):
        socket.create_connection((client.host, client.port), timeout=1).close()


@pytest.mark.parametrize("received", [interrupted, asleep])
def test_a_signal_is_received_whatever_it_interrupts(received: Callable[[], None]) -> None:
    process = get_context("fork").Process(target=received)
    process.start()
    process.join(60)
    ended = process.exitcode
    process.kill()
    assert ended == 0


@pytest.mark.long
def test_run_with_json_prints_json_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "single_window", "run", "--port", "0", "--json", "--data", str(tmp_path)]
    with spawned(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert (first["event"], first["data"], first["pid"]) == ("started", str(tmp_path.resolve()), process.pid)
        assert Client(first["url"]).get("/state").status == 200
        process.send_signal(signal.SIGTERM)
        rest = [json.loads(text) for text in process.stdout]
    assert [row["event"] for row in rest] == ["stopping", "stopped"] and process.returncode == 0
