"""A claim in a sandbox with refund rates of its own: reckoned by them, and shown with them on every surface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from single_window.api.app import create_app
from single_window.master_data.importing import import_csv
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.stories.refunding import CODE, Refunding, export, purchase

RATE = f"refund.rates/{CODE}@2026-01-01"
RATES = f"hs10,name,unit,levy,refund,since,until,flag,confidence\n{CODE},T恤衫,011,0.13,0.09,2026-01-01,,,I\n"


@pytest.fixture
def driver(start_story: Any) -> Refunding:
    """A sandbox in which shirts are refunded with 9 %."""
    story = Refunding(start_story())
    import_csv(story.story.window, story.story.sandbox, "refund_rates", RATES)
    return story


@pytest.fixture
def declared(driver: Refunding) -> str:
    """The declaration of an item that was claimed, its claim under review; its number."""
    number = driver.summarised()[0]
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(number + "001"), purchase("FP1")]))
    assert driver.claim_row().state == "accepted" and driver.claim_row().refund == 180_000
    return number


@pytest.fixture
def client(driver: Refunding) -> Iterator[FlaskClient]:
    window = driver.story.window
    with create_app(window, runtime=Runtime(window)).test_client() as made:
        made.environ_base["HTTP_X_SANDBOX"] = driver.story.sandbox
        yield made


def command(driver: Refunding, *arguments: str) -> str:
    window = driver.story.window
    result = run_command(
        "refund", *arguments, "--data", window.settings.data, "--sandbox", driver.story.sandbox, code=0
    )
    return result.stdout


@pytest.mark.usefixtures("declared")
def test_the_command_line_explains_the_claim_with_the_imported_rate(driver: Refunding) -> None:
    explained = json.loads(command(driver, "explain", "TS2", "--json"))
    assert explained["exports"][0]["rate"]["id"] == RATE and explained["claim"]["amounts"]["refund"] == "1.80"
    for name in ("show", "explain"):
        assert "0.13 / 0.09" in command(driver, name, "TS2")


@pytest.mark.usefixtures("declared")
def test_the_command_line_shows_the_claim_as_http_does(client: FlaskClient, driver: Refunding) -> None:
    shown = json.loads(command(driver, "show", "TS2", "--json"))
    assert shown["refund"] == "1.80" and shown == client.get("/api/v1/refunds/TS2").json


@pytest.mark.usefixtures("declared")
def test_http_explains_the_claim_with_the_imported_rate(client: FlaskClient) -> None:
    answer = client.get("/api/v1/refunds/TS2/explanation")
    assert answer.status_code == 200 and answer.json["exports"][0]["rate"]["refund"] == "0.09"
    assert client.get("/api/v1/refunds/TS2").json["refund"] == "1.80"


@pytest.mark.usefixtures("declared")
def test_the_page_shows_the_claim_with_the_imported_rate(client: FlaskClient, driver: Refunding) -> None:
    page = client.get("/refunds/TS2", query_string={"sandbox": driver.story.sandbox, "lang": "en"})
    assert page.status_code == 200 and "refund 0.09" in page.text


@pytest.mark.parametrize("kind", ["registration", "invoice", "exchange", "claim"])
def test_drafts_rest_on_the_imported_rate(driver: Refunding, tmp_path: Path, kind: str) -> None:
    number = driver.summarised()[0]
    command(driver, "draft", kind, number, "--out", str(tmp_path / "draft.xml"))
    driver.story.submit((tmp_path / "draft.xml").read_bytes())


def test_a_drafted_claim_is_paid_by_the_imported_rate(driver: Refunding, tmp_path: Path) -> None:
    number = driver.summarised()[0]
    for kind in ("invoice", "exchange", "claim"):
        command(driver, "draft", kind, number, "--out", str(tmp_path / kind))
        driver.story.submit((tmp_path / kind).read_bytes())
    driver.reviewed()
    (line,) = driver.rows("refund_line", part="E")
    assert driver.claim_row(f"TS{number}").state == "paid" and (line.base, line.refund) == (14_818_000, 1_334_000)


def test_the_rules_that_end_soon_are_reported_with_imported_rates(driver: Refunding) -> None:
    import_csv(driver.story.window, driver.story.sandbox, "refund_rates", RATES.replace("01-01,,", "01-01,2026-12-31,"))
    window = driver.story.window
    result = run_command(
        "rules", "expiring", "--data", window.settings.data, "--sandbox", driver.story.sandbox, "--days", "90"
    )
    assert result.exit_code == 0 and CODE in result.output, result.output
