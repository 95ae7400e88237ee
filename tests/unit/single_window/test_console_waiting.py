"""What waits for a person is shown on every page, and the start page leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.store import tables
from single_window.store.engine import writing
from single_window.work.runtime import Runtime
from tests.databases import window_in
from tests.stories.story import NOON
from tests.waiting import wait


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A window that only shows: two claims, a report and an application wait in "s", nothing in "empty"."""
    window = window_in(tmp_path)
    for name in ("s", "empty"):
        window.make_sandbox(name, Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(window.engine) as connection:
        for number, state in ((1, "in_review"), (2, "in_review"), (3, "paid")):
            connection.execute(
                insert(tables.refund_claim).values(
                    id=number,
                    sandbox="s",
                    key=f"E|TS{number}",
                    cop_no=f"TS{number}",
                    ebc_code="E",
                    state=state,
                    kind="T",
                )
            )
        connection.execute(
            insert(tables.forex_report).values(id=1, sandbox="s", key="B|SH1", cop_no="SH1", state="in_review")
        )
        connection.execute(insert(tables.enterprise).values(sandbox="s", code="3702961003", state="in_review"))
        wait(connection, "s", "refund_claim", 1, 2)
        wait(connection, "s", "forex_report", 1)
        wait(connection, "s", "registration", "3702961003")
    with create_app(window, runtime=Runtime(window)).test_client() as made:
        yield made
    window.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_shows_how_much_waits(client: FlaskClient, language: str) -> None:
    for path in ("/day", "/review", "/refunds", "/refunds/TS1", "/exchange", "/declarations"):
        page = client.get(path, query_string={"sandbox": "s", "lang": language}).text
        nav = page[page.index("<nav") : page.index("</nav>")]
        assert re.findall(r'class="n">(\d+)<', nav) == ["4", "2", "1", "1"], path
    page = client.get("/day", query_string={"sandbox": "empty", "lang": language}).text
    assert 'class="n"' not in page[page.index("<nav") : page.index("</nav>")]


def test_the_start_page_leads_to_each_desk_where_something_waits(client: FlaskClient) -> None:
    page = client.get("/day?sandbox=s&lang=en").text
    assert "Needs a decision" in page
    assert re.findall(r'href="/review\?([^"]*)desk=(\w+)', page) == [
        ("sandbox=s&amp;lang=en&amp;", name) for name in ("exchange", "refunds", "registrations")
    ]
    assert "desk=" not in client.get("/day?sandbox=empty&lang=en").text
