"""The same traffic ends in the same outcomes in one process on SQLite, and on RabbitMQ and PostgreSQL with one
and with four workers of each role: receipt for receipt, amounts to the fen, but for guids, numbers and times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from simulators.demo import UNSIGNED
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.imports.day import ImportDay
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import trades
from simulators.messages import mixed_messages
from simulators.world import World
from single_window.wiring import open_window
from tests.absent import absent
from tests.audit.auditing import audit
from tests.audit.evidence import Evidence
from tests.audit.journal import Journal
from tests.audit.remote import Remote
from tests.brokers import empty_vhost
from tests.chaos.crew import Crew, surroundings
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.databases import made_database

pytestmark = pytest.mark.service
DAY = date(2026, 11, 20)
NIGHTS = (2, 8, 40)
SEED = 29
WORLD = World(SEED)
ROLES = ("reception", "customs", "inspection", "tax", "agencies")


@pytest.fixture(scope="module")
def of_the_day() -> list[ImportTrade]:
    return list(trades(WORLD, 150, seed=SEED, day=DAY))


@pytest.fixture(scope="module")
def embedded(of_the_day: list[ImportTrade], tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """What the day comes to in one process."""
    evidence = Evidence(of_the_day)
    settings = settings_for(tmp_path_factory.mktemp("embedded"), broker="", readers=0)
    with open_sandbox(settings, DEMO, WORLD, UNSIGNED, DAY) as session:
        ImportDay(session, WORLD, of_the_day, 20, nights=NIGHTS).play(evidence)
    return evidence


@contextmanager
def spread(folder: Path, workers: int, journal: Journal, roles: Sequence[str] = ROLES) -> Iterator[Remote]:
    """The window in processes of its own over RabbitMQ and PostgreSQL, as it answers over HTTP."""
    with made_database("postgresql", folder) as database, empty_vhost() as vhost:
        if not vhost.own:
            absent("no RabbitMQ whose vhosts may be made: processes of the window know one namespace only")
        settings = {"data": folder / "data", "database": database, "broker": vhost.url, "port": free_port()}
        with open_sandbox(settings_for(folder / "data", database=database, readers=0), DEMO, WORLD, UNSIGNED, DAY):
            pass
        commands = {
            "serve": ("serve", "--processes", "1"),
            "dispatch": ("work", "dispatch"),
            **{role: ("work", role, "--processes", str(workers)) for role in roles},
        }
        clock = open_window(settings_for(**settings), queues=())
        with Crew(commands, surroundings(settings), folder / "logs"):
            remote = Remote(
                f"http://127.0.0.1:{settings['port']}", DEMO, journal, lambda instant: clock.advance(DEMO, instant)
            )
            until(lambda: remote.look("/api/v1/state").status == 200, 60, "nobody answers")
            yield remote
        clock.close()


@pytest.mark.long
@pytest.mark.parametrize("roles", [ROLES, ("trades",)], ids="+".join)
@pytest.mark.parametrize("workers", [1, 4])
def test_the_same_traffic_ends_in_the_same_outcomes(
    of_the_day: list[ImportTrade], embedded: Evidence, tmp_path: Path, workers: int, roles: Sequence[str]
) -> None:
    journal = Journal()
    with spread(tmp_path, workers, journal, roles) as remote:
        ImportDay(
            remote,
            WORLD,
            of_the_day,
            20,
            nights=NIGHTS,
            pack=lambda some: mixed_messages(some, SEED),
            on_send=journal.note,
        ).play()
        remote.fetch_again()
        remote.look_up()
    audit_result = audit(of_the_day, journal, embedded)
    assert [str(finding) for finding in audit_result.findings] == []
    assert audit_result.receipts == sum(embedded.counts.values()) > 1_500
