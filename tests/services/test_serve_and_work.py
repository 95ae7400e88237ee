"""The window as processes of their own, over RabbitMQ: trades come through, whoever of them is ended, however it is."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from schemas import catalogue
from single_window.clock import system_now
from single_window.intake import samples
from single_window.store import migrate
from tests.brokers import empty_vhost
from tests.chaos.programs import Program, descendants, until
from tests.commands import run_command
from tests.databases import made_database
from tests.patience import PATIENCE
from tests.running import address, environment, logged, program, running
from tests.unit.single_window.serving_http import TRADE, Client, again, many, sample

pytestmark = pytest.mark.service
NOWHERE = "amqp://guest:guest@127.0.0.1:1/"
ROLES = ("dispatch", "reception", "customs", "inspection", "tax", "agencies")
TOGETHER = ("dispatch", "trades")
SITES = [TOGETHER, pytest.param(ROLES, marks=pytest.mark.long)]
"""The roles that work in processes of their own: few where tests are to be quick, for each takes a second to start."""
SOON = [(TOGETHER, "trades", signal.SIGKILL)]
ENDED = [
    *SOON,
    *(
        pytest.param(ROLES, *signals, marks=pytest.mark.long)
        for signals in product(ROLES, (signal.SIGKILL, signal.SIGTERM))
    ),
]
"""Each role is killed and is asked to end, most of them with the long proofs."""


class Site(NamedTuple):
    """A window in several processes: those that answer, and those that work."""

    client: Client
    serving: Program
    working: Program
    receiving: str
    """The role that takes messages in."""


@pytest.fixture(scope="module", params=SITES, ids="+".join)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    roles: tuple[str, ...] = request.param
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        settings = {
            "database": stack.enter_context(made_database("postgresql", folder)),
            "broker": stack.enter_context(empty_vhost()).url,
        }
        serving = stack.enter_context(running("serve --port 0", folder, **settings))
        client = Client(address(serving))
        working = stack.enter_context(running(f"work {' '.join(roles)}", folder, **settings))
        for role in roles:
            logged(working, rf"{role} at work")
        yield Site(client, serving, working, "reception" if "reception" in roles else "trades")


def post(client: Client, key: str) -> str:
    """Send the four documents of a trade, each as often as it takes until it is accepted; gives the order's number."""
    messages = [samples.fresh(catalogue.by_code(code), key, system_now()) for code in TRADE]
    for body in messages:
        until(partial(_accepted, client, body), PATIENCE, f"a message of {key} is accepted")
    return re.search(rb"<ceb:orderNo>([^<]+)", messages[0])[1].decode()  # type: ignore[index]


def _accepted(client: Client, body: bytes) -> bool:
    try:
        return client.post(body).status == 202
    except OSError:
        return False  # the process that had the request in hand is gone: send it again


def released(client: Client, number: str) -> bool:
    try:
        answer = client.get(f"/declarations/{number}")
    except OSError:
        return False
    return answer.status == 200 and [declaration["state"] for declaration in answer.json["declarations"]] == [
        "released"
    ]


def worker(site: Site, role: str) -> int:
    """The process of a role."""
    for pid in descendants(site.working.pid):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if role.encode() in words:
            return pid
    return 0


def test_a_trade_goes_from_post_to_release(site: Site) -> None:
    order = post(site.client, "whole")
    until(lambda: released(site.client, order), PATIENCE, "released")
    polled = site.client.get("/receipts?mailbox=DXPENT0000000005&wait=10").json["receipts"]
    mine = [receipt["status"] for receipt in polled if receipt["order_no"] == order and receipt["kind"] == "inventory"]
    assert mine == ["2", "120", "800"]


@pytest.mark.parametrize(("site", "role", "number"), ENDED, indirect=["site"])
def test_a_worker_that_ends_is_replaced_and_its_trade_comes_through(
    site: Site, role: str, number: signal.Signals
) -> None:
    before = worker(site, role)
    os.kill(before, number)
    order = post(site.client, f"{role} {number.name}")
    until(lambda: worker(site, role) not in {0, before}, PATIENCE, f"another {role}")
    until(lambda: released(site.client, order), PATIENCE, f"released without the first {role}")


@pytest.mark.long
def test_a_worker_that_is_asked_to_end_finishes_its_batch(site: Site) -> None:
    before = worker(site, site.receiving)
    answers = [site.client.post(again(many("311", 100))) for _ in range(20)]
    os.kill(before, signal.SIGTERM)
    logged(site.working, rf"process\.died name={site.receiving}-1 code=0 ")
    until(lambda: worker(site, site.receiving) not in {0, before}, PATIENCE, f"another {site.receiving}")
    for answer in answers:
        until(lambda link=answer.json["links"]["self"]: _read(site.client, link), PATIENCE, f"{answer.json} is read")


def _read(client: Client, link: str) -> bool:
    return bool(client.call("GET", link).json["state"] == "read")


def test_a_process_that_answers_is_replaced_when_it_is_killed(site: Site) -> None:
    before = set(descendants(site.serving.pid))
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    order = post(site.client, "killed front")
    until(lambda: len(set(descendants(site.serving.pid)) - {killed}) == 2, PATIENCE, "another process")
    until(lambda: released(site.client, order), PATIENCE, "released")


@pytest.mark.long
def test_fresh_processes_take_over_without_a_refusal(site: Site) -> None:
    before = set(descendants(site.serving.pid))
    os.kill(site.serving.pid, signal.SIGHUP)
    answers = []

    def taken_over() -> bool:
        answers.append(site.client.get("/state").status)
        now = set(descendants(site.serving.pid))
        return len(now) == 2 and not now & before

    until(taken_over, PATIENCE, "fresh processes")
    assert set(answers) == {200}


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Program]:
    """One that answers, with nobody who works, and not started yet."""
    with empty_vhost() as vhost:
        process = program("serve --port 0 --processes 1", tmp_path, broker=vhost.url)
        yield process
        process.stop()


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)],
    ids=lambda value: value.name,
)
def test_one_that_is_asked_to_end_answers_what_it_has_in_hand(alone: Program, number: signal.Signals) -> None:
    alone.start()
    client = Client(address(alone))
    until(lambda: client.get("/state").status == 200, PATIENCE, "ready")
    body = again(sample("311", orderNo="IN-HAND-1"))
    with (
        socket.create_connection((client.host, client.port)) as sending,
        socket.create_connection((client.host, client.port)) as polling,
    ):
        for connection in (sending, polling):
            connection.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65_536), "it has been let in"
        polling.sendall(b"GET /api/v1/receipts?mailbox=NOBODY&wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sending.sendall(
            b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        for pid in (*descendants(alone.pid), alone.pid) if number == signal.SIGINT else (alone.pid,):
            os.kill(pid, number)  # Ctrl-C in a terminal reaches them all
        assert b" 202 " in sending.makefile("rb").readline()
        assert b" 200 " in polling.makefile("rb").readline()
    assert alone.wait(PATIENCE) and alone.exit_code == 0
    assert "Stopped." in alone.tail() and "Traceback" not in alone.tail(200)


@pytest.mark.long
def test_when_the_first_of_them_is_killed_the_others_let_the_port_go(alone: Program, tmp_path: Path) -> None:
    alone.start()
    client = Client(address(alone))
    until(lambda: client.get("/state").status == 200, PATIENCE, "ready")
    alone.kill()
    until(lambda: not alone.members(), PATIENCE, "the others have noticed, and ended")
    with running(f"serve --port {client.port} --processes 1", tmp_path, "next", broker=NOWHERE) as following:
        assert address(following) == f"http://{client.host}:{client.port}"
        until(lambda: client.get("/state").status == 200, PATIENCE, "it answers at the same place")


def refusal(command: str, folder: Path, **settings: object) -> str:
    """What a command says that is refused, in this process: it comes before any other is started."""
    result = run_command(*command.split(), env=environment(folder, **settings))
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
    return result.output


def test_a_database_of_another_program_is_refused_with_what_to_do(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    migrate.upgrade(database)
    with closing(sqlite3.connect(tmp_path / "old.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    output = refusal("serve --port 0", tmp_path, broker=NOWHERE, database=database)
    assert "old.sqlite3" in output and "--data FOLDER" in output


def test_a_port_in_use_is_named_and_nothing_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output = refusal(f"serve --port {port}", tmp_path, broker=NOWHERE)
    assert f"Port {port} on 127.0.0.1 is in use" in output and "--port" in output
    assert not (tmp_path / "data").exists()


def test_the_embedded_broker_is_refused_with_what_to_set(tmp_path: Path) -> None:
    for command in ("serve --port 0", "work all"):
        output = refusal(command, tmp_path)
        assert "SINGLE_WINDOW_BROKER" in output and "amqp://" in output


@pytest.mark.long
def test_a_database_that_is_away_is_waited_for_and_named(tmp_path: Path) -> None:
    away = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    with running("serve --port 0 --processes 1", tmp_path, broker=NOWHERE, database=away) as waiting:
        client = Client(address(waiting))
        logged(waiting, r"start\.waits .*127\.0\.0\.1:1.*again_in", times=2)
        answer = client.post(sample("311"))
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
    assert "Traceback" not in waiting.tail(200)


@pytest.mark.long
def test_when_who_watches_over_workers_is_killed_they_work_on_until_another_has_its_own(tmp_path: Path) -> None:
    with made_database("postgresql", tmp_path) as database, empty_vhost() as vhost:
        settings = {"database": database, "broker": vhost.url}
        with (
            running("serve --port 0 --processes 1", tmp_path, **settings) as serving,
            running("work dispatch trades", tmp_path, **settings) as working,
        ):
            client = Client(address(serving))
            logged(working, "trades at work")
            os.kill(working.pid, signal.SIGKILL)
            order = post(client, "watched by nobody")
            until(lambda: released(client, order), PATIENCE, "released by processes whose supervisor is gone")
            for pid in working.members():
                os.kill(pid, signal.SIGTERM)
            until(lambda: not working.members(), PATIENCE, "they end when they are asked to")
