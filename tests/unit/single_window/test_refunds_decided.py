"""Officers decide about refund claims over HTTP, on the page and on the command line; the desk carries it out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from declarations.money import scaled_from_text
from single_window.api.app import create_app
from single_window.store.engine import writing
from single_window.store.tables import decision, refund_claim
from single_window.work import filing
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.officers import Browser, act, named, signed_in
from tests.stories.refunding import Refunding, export, inventory, purchase
from tests.stories.story import StoryRunner
from tests.tables import each

CLAIMS = ("TS1", "TS3", "TS4")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder in which three claims are taken in."""
    window = window_in(tmp_path)
    driver = Refunding(StoryRunner(window, "s"))
    for place, number in enumerate(CLAIMS):
        item = driver.summarised([inventory(place + 1)], cop_no=f"HZ{place}")[0] + "001"
        driver.story.submit(driver.paper(f"FP{place}"))
        driver.story.submit(driver.claim([export(item), purchase(f"FP{place}")], number))
    window.close()
    return tmp_path


@pytest.fixture
def client(data: Path) -> Iterator[Browser]:
    window = window_in(data)
    window.set_options("s", open_desks=True)
    runtime = Runtime(window)
    runtime.start()
    with described_client(create_app(window, runtime=runtime)) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "s"
        yield signed_in(made, window, "li", display="李")
    runtime.stop()
    window.close()


def version(client: Browser) -> int:
    seen: int = client.get("/api/v1/cases/refund_claim/TS1/decisions").json["version"]
    return seen


def test_over_http_a_decision_is_done_once(client: Browser) -> None:
    body = {"action": "approve", "seen": version(client)}
    done = client.post("/api/v1/cases/refund_claim/TS1/decisions", json=body)
    assert (done.status_code, done.json["status"], done.json["after"]) == (200, "done", "paid")
    again = client.post("/api/v1/cases/refund_claim/TS1/decisions", json=body)
    assert again.status_code == 409 and again.json["findings"][0]["code"] == "decision-conflict"
    assert client.get("/api/v1/refunds/TS1").json["paid"] == "2.60"
    assert client.get("/api/v1/declarations/TS1").json["documents"][0]["state"] == "paid"
    response = client.get("/declarations?number=TS1&sandbox=s")
    assert response.status_code == 303 and "/refunds/" in response.headers["Location"]
    assert client.get(response.headers["Location"]).status_code == 200


def test_of_decisions_at_once_each_is_answered_with_what_became_of_it(client: Browser) -> None:
    seen = version(client)

    def decide(action: str) -> int:
        body = {"action": action, "seen": seen, "reason": "" if action == "approve" else "理由"}
        with client.application.test_client() as own:
            return own.post(
                "/api/v1/cases/refund_claim/TS1/decisions", json=body, headers={"X-Sandbox": "s"}
            ).status_code

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(decide, ("ask", "approve", "refuse"))) == [200, 409, 409]


def test_on_the_command_line_too(data: Path) -> None:
    given = ["--data", str(data), "--sandbox", "s"]
    act = ["act", "TS4", "reduce", "--about", "refund_claim", "--amount", "1.00", "--reason", "单价偏高", *given]
    done = run_command(*act, "--json", code=0)
    answer = json.loads(done.stdout)
    assert answer.pop("decision") > 0
    assert (answer["label"], answer["action"], answer["status"]) == ("TS4", "reduce", "done")
    assert (answer["before"], answer["after"]) == ("accepted", "paid")
    again = run_command(*act)
    assert again.exit_code == 1 and "may not reduce" in again.output
    shown = run_command("show", "TS4", *given, "--lang", "en")
    assert "paid" in shown.stdout and "single-window refund explain TS4" in shown.stdout
    assert run_command("audit", *given).exit_code == 0


@each(
    ("action", "amount", "refund", "proposed"),
    [
        ("approve", "", "100000.01", True),
        ("reduce", "100000.00", "100000.01", True),
        ("refuse", "", "100000.01", False),
        ("approve", "", "100000.00", False),
    ],
)
def test_a_large_refund_needs_a_second_officer_in_whichever_state_it_is_decided(
    tmp_path: Path, data: Path, action: str, amount: str, refund: str, proposed: bool
) -> None:
    window = window_in(data)
    with writing(window.engine) as connection:
        connection.execute(update(refund_claim).values(refund=scaled_from_text(refund), state="accepted"))
        connection.execute(delete(decision))
    given = {"amount": amount} if amount else {}
    filed = act(window, "s", "TS1", action, "单价偏高", named("li", "tax_officer"), about="refund_claim", **given)
    assert filing.outcome(window, "s", filed.decision).proposed == proposed
    window.close()
