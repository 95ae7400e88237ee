"""What the window may rely on, whichever wake-ups it has: a hint ends a wait of those who listen, and may be lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from single_window.messaging.opening import open_wakeups
from single_window.messaging.rabbitmq_wakeups import RabbitWakeups
from single_window.messaging.socket_wakeups import FOLDER, SocketWakeups
from single_window.messaging.wakeups import CONNECTED, LocalWakeups, Wakeups
from single_window.settings import Settings
from tests.brokers import scrub
from tests.chaos.programs import until
from tests.patience import PATIENCE
from tests.tables import each

LONG = "a-folder-with-a-rather-long-name/" * 6
Opener = Callable[[], Wakeups]


@pytest.fixture(params=["sockets", pytest.param("rabbitmq", marks=pytest.mark.service)])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens wake-ups of another process on the same data."""
    opened: list[Wakeups] = []
    vhost = request.getfixturevalue("vhost") if request.param == "rabbitmq" else None
    name = f"{vhost.namespace}.wakeups" if vhost else ""

    def starting() -> Wakeups:
        made = RabbitWakeups(vhost.url, name) if vhost else SocketWakeups(tmp_path / LONG)
        opened.append(made)
        until(lambda: made.state == CONNECTED, PATIENCE, "a connection")
        return made

    yield starting
    for wakeups in opened:
        wakeups.close()
    if vhost:
        scrub(vhost, [], [f"{name}.hints"])


def at_rest(wakeups: Wakeups) -> bool:
    return not wakeups.wait(0.1)


def test_a_hint_reaches_all_that_listen_to_its_topic_the_sender_too(start: Opener) -> None:
    here, there, other = start(), start(), start()
    here.listen(["filed"])
    there.listen(["receipts", "filed"])
    other.listen(["receipts"])
    for _ in range(3):
        for wakeups in (here, there, other):
            until(lambda listening=wakeups: at_rest(listening), PATIENCE, "nothing under way")
        here.wake("filed")
        assert here.wait(PATIENCE) and there.wait(PATIENCE)
        assert not other.wait(0.05)


def test_others_are_woken_and_over_sockets_nobody_else(start: Opener) -> None:
    here, there = start(), start()
    for wakeups in (here, there):
        wakeups.listen(["filed"])
        until(lambda listening=wakeups: at_rest(listening), PATIENCE, "nothing under way")
    here.wake_others("filed")
    assert there.wait(PATIENCE)
    assert not isinstance(here, SocketWakeups) or not here.wait(0)


def test_a_process_interrupts_its_own_wait_whatever_it_listens_to(start: Opener) -> None:
    here, there = start(), start()
    there.listen(["filed"])
    until(lambda: at_rest(there), PATIENCE, "nothing under way")
    here.interrupt()
    assert here.wait(PATIENCE)
    assert not isinstance(here, SocketWakeups) or not there.wait(0)


def test_a_hint_that_came_before_the_wait_ends_it_and_many_end_one(start: Opener) -> None:
    here, there = start(), start()
    there.listen(["filed"])
    for _ in range(300):
        here.wake("filed")
    assert there.wait(PATIENCE)
    until(lambda: at_rest(there), PATIENCE, "rest after a burst of hints")


def test_whoever_is_gone_is_woken_no_more(start: Opener) -> None:
    here, gone = start(), start()
    gone.listen(["filed"])
    gone.close()
    here.wake("filed")
    here.listen(["filed"])
    here.wake("filed")
    assert here.wait(PATIENCE)


def test_who_listens_to_something_else_since_the_last_hint_is_found_at_once(start: Opener) -> None:
    here, there = start(), start()
    for topic in ("filed", "receipts", "due"):
        here.wake(topic)
        there.listen([topic])
        until(lambda: at_rest(there), PATIENCE, "nothing under way")
        here.wake(topic)
        assert there.wait(PATIENCE)


def test_a_hundred_wake_ups_that_are_closed_leave_no_file_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        SocketWakeups(tmp_path).close()
    assert len(os.listdir("/proc/self/fd")) <= before + 5


def test_hints_may_be_sent_by_any_thread(start: Opener) -> None:
    here, there = start(), start()
    there.listen(["filed"])
    threads = [Thread(target=here.wake, args=("filed",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert there.wait(PATIENCE)


def test_the_socket_of_a_process_that_was_killed_is_removed_by_who_finds_it(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        SocketWakeups(tmp_path)
        os._exit(9)
    os.waitpid(pid, 0)
    folder = tmp_path / FOLDER
    assert len(list(folder.iterdir())) == 1
    here = SocketWakeups(tmp_path)
    here.wake("filed")
    assert [path.name for path in folder.iterdir()] == [here._socket_name]
    here.close()
    assert list(folder.iterdir()) == []


def test_only_its_user_may_send_to_a_window(tmp_path: Path) -> None:
    wakeups = SocketWakeups(tmp_path)
    folder = tmp_path / FOLDER
    assert folder.stat().st_mode & 0o077 == 0
    assert next(folder.iterdir()).stat().st_mode & 0o077 == 0
    wakeups.close()


@each("processes, kind", [(1, LocalWakeups), (2, SocketWakeups)])
def test_one_machine_needs_no_broker(processes: int, kind: type, tmp_path: Path) -> None:
    wakeups = open_wakeups(Settings(data=tmp_path, processes=processes))
    assert isinstance(wakeups, kind) and wakeups.shared == (processes > 1)
    wakeups.close()
