"""Probes: what they send is what they say, so that a window that is silent about it is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schemas.parsing import Unreadable
from schemas.reading import open_message, read
from schemas.signature import keys
from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.probes import (
    dated_outcomes,
    forced_together,
    known_statuses,
    law_days,
    long_numbers,
    made_sandboxes,
    matches,
    narrowed,
    officers_queue,
    pages,
    probing,
    rights,
    second_eyes,
    shares,
    signed_ways,
    subscribed,
    told,
    unreadable,
)
from simulators.probes.changed_messages import FLOWS, changed
from simulators.probes.probing import PROBES, probe_window
from simulators.scenarios.locating import shipped_scenarios
from single_window.intake.trades import sample
from single_window.store.queue_order import ORDERS
from single_window.store.sandbox_options import FROZEN_PRESETS, PRESETS

ORDER = sample("import", "probe", 0).messages["311"]


@pytest.mark.parametrize("name", unreadable.DAMAGES)
def test_what_is_damaged_cannot_be_read(name: str) -> None:
    with pytest.raises(Unreadable):
        open_message(unreadable.DAMAGES[name](ORDER))


@pytest.mark.parametrize("name", matches.CHANGES)
@pytest.mark.parametrize("text", ["李示例", "370202199001011237", "13800000000"])
def test_a_value_is_changed_by_one_character(name: str, text: str) -> None:
    changed = matches.CHANGES[name](text)
    assert changed != text
    assert abs(len(changed) - len(text)) + sum(a != b for a, b in zip(changed, text, strict=False)) == 1


@pytest.mark.parametrize(
    ("value", "following", "days"),
    [
        (("2019-01-01", None), None, [("2019-01-01", True), ("2018-12-31", False)]),
        (("0001-01-01", "2018-12-31"), ("2019-01-01", None), [("2018-12-31", True)]),
        (("0001-01-01", "2018-12-31"), None, [("2018-12-31", True), ("2019-01-01", False)]),
    ],
)
def test_the_days_before_and_after_a_value(
    value: tuple[str, str | None], following: tuple[str, str | None] | None, days: list[tuple[str, bool]]
) -> None:
    first, then = ({"since": each[0], "until": each[1]} if each else None for each in (value, following))
    assert first is not None
    assert [(str(day), holds) for day, holds in law_days._days(first, then)] == days


def test_what_pages_leave_out_or_hold_twice_is_said() -> None:
    assert pages._difference(["id 1", "id 3"], ["id 1", "id 2", "id 3"]) == (
        "2 of 3 are listed, 1 are missing, such as id 2"
    )


def test_calls_in_pages_are_read_whatever_their_path_is_about() -> None:
    described = {
        "/api/v1/books": {"get": {"parameters": [_limit(50), {"name": "before", "in": "query"}]}},
        "/api/v1/books/{batch_no}/pages": {
            "get": {"parameters": [{"name": "batch_no", "in": "path", "required": True}, _limit(7)]}
        },
        "/api/v1/shelves": {"get": {"parameters": [_limit(9), {"name": "room", "in": "query", "required": True}]}},
    }
    assert list(pages._listings(described)) == [
        pages.Listing("/books", "before", 50),
        pages.Listing("/books/{batch_no}/pages", "", 7),
    ]


def _limit(most: int) -> dict[str, object]:
    return {"name": "limit", "in": "query", "schema": {"maximum": most}}


def test_it_is_known_what_every_call_in_pages_may_be_about() -> None:
    with ephemeral_window() as own, WindowClient(own.url) as client:
        listings = list(pages._listings(client.caller.call("GET", "/openapi.json")["paths"]))
    about = {listing.path: pages._PLACE.findall(listing.path) for listing in listings}
    assert {path: names for path, names in about.items() if names} == {
        "/batches/{batch_no}/members": ["batch_no"],
        "/sandboxes/{name}/deadlines": ["name"],
        "/summaries/{number}/declarations": ["number"],
        "/trace-batches/{trace_code}/codes": ["trace_code"],
    }


@pytest.mark.long
def test_nothing_is_wrong_with_a_sound_window() -> None:
    with ephemeral_window() as own, WindowClient(own.url) as client:
        verdicts = list(probe_window(client))
    assert [verdict.trade for verdict in verdicts] == list(PROBES)
    assert [complaint for verdict in verdicts for complaint in verdict.complaints] == []


def test_a_change_of_the_law_is_expected_in_its_first_second_and_the_second_before() -> None:
    row = dated_outcomes.DatedOutcome("2019-04-01", "621", "", "tax", "33.60", "27.30", "")
    assert dated_outcomes.moments([row]) == {
        "2019-03-31T23:59:59+08:00": [(row, "33.60")],
        "2019-04-01T00:00:00+08:00": [(row, "27.30")],
    }


@pytest.mark.parametrize("row", dated_outcomes.table(), ids=lambda row: f"{row.day} {row.message} {row.change}")
def test_each_dated_outcome_can_be_sent_and_differs_from_the_day_before(row: dated_outcomes.DatedOutcome) -> None:
    assert row.source and row.before != row.since
    assert row.expected == dated_outcomes.TAX or {row.before, row.since} == {"yes", "no"}
    assert changed(sample(FLOWS[row.message], "dated", 0).messages, row.message, row.change)


def test_every_call_of_the_window_has_its_rights_in_the_table() -> None:
    known = rights.table()
    with ephemeral_window() as own, WindowClient(own.url) as client:
        paths = client.caller.call("GET", "/openapi.json")["paths"]
    described = {
        (method.upper(), path.removeprefix("/api/v1").replace("drafts/{kind}", "drafts/claim"))
        for path, calls in paths.items()
        for method in calls
        if method != "parameters"
    }
    assert described - {(call.method, call.path) for call in known} == {("POST", "/tax/bills/{tax_no}/payment")}
    assert {(call.method, call.path) for call in known} <= described
    assert {right for call in known for right in call.rights} == set(rights.RIGHTS)


def test_a_call_is_asked_about_a_mailbox_and_what_nobody_knows() -> None:
    call = rights.RightfulCall("POST", "/channels/{mailbox}/{kind}/redeliver", frozenset())
    assert call.asked("DXP1") == "/channels/DXP1/webhook/redeliver"
    assert call._replace(path="/rules/{code}").asked("DXP1") == f"/rules/{rights.NOBODY}"


def test_each_call_of_participants_stands_once_with_the_status_of_a_call() -> None:
    rows = known_statuses.table()
    assert len({row[:4] for row in rows}) == len(rows)
    assert {row.status for row in rows} == {"200", "400", "404", "409", "413"}


def test_names_are_put_into_a_call() -> None:
    assert known_statuses.named('{"name": "{box}"}', {"box": "DXP1"}) == '{"name": "DXP1"}'


def test_many_orders_in_a_message_have_guids_and_numbers_of_their_own() -> None:
    messages = [shares.orders(ORDER, number) for number in range(shares.MESSAGES)]
    for element in (b"guid>", b"orderNo>"):
        texts = [part.partition(b"<")[0] for body in messages for part in body.split(element)[1::2]]
        assert len(texts) == len(set(texts)) == shares.MESSAGES * shares.IN_A_MESSAGE
    assert len({open_message(body).tree.get("guid") for body in messages}) == shares.MESSAGES
    assert [fewest <= share * shares.MESSAGES <= most for share, (fewest, most) in shares.SHARES.items()] == [True] * 3


def test_two_lists_of_one_message_are_valid_together() -> None:
    first, second = (sample("import", f"together {place}", 0).messages["621"] for place in range(2))
    message = read(open_message(forced_together.together(first, second)), "2022-05")
    assert not message.findings
    assert len(message.blocks) == 2 and message.blocks[0] != message.blocks[1]


def test_every_preset_is_tried_with_all_its_options_and_with_others() -> None:
    assert made_sandboxes.OF_PRESETS == PRESETS and set(made_sandboxes.FROZEN) == FROZEN_PRESETS
    assert all(made_sandboxes.GIVEN[name] != options[name] for options in PRESETS.values() for name in ["inspection"])


def test_the_longest_key_is_the_longest_that_is_taken() -> None:
    assert signed_ways.LONGEST == keys.MAX_RSA_BITS


def test_a_long_number_fits_only_the_older_edition() -> None:
    body = sample("505", "long", 0).changed("505", logisticsNo=long_numbers.LONG).messages["505"]
    refused = {edition: bool(read(open_message(body), edition).findings) for edition in ("2022-05", "2018")}
    assert refused == {long_numbers.CURRENT: True, long_numbers.OLDER: False}


def test_a_message_with_subscribers_is_valid_and_names_each_of_them() -> None:
    message = read(open_message(subscribed.subscribed(ORDER)), "2022-05")
    named = [(each.dxp_address, each.status) for each in message.subscribes]
    assert not message.findings
    assert dict(named) == {**subscribed.SUBSCRIBERS, subscribed.RECEIPTS_ALONE: "RET"}
    assert [box for box, _ in named].count(subscribed.TWICE) == 2


def test_lists_are_narrowed_by_their_parameters_and_shown_by_what_their_path_names() -> None:
    described = {
        "/api/v1/books": {"get": {"parameters": [_limit(50), {"name": "state", "in": "query"}]}},
        "/api/v1/books/{code}": {"get": {}},
        "/api/v1/books/{code}/pages": {"get": {"parameters": [_limit(7)]}},
    }
    assert list(narrowed._lists(described)) == [
        narrowed.NarrowedList("/books", frozenset({"limit", "state"}), 50, "code")
    ]
    answer = {"books": [{"code": "A", "id": 2}, {"code": "A", "id": 1}]}
    assert narrowed._same(answer, {"code": "A", "id": 1}, "code") == {"code": "A", "id": 1}


def test_every_order_of_the_queue_is_read() -> None:
    assert list(officers_queue.PLACED) == list(ORDERS)


def test_acts_of_one_officer_begin_with_scenarios_that_there_are() -> None:
    assert {act.scenario for act in second_eyes.ACTS} <= shipped_scenarios().keys()
    assert {act.status for act in second_eyes.ACTS} == {second_eyes.DONE, second_eyes.PROPOSED}


@pytest.mark.parametrize(("text", "wrong"), [("327.3", 0), ("327.31", 1), ("one", 1)])
def test_a_fact_is_held_against_its_element(text: str, wrong: int) -> None:
    assert len(list(told._facts([{"name": "acturalPaid", "text": text}], ORDER, "311", 0))) == wrong


def test_an_answer_that_lacks_something_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_: object) -> Iterator[str]:
        [only] = list[str]()
        yield only

    monkeypatch.setattr(probing, "PROBES", {"unpacked": unpack})
    with ephemeral_window() as own, WindowClient(own.url) as client:
        [verdict] = probing.probe_window(client)
    assert "an answer lacks what it must have: ValueError" in verdict.complaints[0]
