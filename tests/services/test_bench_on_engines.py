"""The bench on RabbitMQ and PostgreSQL: real processes, engines of its own, a floor beneath, nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pika import BlockingConnection, URLParameters
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from simulators.errors import SimulatorError
from tests import databases
from tests.brokers import Vhost, empty_vhost
from tools.bench import database_floor
from tools.bench.console_measures import console
from tools.bench.engine_measures import backlog, import_engines, latency_200
from tools.bench.temporary_services import BROKER_EXCHANGES, Engines, own_database, temporary_services, tidy

pytestmark = pytest.mark.service


@pytest.fixture
def vhost() -> Iterator[Vhost]:
    with empty_vhost() as empty_host:
        yield empty_host


@pytest.fixture
def engines(vhost: Vhost, tmp_path: Path) -> Iterator[Engines]:
    with databases.empty_database("postgresql", tmp_path) as address:
        yield Engines(vhost.url, address)


@contextmanager
def channel(broker: str) -> Iterator[object]:
    connection = BlockingConnection(URLParameters(broker))
    yield connection.channel()
    connection.close()


def query(database: str, *statements: str) -> list[object]:
    """What the last statement answers."""
    engine = create_engine(database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        rows = list(result.scalars()) if result.returns_rows else []
    engine.dispose()
    return rows


def databases_of(database: str) -> set[object]:
    return set(query(database, "SELECT datname FROM pg_database"))


@pytest.mark.long
def test_a_run_has_a_vhost_and_a_database_that_are_gone_after_it(engines: Engines) -> None:
    with temporary_services(engines) as own:
        assert own.database != engines.database
        query(own.database, "CREATE TABLE mine (id int)")
        name = query(own.database, "SELECT current_database()")[0]
        assert name in databases_of(engines.database)
        assert own.versions["rabbitmq"][0].isdigit() and own.versions["postgresql"][0].isdigit()
    assert name not in databases_of(engines.database)


def test_a_vhost_that_a_window_uses_is_left_alone_where_no_other_can_be_made(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no rabbitmqctl
    with channel(engines.broker) as at:
        at.exchange_declare(BROKER_EXCHANGES[0], "topic", durable=True)
    with pytest.raises(SimulatorError, match="A window uses this vhost"), temporary_services(engines):
        pass
    with channel(engines.broker) as at:
        at.exchange_declare(BROKER_EXCHANGES[0], passive=True)


def test_an_empty_vhost_is_swept_where_no_other_can_be_made(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with temporary_services(engines) as own, channel(own.broker) as at:
        assert own.broker == engines.broker
        at.exchange_declare(BROKER_EXCHANGES[0], "topic", durable=True)
    with channel(engines.broker) as at, pytest.raises(Exception, match="NOT_FOUND"):
        at.exchange_declare(BROKER_EXCHANGES[0], passive=True)


def test_the_rows_of_a_run_go_into_bare_tables_in_as_many_commits(engines: Engines) -> None:
    query(
        engines.database,
        "CREATE TABLE one (id int PRIMARY KEY, words text)",
        "CREATE TABLE other (id int)",
        "INSERT INTO one VALUES (1, 'before')",
    )
    before = database_floor.rows(engines.database)
    first = database_floor.last_transaction(engines.database)
    query(
        engines.database,
        "INSERT INTO one SELECT n, E'a\\nb' FROM generate_series(2, 10) n",
        "INSERT INTO other VALUES (1)",
    )
    rows = database_floor.rows(engines.database, before)
    assert [(row.table, len(row.lines)) for row in rows] == [("one", 9), ("other", 1)]
    assert database_floor.last_transaction(engines.database) - first >= 2
    assert database_floor.database_seconds(engines.database, rows, 4) > 0
    assert query(engines.database, "SELECT count(*) FROM floor.one WHERE words = E'a\\nb'") == [9]


def test_a_database_of_ones_own_is_tidied_and_is_gone_afterwards(engines: Engines) -> None:
    with own_database(engines.database) as (own, version):
        query(own, "CREATE TABLE mine (id int)", "INSERT INTO mine SELECT generate_series(1, 500)")
        tidy(own)
        assert query(own, "SELECT reltuples::int FROM pg_class WHERE relname = 'mine'") == [500]
        assert version[0].isdigit() and len(bench_databases(engines)) == 1
    assert bench_databases(engines) == []
    with pytest.raises(SimulatorError, match="must lead to PostgreSQL"), own_database("sqlite:///x"):
        pass


@pytest.mark.long
def test_the_officers_pages_are_measured_on_postgresql(engines: Engines, tmp_path: Path) -> None:
    measurement = console(tmp_path, 500, engines.database)
    assert set(measurement.more["engines"]) == {"postgresql"} and measurement.trades == 500
    assert all(measurement.more[name] > 0 for name in ("queue_ms", "take_next_ms", "case_ms", "search_ms", "day_ms"))
    assert bench_databases(engines) == []


def bench_databases(engines: Engines) -> list[object]:
    """Those that this process made: others measure at the same server."""
    return [name for name in databases_of(engines.database) if f"window_bench_{os.getpid()}_" in str(name)]


@pytest.mark.long
def test_an_import_through_processes_is_set_against_the_floor_of_its_engines(engines: Engines, tmp_path: Path) -> None:
    measurement = import_engines(tmp_path, 20, engines, 1)
    assert (measurement.trades, measurement.released_share, measurement.more["receipts"]) == (20, 1.0, 200)
    assert measurement.more["commits"] > 0 and measurement.more["rows"] > 20 * 10
    assert measurement.more["floor"] > 0 and measurement.value > 0
    assert (measurement.more["workers"], set(measurement.more["engines"])) == (1, {"rabbitmq", "postgresql"})
    assert bench_databases(engines) == []


@pytest.mark.long
def test_the_latency_is_reported_of_every_202_and_of_every_first_receipt(engines: Engines, tmp_path: Path) -> None:
    measurement = latency_200(tmp_path, 20, engines, 1)
    assert measurement.more["messages"] == 80
    assert (
        0
        < measurement.more["accepted_p50_ms"]
        <= measurement.more["accepted_p99_ms"]
        <= measurement.more["accepted_most_ms"]
    )
    assert measurement.more["accepted_p50_ms"] < measurement.more["receipt_p99_ms"] == measurement.value


@pytest.mark.long
def test_what_came_in_while_nobody_worked_is_dealt_with(engines: Engines, tmp_path: Path) -> None:
    measurement = backlog(tmp_path, 20, engines, 1)
    assert (measurement.more["messages"], measurement.more["outage_seconds"], measurement.released_share) == (
        80,
        0.4,
        1.0,
    )
    assert measurement.value == pytest.approx(measurement.seconds, abs=0.1)
