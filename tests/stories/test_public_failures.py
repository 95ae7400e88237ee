"""The public list of failed goods: final failures alone, of nobody in person, page by page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from gateways.spot_checks.outcomes import FINAL
from single_window.api.app import create_app
from single_window.cases.spot_checks.failures import failures
from single_window.cases.spot_checks.queries import find_spot_sample
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import carry_out
from tests.officers import act
from tests.stories.story import StoryRunner
from tests.stories.test_spot_checks import failed_samples

WHERE = {"X-Sandbox": "story"}
LIST = "/api/v1/public/spot-checks/failures"
ALWAYS_HIDDEN = ("qualified", "drawn", "notified", "sampling_refused", "excused", "at_lab", "report_overdue")


@pytest.fixture
def numbers(story: StoryRunner) -> list[str]:
    """The numbers of nine samples that failed, the oldest first."""
    return failed_samples(story)


@pytest.fixture
def client(story: StoryRunner) -> FlaskClient:
    return create_app(story.window, runtime=Runtime(story.window)).test_client()


@pytest.fixture
def change(story: StoryRunner, numbers: list[str]) -> Iterator[Callable[..., None]]:
    """Changes a sample in its table; at the end all are as they were, so that the story's cases agree with them."""
    before = {number: story.read(find_spot_sample, number) for number in numbers}

    def put(number: str, **values: Any) -> None:
        carry_out(story.window.engine, update(spot_check_sample).filter_by(sample_no=number).values(**values))

    yield put
    for number, sample in before.items():
        put(number, state=sample.state)


def listed(client: FlaskClient, **query: Any) -> Any:
    return client.get(LIST, query_string=query, headers=WHERE).json


def test_a_failure_is_listed_once_a_measure_is_ordered(
    story: StoryRunner, client: FlaskClient, numbers: list[str]
) -> None:
    assert listed(client)["failures"] == [], "each may still be contradicted"
    act(story.window, story.sandbox, numbers[0], "warn", "铅超标", about="spot_check")
    story.window.settle()
    (failure,) = listed(client)["failures"]
    sample = story.read(find_spot_sample, numbers[0])
    assert (failure["gcode"], failure["ebc_code"], failure["measure_en"]) == (sample.gcode, sample.ebc_code, "warn")
    assert failure["company"] and failure["origin"] == sample.stratum.split("|")[1]
    assert failure["items"] and all(item["limit"] and item["value"] for item in failure["items"])


def test_who_bought_and_ordered_is_nowhere_in_it(
    story: StoryRunner, client: FlaskClient, numbers: list[str], change: Callable[..., None]
) -> None:
    sample = story.read(find_spot_sample, numbers[0])
    change(numbers[0], state="confirmed", gname=f"{sample.gname} 370202199001011237")
    page = client.get("/spot_check_failures?sandbox=story&lang=zh")
    texts = [client.get(LIST, headers=WHERE).text, client.get(f"{LIST}.csv", headers=WHERE).text, page.text]
    assert page.status_code == 200 and sample.gcode in page.text
    for text in texts:
        hidden = (sample.order_no, sample.invt_no, sample.sample_no, sample.key, "370202199001011237")
        assert [word for word in hidden if word in text] == []


def test_the_states_of_final_failures_alone_are_listed(
    story: StoryRunner, client: FlaskClient, numbers: list[str], change: Callable[..., None]
) -> None:
    for state in (*FINAL, "unqualified", "retesting", "retest_overdue", *ALWAYS_HIDDEN):
        change(numbers[0], state=state)
        assert bool(listed(client)["failures"]) == (state in FINAL), state


def test_a_retest_that_could_not_be_tested_leaves_the_items_of_the_report_before(
    story: StoryRunner, client: FlaskClient, numbers: list[str], change: Callable[..., None]
) -> None:
    first = story.read(find_spot_sample, numbers[0])
    change(numbers[0], state="confirmed", answers=first.report_no, report_no="R-NEW", verdict="N")
    assert listed(client)["failures"][0]["items"]


def test_pages_follow_each_other_and_the_table_has_all(
    story: StoryRunner, client: FlaskClient, numbers: list[str], change: Callable[..., None]
) -> None:
    for number in numbers:
        change(number, state="closed", measure="D")
    seen, before = [], 0
    while True:
        page = listed(client, limit=4, before=before)
        assert len(page["failures"]) <= 4
        seen += page["failures"]
        before = page["next"]
        if before is None:
            break
    assert len(seen) == len(numbers) and seen == listed(client)["failures"]
    assert client.get(LIST, query_string={"limit": 501}, headers=WHERE).status_code == 400
    rows = list(csv.DictReader(StringIO(client.get(f"{LIST}.csv", headers=WHERE).data.decode("utf-8-sig"))))
    assert len(rows) == sum(len(failure["items"]) for failure in seen)
    assert {row["measure_zh"] for row in rows} == {"责令下架"}


def test_the_command_and_the_page_list_the_same(
    story: StoryRunner, client: FlaskClient, numbers: list[str], change: Callable[..., None]
) -> None:
    for number in numbers[:2]:
        change(number, state="closed", measure="X")
    folder = str(story.window.settings.data)
    told = run_command("spot-check", "failures", "--limit", "1", "--sandbox", "story", "--data", folder)
    (one, *_) = story.read(failures, 0, 1).failures
    assert one.gname in told.output and "More: --before" in told.output, told.output
    page, _, _ = client.get("/spot_check_failures?sandbox=story&lang=en").text.partition('<dialog id="keys"')
    assert page.count("order to destroy") == 2
