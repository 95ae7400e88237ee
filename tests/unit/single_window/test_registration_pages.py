"""The registrar's pages: what waits comes first, one company with all that is known, decisions with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.store import tables
from single_window.store.engine import writing
from tests.databases import window_in
from tests.officers import Browser, signed_in
from tests.stories.story import NOON
from tests.tables import each
from tests.unattended import unattended
from tests.waiting import wait

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Browser]:
    """A window that works, with a company that waits and one that is registered."""
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(window.engine) as connection:
        for code, state in (("3702960A01", "in_review"), ("3702960A02", "registered")):
            connection.execute(
                insert(tables.enterprise).values(
                    sandbox="s",
                    code=code,
                    key=code,
                    state=state,
                    name=HOSTILE,
                    kinds="merchant;agent",
                    version=3,
                    filed_at=NOON,
                    facts='{"dxp_id": "DXPENT0000000001"}',
                )
            )
        wait(connection, "s", "registration", "3702960A01", version=3)
    with create_app(window, runtime=unattended(window)).test_client() as made:
        yield signed_in(made, window, "li", role="registrar")
    window.close()


@each("language", ["zh", "en"])
def test_what_waits_comes_first_and_what_others_wrote_is_escaped(client: Browser, language: str) -> None:
    query = {"sandbox": "s", "lang": language}
    every = client.get("/registrations", query_string=query).text
    assert every.index("3702960A01</small>") < every.index("3702960A02</small>")
    assert re.search(r'data-open>[^<]+</a> <small class="codes">3702960A02</small>', every), (
        "the company, then its code"
    )
    assert "3702960A01</small>" not in client.get("/registrations", query_string={**query, "state": "registered"}).text
    shown = client.get("/registrations/3702960A01", query_string=query).text
    assert "&lt;script&gt;" in shown and shown.count("<script") == 1
    assert [f'data-key="{key}"' in shown for key in "cdwr"] == [True, True, False, False]
    assert client.get("/registrations/9", query_string=query).status_code == 404


def test_a_refusal_is_reported_with_what_was_typed(client: Browser) -> None:
    answer = client.post("/registrations/3702960A02?sandbox=s&lang=en", data={"act": "approve", "reason": "as agreed"})
    assert 'role="alert"' in answer.text and "<q>as agreed</q>" in answer.text
    assert 'value="as agreed"' not in answer.text, "it was about an act that is not possible, and is about no other"


def test_words_of_one_act_stand_in_no_other(client: Browser) -> None:
    shown = client.get("/registrations/3702960A01?sandbox=s&lang=en").text
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version is not None
    stale = {"act": "refuse", "reason": "材料不齐", "version": str(int(version[1]) + 1)}
    answer = client.post("/registrations/3702960A01?sandbox=s&lang=en", data=stale).text
    assert 'role="alert"' in answer and len(re.findall('name="reason"', answer)) > 1
    assert re.findall(r'id="(reason-[\w-]+)" name="reason"[^>]*\s+value="材料不齐"', answer) == ["reason-refuse"]
