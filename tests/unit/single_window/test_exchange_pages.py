"""The pages of foreign exchange: what waits first, one report with its legs, and the decision of a bank's officer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from declarations.money import SCALE
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.store import tables
from single_window.store.engine import writing
from tests.databases import window_in
from tests.officers import Browser, signed_in
from tests.stories.story import NOON
from tests.unattended import unattended
from tests.waiting import wait

HOSTILE = "<script>alert(1)</script>"


def filed(number: str) -> dict[str, object]:
    """The document of a report, by which its own number is found."""
    return {
        "sandbox": "s",
        "kind": "forex_report",
        "key": f"B|SH{number}",
        "order_no": f"SH{number}",
        "message_id": 0,
        "facts": b"",
    }


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Browser]:
    """A window that only shows, with a report that waits and one that is booked."""
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(window.engine) as connection:
        for number, state in ((1, "in_review"), (2, "booked")):
            connection.execute(insert(tables.document).values(id=number, **filed(str(number))))
            connection.execute(
                insert(tables.forex_report).values(
                    id=number,
                    sandbox="s",
                    key=f"B|SH{number}",
                    cop_no=f"SH{number}",
                    state=state,
                    reporter_code="B",
                    ebc_code="E",
                    direction="1",
                    settlement="1",
                    currency="502",
                    amount=5 * SCALE,
                    legs=1,
                    value_on="2026-11-19",
                    version=3,
                    reasons='[["21080", {"order": "D1"}, ["forex.transaction_limit@2015-01-20"]]]',
                )
            )
            connection.execute(
                insert(tables.forex_leg).values(
                    sandbox="s",
                    report_id=number,
                    number=1,
                    state=state,
                    direction="1",
                    leg_kind="1",
                    order_no="D1",
                    counterparty=HOSTILE,
                    currency="502",
                    amount=5 * SCALE,
                )
            )
        wait(connection, "s", "forex_report", 1)
    with create_app(window, runtime=unattended(window)).test_client() as made:
        yield signed_in(made, window, "li", display="李")
    window.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_waits_comes_first_and_what_others_wrote_is_escaped(client: Browser, language: str) -> None:
    query = {"sandbox": "s", "lang": language}
    every = client.get("/exchange", query_string=query).text
    assert every.index("SH1</a>") < every.index("SH2</a>")
    assert "SH1</a>" not in client.get("/exchange", query_string={**query, "state": "booked"}).text
    shown = client.get("/exchange/B|SH1", query_string=query).text
    assert "&lt;script&gt;" in shown and shown.count("<script") == 1
    assert [f'data-key="{key}"' in shown for key in "cd"] == [True, True]
    assert 'data-key="c"' not in client.get("/exchange/SH2", query_string=query).text
    assert client.get("/exchange/SH9", query_string=query).status_code == 404


def test_what_was_sent_again_meanwhile_is_not_decided_unseen(client: Browser) -> None:
    assert client.post("/exchange/SH1?sandbox=s", data={"act": "approve", "version": "2"}).status_code == 409
    again = client.post("/exchange/SH1?sandbox=s&lang=zh", data={"act": "refuse", "version": "3"})
    assert again.status_code == 422


def test_the_pages_say_it_in_chinese_with_sources_and_count_what_waits(client: Browser) -> None:
    for path in ("/exchange", "/exchange/SH1"):
        text = client.get(path, query_string={"sandbox": "s", "lang": "zh"}).text
        heads = re.findall(r'scope="col"[^>]*>([^<]*)<', text) + re.findall(r"<dt>([^<]*)<", text)
        assert heads and not [head for head in heads if re.search("[A-Za-z]{2}", head)]
    assert 'class="law"' in text and 'rel="next"' not in text
    assert "5.00 美元" in text and not re.search(r"5\.00 (?:USD|502)", text)
    assert '<span class="n">1</span>' in client.get("/exchange?sandbox=s").text


def test_of_many_reports_that_wait_the_oldest_come_first_and_none_is_lost(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    with writing(window.engine) as connection:
        papers = [{"id": number, **filed(f"{number:03d}"), "sandbox": "main"} for number in range(1, 121)]
        connection.execute(insert(tables.document), papers)
        connection.execute(
            insert(tables.forex_report),
            [
                {
                    "id": number,
                    "sandbox": "main",
                    "key": f"B|SH{number:03d}",
                    "cop_no": f"SH{number:03d}",
                    "state": "in_review",
                    "currency": "502",
                    "value_on": "2026-11-19",
                }
                for number in range(1, 121)
            ],
        )
    with create_app(window, runtime=unattended(window)).test_client() as client:
        first = client.get("/exchange").text
        assert re.findall(r"SH(\d+)</a>", first)[:50] == [f"{number:03d}" for number in range(1, 51)]
        results, place = set(), "/exchange?state=in_review"
        while place:
            page = client.get(place).text
            results |= set(re.findall(r"SH(\d+)</a>", page))
            more = re.search(r'<p><a href="(/exchange\?[^"]*before=[^"]*)"', page)
            place = more[1].replace("&amp;", "&") if more else ""
        assert len(results) == 120
        assert "SH002" in client.get("/exchange/SH001").text and "SH001" in client.get("/exchange/SH120").text
    window.close()
