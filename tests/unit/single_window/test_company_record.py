"""What became of the other lists of a company: counted among the newest of its sandbox, shown on the page of a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert
from test_console_pages import get

from gateways.circumstances import Options
from single_window.api import create_app
from single_window.cases.declarations.company_record import CompanyRecord, company_record_of
from single_window.clock import Clock
from single_window.settings import Settings
from single_window.store.engine import reading, writing
from single_window.store.tables import participant, timeline
from single_window.wiring import Window
from tests.databases import ON_BOTH, kept_open, made_database, read_by, write_by
from tests.listed import line, listed, put
from tests.officers import signed_in

pytestmark = ON_BOTH
NOON = 1_780_300_800_000
HERS = {"ebc_code": "3702960A7A"}


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """Lists of two companies; of the first: released, closed, rejected, inspected, sent back, and one to decide."""
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        with writing(opened.engine) as connection:
            connection.execute(
                insert(participant).values(
                    sandbox="s", code="3702960A7A", name="海风", kinds="ebc", credit_grade="certified"
                )
            )
            for number, state in enumerate(("released", "closed", "rejected", "released", "sent_back", "in_review"), 1):
                put(connection, number, listed([line("8471", 1)]), state=state, **HERS)
            put(connection, 7, listed([line("8471", 1)]), ebc_code="3702960A7B")
            passed(connection, 4, "under_inspection", "concluded", "released")
            passed(connection, 5, "under_inspection", "detained", "sent_back")
            passed(connection, 7, "under_inspection", "detained")
        yield from kept_open(opened)


def passed(connection: Connection, number: int, *states: str) -> None:
    """Note in the timeline which states a list went through."""
    for place, state in enumerate(states):
        connection.execute(
            insert(timeline).values(
                id=number * 10 + place,
                sandbox="s",
                order_no=f"D{number}",
                kind="inventory",
                key=f"k{number}",
                event="x",
                state=state,
            )
        )


def test_the_other_lists_of_the_company_are_counted(window: Window) -> None:
    with reading(window.engine) as connection:
        assert company_record_of(connection, "s", 6) == CompanyRecord(
            "3702960A7A", "海风", "certified", lists=5, rejected=1, inspected=2, found=1, released=3, among=7
        )
        assert company_record_of(connection, "s", 7) == CompanyRecord("3702960A7B", "", "", 0, 0, 0, 0, 0, 7)
        assert company_record_of(connection, "s", 8) is None


def test_a_list_that_names_no_company_has_no_record(window: Window) -> None:
    write_by(window.engine, put, 9, listed([line("8471", 1)]))
    assert read_by(window.engine, company_record_of, "s", 9) is None


def test_the_case_page_shows_the_record(window: Window) -> None:
    with create_app(window).test_client() as client:
        page = get(signed_in(client, window), "/declarations/6?sandbox=s&lang=en")
    shown = " ".join(page.text.split())
    assert "newest 7 lists" in shown and "certified" in shown
    assert "Lists seen5" in shown and "/registrations/3702960A7A?sandbox=s&lang=en" in page.links
