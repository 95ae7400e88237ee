"""What operators see of real processes: one scrape for all, one form of log, readiness that says what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemas.catalogue import by_code
from single_window.clock import system_now
from single_window.intake.samples import fresh
from single_window.observe.logs import holds
from tests.brokers import empty_vhost
from tests.chaos.programs import Program, until
from tests.databases import made_database
from tests.patience import PATIENCE
from tests.running import address, logged, running
from tests.unit.single_window.serving_http import TRADE, Client

ROLES = ("dispatch", "reception", "customs", "inspection", "tax")
TRADES = 5


class Site(NamedTuple):
    """A window in one or more programs, and the logs that they write."""

    client: Client
    programs: list[Program]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What all of them have logged, in JSON; lines that only announce something are left out."""
        text = "".join(program.log.read_text("utf-8") for program in self.programs)
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def counted(self, name: str) -> dict[str, float]:
        """The samples of a metric, by the value of its only label."""
        text = self.client.call("GET", "/metrics").body.decode()
        return {
            ",".join(sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == f"single_window_{name}"
        }


@pytest.fixture(scope="module", params=["run", pytest.param("serve and work", marks=pytest.mark.service)])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("observed")
    with ExitStack() as stack:
        if request.param == "run":
            program = stack.enter_context(running("run --port 0", folder, processes=2, log="json"))
            yield Site(Client(address(program)), [program])
            return
        settings = {
            "database": stack.enter_context(made_database("postgresql", folder)),
            "broker": stack.enter_context(empty_vhost()).url,
            "log": "json",
        }
        serving = stack.enter_context(running("serve --port 0 --processes 2", folder, **settings))
        working = stack.enter_context(running(f"work {' '.join(ROLES)}", folder, **settings))
        for role in ROLES:
            logged(working, rf"{role} at work")
        yield Site(Client(address(serving)), [serving, working])


@pytest.fixture(scope="module")
def sent(site: Site) -> list[int]:
    """The ids of the messages of a few trades, sent one connection each, and released by now."""
    until(lambda: site.client.call("GET", "/readyz").status == 200, PATIENCE, "ready")
    bodies = [fresh(by_code(code), f"seen {number}", system_now()) for number in range(TRADES) for code in TRADE]
    ids = [site.client.post(body).json["id"] for body in bodies]
    for order in {number(body) for body in bodies}:
        until(partial(released, site.client, order), PATIENCE, f"{order} released")
    return ids


def number(body: bytes) -> str:
    """The order number of a document."""
    match = re.search(rb"<ceb:orderNo>([^<]+)", body)
    assert match
    return match[1].decode()


def released(client: Client, order: str) -> bool:
    answer = client.get(f"/declarations/{order}")
    return answer.status == 200 and [declaration["state"] for declaration in answer.json["declarations"]] == [
        "released"
    ]


def test_one_scrape_counts_what_all_processes_did(site: Site, sent: list[int]) -> None:
    assert sum(site.counted("messages_total").values()) == len(sent)
    assert site.counted("documents_total") == dict.fromkeys(("order", "payment", "waybill", "inventory"), TRADES)
    assert site.counted("deliveries_done_total")["reception"] == len(sent)
    timed = site.counted("stage_seconds_count")
    assert (timed["admission"], timed["reception"]) == (len(sent), len(sent)) and timed["customs"] and timed["tax"]
    assert site.counted("database_up") == {"": 1} and site.counted("broker_state")["connected"] == 1
    assert set(site.counted("overdue").values()) == {0}


def test_processes_are_counted_by_what_they_do(site: Site, sent: list[int]) -> None:
    roles = {"run": 1, "trades": 1} if len(site.programs) == 1 else {"http": 2, **dict.fromkeys(ROLES, 1)}
    assert site.counted("processes") == roles


def test_a_message_is_followed_through_the_logs_of_all_processes(site: Site, sent: list[int]) -> None:
    def about(field: str, number: int) -> list[dict[str, Any]]:
        return [line for line in site.lines if holds(line.get(field, ""), number)]

    admitted, received = about("messages", sent[-1])[:2]
    assert (admitted["event"], received["event"], received["queue"]) == ("messages.admitted", "batch.done", "reception")
    decided = [row for message in sent[-len(TRADE) :] for row in decided_about(about, message)]
    assert {row["queue"] for row in decided} == {"customs"}
    assert any(row.get("declarations") for row in decided), "a trade is decided with whichever of its documents is last"
    assert decided[0]["process"] != admitted["process"], "another process, the same ids"
    assert any(row.get("receipts") for row in decided)


def decided_about(about: Callable[[str, int], list[dict[str, Any]]], message: int) -> list[dict[str, Any]]:
    """The lines of the gateway about what reception filed for a message."""
    filed = next(row["filed"] for row in about("messages", message) if row.get("queue") == "reception")
    rows = [row for delivery in map(int, filed.split(",")) for row in about("deliveries", delivery)]
    return [row for row in rows if row["event"] == "batch.done"]


def test_every_line_of_every_process_has_the_same_form(site: Site, sent: list[int]) -> None:
    assert all(list(line)[:3] == ["timestamp", "level", "event"] and line["process"] for line in site.lines)
    assert not [line for line in site.lines if line["level"] == "error"]


def lacking(client: Client) -> list[str]:
    """The checks that /readyz says have failed; it must say so in both languages and with 503."""
    answer = client.call("GET", "/readyz")
    failed = [check for check in answer.json["checks"] if not check["passed"]]
    assert (answer.status, answer.json["status"]) == ((503, "not ready") if failed else (200, "ready"))
    assert all(check["zh"] != check["en"] for check in failed)
    return [check["name"] for check in failed]


@pytest.mark.long
@pytest.mark.service
@pytest.mark.parametrize(("away", "check"), [("database", "opening"), ("broker", "broker")])
def test_a_process_whose_engines_are_away_lives_and_says_what_it_lacks(tmp_path: Path, away: str, check: str) -> None:
    with ExitStack() as stack:
        settings = {"database": "postgresql+psycopg://nobody@127.0.0.1:1/nothing", "broker": "amqp://a:b@127.0.0.1:1/v"}
        if away == "broker":
            settings["database"] = stack.enter_context(made_database("postgresql", tmp_path))
        client = Client(address(stack.enter_context(running("serve --port 0 --processes 1", tmp_path, **settings))))
        assert client.call("GET", "/healthz").json["status"] == "alive"
        until(lambda: lacking(client) == [check], PATIENCE, f"{check} is what it lacks")
