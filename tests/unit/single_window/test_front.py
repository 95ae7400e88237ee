"""One process of several that speak HTTP: it answers from the start, takes messages, and leaves the work to others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from serving_http import CAP, Client, again, sample

from single_window.api.server.listener import bind, url_of
from single_window.process.front import Front
from single_window.settings import Settings
from single_window.wiring import open_window
from single_window.work.runtime import Runtime
from tests.chaos.programs import until
from tests.patience import PATIENCE

NOWHERE = "127.0.0.1:1"


@contextmanager
def answering(settings: Settings, moment: float = 30.0) -> Iterator[tuple[Front, Client]]:
    """A front on a free port, from its start to its end."""
    bound = bind("127.0.0.1", 0)
    client = Client(url_of(bound))
    front = Front(settings, bound, threads=4, moment=moment).start()
    try:
        yield front, client
    finally:
        front.stop()
        bound.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, readers=0, synchronous="NORMAL", body_cap=CAP)


def test_it_takes_messages_and_leaves_the_work_to_others(settings: Settings) -> None:
    with answering(settings) as (front, client):
        assert client.post(again(sample("311", orderNo="FRONT-1"))).status == 202
        answer = client.get("/state").json
        assert front.alive and answer["working"] is None and answer["deliveries"]["ready"] == 1
        window = open_window(settings)
        try:
            runtime = Runtime(window).start()
            assert runtime.wait_until_settled(PATIENCE) and runtime.stop()
            assert window.depth() == {}
        finally:
            window.close()
        kept = client.get("/declarations/FRONT-1").json
        assert [document["kind"] for document in kept["documents"]] == ["order"]


def test_whoever_comes_while_it_opens_waits_for_it(settings: Settings) -> None:
    with answering(settings) as (_, client):
        assert client.get("/state").status == 200


def test_without_a_broker_messages_are_taken_and_kept(settings: Settings) -> None:
    with answering(replace(settings, broker=f"amqp://guest:guest@{NOWHERE}/")) as (front, client):
        body = again(sample("311", orderNo="ALONE-1"))
        answer = client.post(body)
        assert answer.status == 202 and front.alive
        assert client.get(f"/messages/{answer.json['id']}").json["state"] == "received"
        assert client.post(body).json["repeated"] is True


def test_without_a_database_it_answers_so_with_retry_after(settings: Settings) -> None:
    pytest.importorskip("psycopg")
    away = replace(settings, database=f"postgresql+psycopg://{NOWHERE}/none")
    with answering(away, moment=0.01) as (front, client):
        answer = client.post(sample("311"))
        assert (answer.status, answer.codes) == (503, ["not-accepting"]) and int(answer.headers["Retry-After"]) > 0
        assert answer.headers["X-Request-Id"]
        assert client.call("GET", "/healthz").status == 200 and client.call("GET", "/readyz").status == 503
        assert front.alive and front.failure is None


def test_where_waiting_is_of_no_use_it_says_why(settings: Settings) -> None:
    (settings.data / "file").write_text("no folder")
    with answering(replace(settings, database=f"sqlite:///{settings.data / 'file' / 'x.sqlite3'}")) as (front, _):
        until(lambda: front.failure is not None, 120, "a failure")
        assert "x.sqlite3" in str(front.failure)
