"""The engines of a run: they come up, keep what they hold when killed, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pika
import pytest
from pika.exceptions import AMQPError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.chaos.disk import SmallDisk
from tests.chaos.engines import Missing, NotAllowed, folder, free_port, listens, program
from tests.chaos.postgresql import PostgreSQL
from tests.chaos.programs import Program, TookTooLong, processes, until
from tests.chaos.rabbitmq import RabbitMQ
from tests.chaos.wanting import or_skip

PERSISTENT = pika.BasicProperties(delivery_mode=2)


@pytest.fixture
def place() -> Iterator[Path]:
    with folder("single-window-engines-") as made:
        yield made


@pytest.fixture
def postgresql(place: Path) -> Iterator[PostgreSQL]:
    with or_skip(), PostgreSQL(place) as server:
        yield server


@pytest.fixture
def rabbitmq(place: Path) -> Iterator[RabbitMQ]:
    with or_skip(), RabbitMQ(place) as node:
        yield node


def query(server: PostgreSQL, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(server.address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.mark.service
@pytest.mark.long
def test_postgresql_keeps_what_was_committed_however_it_ends(postgresql: PostgreSQL) -> None:
    query(postgresql, "CREATE TABLE kept (number int)")
    for number, end in enumerate((postgresql.kill, postgresql.stop)):
        query(postgresql, f"INSERT INTO kept VALUES ({number})")
        end()
        assert not listens(postgresql.port)
        postgresql.start()
    assert query(postgresql, "SELECT number FROM kept ORDER BY 1") == [(0,), (1,)]


@pytest.mark.service
@pytest.mark.long
def test_postgresql_cuts_whoever_is_connected(postgresql: PostgreSQL) -> None:
    engine = create_engine(postgresql.address)
    with engine.connect() as connection:
        postgresql.cut()
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1"))
    engine.dispose()
    assert postgresql.running


@pytest.mark.service
@pytest.mark.long
def test_postgresql_refuses_on_a_full_disk_and_works_again_with_room(place: Path) -> None:
    with or_skip(), PostgreSQL(place, megabytes=200) as server:
        query(server, "CREATE TABLE kept (number int)")
        server.fill()
        with pytest.raises(DBAPIError):
            query(server, "INSERT INTO kept SELECT * FROM generate_series(1, 1000000)")
        server.clear()
        query(server, "INSERT INTO kept VALUES (1)")
        assert query(server, "SELECT count(*) FROM kept") == [(1,)]


@pytest.mark.service
@pytest.mark.long
def test_rabbitmq_keeps_what_was_confirmed_when_killed_and_cuts_and_blocks(rabbitmq: RabbitMQ) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.address))
    channel = connection.channel()
    channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    channel.basic_publish("", "kept", b"1", PERSISTENT)
    until(lambda: rabbitmq.remembers("kept"), 120, "the queue is on disk")
    rabbitmq.cut()
    with pytest.raises(AMQPError):
        channel.queue_declare("kept", passive=True)
    for end in (rabbitmq.kill, rabbitmq.stop):
        end()
        assert not listens(rabbitmq.port)
        rabbitmq.start()
    rabbitmq.fill()
    assert rabbitmq.blocked
    rabbitmq.clear()
    assert not rabbitmq.blocked
    again = pika.BlockingConnection(pika.URLParameters(rabbitmq.address))
    until(lambda: again.channel().queue_declare("kept", passive=True).method.message_count == 1, 120, "the message")
    again.close()


@pytest.mark.service
@pytest.mark.parametrize("engine", [PostgreSQL, pytest.param(RabbitMQ, marks=pytest.mark.long)])
def test_nothing_is_left_when_a_run_fails_midway(engine: type[PostgreSQL] | type[RabbitMQ]) -> None:
    ours: list[int] = []
    with pytest.raises(KeyboardInterrupt), or_skip(), folder("single-window-engines-") as made, engine(made):
        ours += [process.pid for process in processes() if str(made) in commanded(process.pid)]
        assert ours
        raise KeyboardInterrupt
    assert not made.exists()
    until(lambda: not {process.pid for process in processes()} & set(ours), 120, "its processes have gone")


def commanded(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") + str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def test_a_program_that_is_missing_is_named_with_what_to_install() -> None:
    with pytest.raises(Missing, match=r"no rabbitmq-servant .* apt-get install rabbitmq-server"):
        program("rabbitmq-servant", "/usr/lib/rabbitmq/bin", "rabbitmq-server")


def test_of_several_versions_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "13"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    assert program("initdb", f"{tmp_path}/*/bin", "postgresql") == tmp_path / "15" / "bin" / "initdb"


def test_ports_lie_outside_the_range_of_outgoing_connections() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert len({free_port() for _ in range(20)}) == 20
    assert all(port < lowest for port in (free_port() for _ in range(20)))


def test_a_port_is_given_to_one_process_only_even_while_nobody_listens() -> None:
    mine = [free_port() for _ in range(3)]
    ask = f"from tests.chaos.engines import claimed; print([claimed(port) for port in {mine}])"
    other = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "[False, False, False]"


def test_what_a_killed_program_leaves_behind_is_found_and_ended(tmp_path: Path) -> None:
    parent = Program("parent", ["sh", "-c", "sleep 600 & wait"], tmp_path / "log")
    parent.start()
    until(lambda: len(parent.members()) == 2, 120, "the child is there")
    parent.kill()
    assert (parent.exit_code, len(parent.members())) == (-9, 1)
    assert len(parent.sweep()) == 1
    until(lambda: parent.members() == [], 120, "the child has gone")


def test_waiting_in_vain_says_what_was_waited_for() -> None:
    with pytest.raises(TookTooLong, match="the end of the world: not after 0 s"):
        until(lambda: False, 0, "the end of the world")


def test_a_disk_that_may_not_be_mounted_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotAllowed, match=r"no small disk: mounting is not allowed here \(mount: "):
        SmallDisk(tmp_path / "file", 1).mount()


def test_a_disk_is_filled_to_the_last_byte_though_others_take_of_it_too(place: Path) -> None:
    with or_skip():
        disk = SmallDisk(place / "disk", 40).mount()
    others = Thread(target=write_until_full, args=(disk.folder / "others",))
    others.start()
    disk.fill()
    others.join()
    assert disk.free == 0
    disk.clear()
    assert disk.free > 0
    disk.unmount()


def write_until_full(file: Path) -> None:
    """What somebody else writes meanwhile."""
    with suppress(OSError), file.open("ab", buffering=0) as out:
        while True:
            out.write(bytes(10_000))


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [(Missing("there is no initdb"), pytest.fail.Exception), (NotAllowed("no mounting"), pytest.skip.Exception)],
)
def test_where_all_must_run_only_what_is_not_allowed_is_skipped(
    reason: Missing, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SINGLE_WINDOW_TEST_SERVICES", "required")
    with pytest.raises(outcome, match=str(reason)), or_skip():
        raise reason
