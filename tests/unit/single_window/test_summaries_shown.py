"""Summaries over HTTP and on the command line: listed, one with its declarations, a list's place, months that wait."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from single_window.api.app import create_app
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.stories.exporting import Sale, invt_no, note
from tests.stories.story import StoryRunner
from tests.stories.summarising import MERCHANT, Summarising, inventory
from tests.tables import each


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A window with a summary, a refused request, and a list that was closed after it."""
    folder = tmp_path_factory.mktemp("summaries")
    window = window_in(folder)
    driver = Summarising(StoryRunner(window, "s"))
    numbers = driver.closed([inventory(1), inventory(2), inventory(3, flag="A")])
    driver.story.submit(driver.month(), driver.request(numbers[2:], "HZ2"))
    sale = Sale(7)
    driver.story.submit(*sale.messages(), note("arrival_note", [sale], "YD1"), note("departure_note", [sale], "LJ1"))
    numbers.append(invt_no(driver.story, sale))
    window.close()
    return folder, numbers


@pytest.fixture
def client(played: tuple[Path, list[str]]) -> Iterator[FlaskClient]:
    window = window_in(played[0])
    with described_client(create_app(window, runtime=Runtime(window))) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "s"
        yield made
    window.close()


def call(played: tuple[Path, list[str]], *arguments: object) -> Result:
    given = ["summary", *map(str, arguments), "--data", str(played[0]), "--sandbox", "s"]
    return run_command(*given)


def answer(played: tuple[Path, list[str]], *arguments: object) -> Any:
    return json.loads(call(played, *arguments, "--json").stdout)


def test_http_shows_what_there_is(client: FlaskClient, played: tuple[Path, list[str]]) -> None:
    refused, done = client.get("/api/v1/summaries").json["summaries"]
    assert [(row["cop_no"], row["state"], row["lists"]) for row in (done, refused)] == [
        ("HZ1", "summarised", 2),
        ("HZ2", "rejected", 0),
    ]
    assert refused["reasons"][0]["code"] == "18005"
    assert [summary["cop_no"] for summary in client.get("/api/v1/summaries?state=rejected").json["summaries"]] == [
        "HZ2"
    ]
    page = client.get("/api/v1/summaries?limit=1").json
    following = client.get(f"/api/v1/summaries?before={page['next']}").json["summaries"]
    assert [summary["cop_no"] for summary in following] == ["HZ1"]
    shown = client.get(f"/api/v1/summaries/{done['sum_no']}").json
    assert [line["event"] for line in shown["history"]][-1] == "summarised"
    (made,) = client.get("/api/v1/summaries/HZ1/declarations").json["declarations"]
    assert (made["lines"][0]["amount"], made["gross"], made["sources"]) == ("51.60", "0.72", 2)


def test_http_shows_where_a_list_stands_and_what_is_due(client: FlaskClient, played: tuple[Path, list[str]]) -> None:
    standing = [client.get(f"/api/v1/summaries/lists/{number}").json["standing"] for number in played[1]]
    assert standing == ["summarised", "summarised", "statistics", "waits"]
    assert client.get("/api/v1/summaries/due").json["due"] == [
        {
            "ebc_code": MERCHANT.code,
            "month": "2026-11",
            "last_day": "2026-12-15",
            "waiting": 1,
            "overdue": False,
            "provisional": False,
        }
    ]
    assert client.get("/api/v1/summaries/lists/42272026E999999999").status_code == 404
    assert client.get("/api/v1/summaries/HZ9").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_show_the_same(client: FlaskClient, language: str) -> None:
    query = {"sandbox": "s", "lang": language}
    every = client.get("/summaries", query_string=query)
    assert every.status_code == 200 and "HZ1" in every.text and "2026-12-15" in every.text
    shown = client.get("/summaries/HZ1", query_string=query)
    assert shown.status_code == 200 and "51.60" in shown.text and "6109100010" in shown.text
    assert "18005" in client.get("/summaries/HZ2", query_string=query).text
    assert client.get("/summaries/HZ9", query_string=query).status_code == 404


@each(("language", "merged"), [("zh", "归并"), ("en", "merged")])
def test_the_command_line_shows_the_same(played: tuple[Path, list[str]], language: str, merged: str) -> None:
    assert [summary["cop_no"] for summary in answer(played, "list")["summaries"]] == ["HZ2", "HZ1"]
    assert answer(played, "due")["due"][0]["waiting"] == answer(played, "list", "--due")["due"][0]["waiting"] == 1
    shown = answer(played, "show", "HZ1", "--all")
    assert len(shown["of_lists"]) == 2
    assert answer(played, "show", played[1][0])["standing"] == "summarised"
    for arguments in (("list",), ("due",), ("show", "HZ1"), ("show", "HZ2"), ("show", played[1][3])):
        result = call(played, *arguments, "--lang", language)
        assert result.exit_code == 0, result.output
    assert merged in call(played, "show", "HZ1", "--lang", language).stdout
    assert call(played, "show", "HZ9").exit_code == 1
