"""Cases of every kind on the command line: what it reads from the data folder is what a window answers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from declarations.money import SCALE
from single_window.accounts.people import OPERATOR
from single_window.api.app import create_app
from single_window.api.server.listener import bind
from single_window.cases.batches import requests as batches
from single_window.cases.batches.answers import BATCH_KIND
from single_window.cases.declarations.answers import DECLARATION_KIND
from single_window.cases.exchange.answers import FOREX_REPORT_KIND
from single_window.cases.refunds.answers import REFUND_CLAIM_KIND
from single_window.cases.registrations.answers import REGISTRATION_KIND
from single_window.cases.summaries.answers import SUMMARY_KIND
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.cases import show_answer
from single_window.frame.kinds import CaseKind
from single_window.process.serving import Server
from single_window.settings import Settings
from single_window.store import tables
from single_window.store.engine import writing
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.stories.exchanging import Exchanging, leg
from tests.stories.story import StoryRunner
from tests.stories.summarising import Summarising, inventory
from tests.tables import each

DAY = 86_400_000
NUMBERS = {
    BATCH_KIND: "batch_no",
    DECLARATION_KIND: "invt_no",
    FOREX_REPORT_KIND: "cop_no",
    REFUND_CLAIM_KIND: "cop_no",
    REGISTRATION_KIND: "code",
    SUMMARY_KIND: "sum_no",
}
"""The field by whose value a case of each kind is shown."""
KINDS = tuple(NUMBERS)
Kind = CaseKind[Any, Any, Any]


def fill(window: Window) -> None:
    """Cases of every kind in the sandbox s, two or more of each but batches and summaries."""
    summarising = Summarising(StoryRunner(window, "s"))
    summarising.closed([inventory(1), inventory(2)])
    summarising.story.submit(summarising.month())
    driver = Exchanging(StoryRunner(window, "f"))
    for place, order in enumerate(driver.sold(1, 2)):
        driver.reports(leg(order), cop_no=f"SH{place}")
    batches.open_batch(window, "s", "E", "4227", "9610", OPERATOR)
    window.settle()
    now = window.now("s")
    with writing(window.engine) as connection:
        for number, state in ((1, "paid"), (2, "in_review")):
            claim = {"id": number, "cop_no": f"TS{number}", "key": f"3702961003|TS{number}", "ebc_code": "3702961003"}
            amounts = {"refund": 39 * SCALE, "paid": 39 * SCALE, "recovered": 7 * SCALE}
            connection.execute(
                insert(tables.refund_claim).values(
                    sandbox="s", state=state, kind="T", filed_at=now, due=now + DAY, **claim, **amounts
                )
            )
            connection.execute(
                insert(tables.timeline).values(
                    id=10**9 + number,
                    sandbox="s",
                    order_no=claim["cop_no"],
                    kind="refund_claim",
                    key=claim["key"],
                    at=now,
                    actor="tax",
                    event="refund_accept",
                    state="accepted",
                    reasons="",
                )
            )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    window = window_in(tmp_path_factory.mktemp("cases"))
    fill(window)
    with Server(window, bind("127.0.0.1", 0), folders=False) as serving:
        yield serving
    window.close()


def run(server: Server, kind: Kind, *arguments: object, far: bool, code: int = 0) -> str:
    where = ["--url", server.url] if far else ["--data", str(server.window.settings.data)]
    sandbox = "f" if kind is FOREX_REPORT_KIND else "s"
    given = [kind.command, *map(str, arguments), *where, "--sandbox", sandbox]
    result = run_command(*given, code=code, env={"COLUMNS": "400"})
    return result.output


def first(server: Server, kind: Kind) -> Any:
    return kind.cases(kind.page_type(**json.loads(run(server, kind, "list", "--json", far=False))))[0]


@each("kind", KINDS)
def test_a_list_is_the_same_here_and_there(server: Server, kind: Kind) -> None:
    here, there = (run(server, kind, "list", "--json", far=far) for far in (False, True))
    assert here == there and first(server, kind)
    table, other = (run(server, kind, "list", far=far) for far in (False, True))
    assert table == other
    assert all(column.heading.en in table for column in kind.columns)
    assert first(server, kind)[NUMBERS[kind]] in table


@each("kind", KINDS)
def test_one_case_is_the_same_here_and_there_with_its_history(server: Server, kind: Kind) -> None:
    number = first(server, kind)[NUMBERS[kind]]
    here, there = (run(server, kind, "show", number, "--json", far=far) for far in (False, True))
    assert here == there
    shown = json.loads(here)
    if kind is not DECLARATION_KIND:
        assert shown[NUMBERS[kind]] == number and (shown["history"] or kind is REGISTRATION_KIND)
    result, other = (run(server, kind, "show", number, far=far) for far in (False, True))
    assert number in result and number in other
    assert result == other


@each("kind", KINDS)
def test_a_number_that_no_case_has_is_refused_here_and_there(server: Server, kind: Kind) -> None:
    for far in (False, True):
        assert f"[{kind.missing}]" in run(server, kind, "show", "NONE-1", far=far, code=1)


@each("far", [False, True])
def test_a_page_shows_where_the_next_begins(server: Server, far: bool) -> None:
    for kind in (REGISTRATION_KIND, REFUND_CLAIM_KIND, DECLARATION_KIND, FOREX_REPORT_KIND):
        page = json.loads(run(server, kind, "list", "--most", 1, "--json", far=far))
        onward = f"--{kind.following}", page["next"]
        assert f"{onward[0]} {onward[1]}" in run(server, kind, "list", "--most", 1, far=far)
        following = json.loads(run(server, kind, "list", "--most", 1, *onward, "--json", far=far))
        (entry,), (other,) = kind.cases(kind.page_type(**page)), kind.cases(kind.page_type(**following))
        assert entry[NUMBERS[kind]] != other[NUMBERS[kind]]


@each("far", [False, True])
def test_filters_narrow_a_list(server: Server, far: bool) -> None:
    waiting = json.loads(run(server, REFUND_CLAIM_KIND, "list", "--waiting", "--json", far=far))
    assert [claim["cop_no"] for claim in waiting["refunds"]] == ["TS2"]
    assert "There are no" in run(server, DECLARATION_KIND, "list", "--flow", "I", far=far)
    assert "There are no" in run(server, SUMMARY_KIND, "list", "--merchant", "NOBODY", far=far)
    assert "32.00" in run(server, REFUND_CLAIM_KIND, "list", "--state", "paid", far=far)


@each("kind", [BATCH_KIND, FOREX_REPORT_KIND, REFUND_CLAIM_KIND, REGISTRATION_KIND, SUMMARY_KIND])
def test_the_page_of_a_list_has_the_same_columns(server: Server, kind: Kind) -> None:
    client, sandbox = described_client(create_app(server.window)), "f" if kind is FOREX_REPORT_KIND else "s"
    place = {"/forex/reports": "/exchange"}.get(kind.path, kind.path)
    texts = {lang: client.get(place, query_string={"sandbox": sandbox, "lang": lang}).text for lang in ("zh", "en")}
    for language, text in texts.items():
        shown = [column.heading.text(language) for column in kind.columns if column.form != "command"]
        if kind is REGISTRATION_KIND:
            shown = shown[1:]  # the name stands first, with the code small behind it
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)<', text)
        assert heads[-len(shown) :] == shown
        assert language == "en" or not [heading for heading in shown if re.search("[A-Za-z]{2}", heading)]
    case = first(server, kind)
    number = case["name"] if kind is REGISTRATION_KIND else case.get("cop_no") or case[NUMBERS[kind]]
    (address,) = set(re.findall(rf'<a href="([^"]*)" data-open>{re.escape(html.escape(number))}</a>', texts["en"]))
    assert client.get(html.unescape(address)).status_code == 200


def test_an_answer_in_another_shape_is_reported_as_such_and_given_as_it_came(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = {"batches": [{"number": "1"}], "next": None}
    with pytest.raises(Failure, match="unexpected structure"):
        show_answer(
            Call(Settings(), "s", as_json=False, language="en"), other, BATCH_KIND.page_type, lambda call, page: None
        )
    show_answer(
        Call(Settings(), "s", as_json=True, language="en"), other, BATCH_KIND.page_type, lambda call, page: None
    )
    assert json.loads(capsys.readouterr().out) == other
