"""What two windows are told at once on one database: who finds that another was first says so, whatever waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from single_window.intake.capturing import capture, changed
from single_window.master_data.csv_files import BadFile
from single_window.master_data.importing import KINDS, import_csv
from single_window.settings import Settings
from single_window.store import epcis_events
from single_window.store.bulk import on_sqlite
from single_window.store.engine import reading, writing
from single_window.store.epcis_events import EventQuery
from single_window.store.tables import epcis_event, licence
from single_window.wiring import Window, open_window
from tests.chaos.programs import until
from tests.databases import ON_BOTH, fetch, kept_open, read_by
from tests.patience import PATIENCE

pytestmark = ON_BOTH
FIRST, LATER = 1_000, 2_000


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    settings = Settings(data=tmp_path / "data", database=address, readers=0, synchronous="NORMAL", run_to_completion=0)
    yield from kept_open(open_window(settings))


def meanwhile(engine: Engine, first: Callable[[Connection], Any], second: Callable[[], Any]) -> Future[Any]:
    """Let another thread begin the second work while the first is done and not committed; what became of it."""
    with ThreadPoolExecutor() as pool, writing(engine) as connection:
        first(connection)
        done = pool.submit(second)
        if not on_sqlite(connection):  # which has one writer
            until(lambda: waits_for_a_lock(engine), PATIENCE, "another waits for the lock")
    return done


def waits_for_a_lock(engine: Engine) -> bool:
    chosen = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with reading(engine) as connection:
        return bool(connection.execute(chosen).scalar())


def event(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{number}",
        "eventTime": "2026-11-20T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": [f"urn:x:{number}"],
        **fields,
    }


def told(connection: Connection, now: int, events: Sequence[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many events a capture stores, and what it says about the others."""
    document = capture(
        json.dumps(
            {
                "@context": [],
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-11-20T08:00:00Z",
                "epcisBody": {"eventList": events},
            }
        ).encode()
    )
    taken, kept = epcis_events.put(connection, "main", "DXPENT0000000001", now, document.events)
    return taken, [found.path for found in changed(document, kept)]


def captured(window: Window, now: int, *events: dict[str, Any]) -> tuple[int, list[str]]:
    with writing(window.engine) as connection:
        return told(connection, now, events)


def test_of_one_event_told_twice_at_once_one_is_taken_and_the_first_instant_stays(window: Window) -> None:
    same = [event(number) for number in range(50)]
    done = meanwhile(window.engine, lambda first: told(first, FIRST, same), lambda: captured(window, LATER, *same))
    assert done.result() == (0, [])
    stored = read_by(window.engine, epcis_events.find, "main", EventQuery(most=100))
    assert [row.recorded_at for row in stored] == [FIRST] * 50


def test_of_two_events_of_one_id_told_at_once_the_second_is_told_of_the_first(window: Window) -> None:
    one, other = event(1), event(1, epcList=["urn:x:other"])
    done = meanwhile(
        window.engine,
        lambda first: told(first, FIRST, [one]),
        lambda: captured(window, LATER, event(0), other, event(2)),
    )
    assert done.result() == (2, ["/epcisBody/eventList/1/eventID"])
    assert fetch(window.engine, select(func.count()).select_from(epcis_event)).scalar() == 3


def licences(**cells: str) -> str:
    row = {column.name: column.example for column in KINDS["licences"].columns} | cells
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def test_a_licence_that_another_recorded_meanwhile_is_not_recorded_otherwise(window: Window) -> None:
    import_csv(window, "main", "licences", licences())
    recorded = fetch(window.engine, select(licence)).one()._asdict()

    def first(connection: Connection) -> None:
        connection.execute(licence.insert().values(**{**recorded, "since": "2024-01-02", "name": "another"}))

    done = meanwhile(window.engine, first, lambda: import_csv(window, "main", "licences", licences(since="2024-01-02")))
    with pytest.raises(BadFile, match="what was recorded stays"):
        done.result()
