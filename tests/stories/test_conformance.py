"""What a participant still has to show before going live follows from his mailbox, and from nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import islice

import pytest

from gateways.replies import ANSWER_CODES
from schemas import catalogue
from single_window.api import create_app
from single_window.cases.conformance import UnknownMailbox, conformance_of
from single_window.cases.conformance_answers import ConformanceOut, KindStandingOut
from single_window.intake.admission_queue import AdmissionQueue
from single_window.language import statuses
from single_window.store import taken_receipts
from single_window.store.engine import reading, writing
from single_window.store.mailboxes import last_place
from tests.commands import run_command
from tests.described import described_client
from tests.stories.story import StoryRunner


def report_for(story: StoryRunner, *flows: str, kind: str = "inventory") -> ConformanceOut:
    return story.read(conformance_of, story.trade().parties.sender(kind).dxp_id, flows)


def take(story: StoryRunner, kind: str = "inventory") -> None:
    """Poll behind every receipt that the sender of a kind of document has."""
    box = story.trade().parties.sender(kind).dxp_id
    last = story.read(last_place, box)
    with writing(story.window.engine) as connection:
        taken_receipts.note(connection, {(story.sandbox, box): last})


def of(report: ConformanceOut, kind: str = "inventory") -> KindStandingOut:
    (entry,) = [candidate for candidate in report.kinds if candidate.kind == kind]
    return entry


def seen(kind: KindStandingOut) -> set[str]:
    return {outcome.status for outcome in kind.outcomes if outcome.documents}


def left(report: ConformanceOut) -> list[tuple[str, str, str]]:
    return [(step.what, step.kind, step.status) for step in report.left]


def test_who_has_sent_nothing_has_everything_of_his_role_before_him(story: StoryRunner) -> None:
    report = report_for(story)
    kinds = {entry.kind for entry in catalogue.entries() if entry.handling and entry.flow == "import"}
    assert {kind.kind for kind in report.kinds} <= kinds and of(report).taken == 0 and report.flows == ["import"]
    assert ("send", "inventory", "") in left(report) and ("see", "inventory", "800") in left(report)
    assert not report.ready and "agent" in report.roles


def test_a_released_list_was_sent_rightly_and_its_outcomes_were_seen(story: StoryRunner) -> None:
    story.send(story.trade())
    kind = of(report_for(story))
    assert kind.taken == 1 and {"2", "120", "800"} <= seen(kind)
    assert not [step for step in left(report_for(story)) if step[:2] == ("send", "inventory")]


def test_a_rejection_is_open_until_the_same_list_is_taken(story: StoryRunner) -> None:
    trade = story.trade(fault="amount_differs")
    story.send(trade)
    (rejected,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "100"]
    assert (rejected.documents, rejected.open) == (1, 1) and trade.id in rejected.open_keys[0]
    assert ("handle", "inventory", "100") in left(report_for(story))
    right = {"amountPaid": trade.document("order").head["acturalPaid"]}
    story.send(trade, "payment", appType="2", appTime="20991231235958", guid="D" * 36, **right)
    story.send(trade, "inventory", appTime="20991231235959", guid="E" * 36)
    assert ("handle", "inventory", "100") not in left(report_for(story)) and "100" in seen(of(report_for(story)))


def test_each_outcome_stands_as_not_seen_wrong_partly_right_or_not_asked(story: StoryRunner) -> None:
    def standing(status: str) -> str:
        (outcome,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == status]
        return outcome.state

    assert [standing(status) for status in ("1", "800", "100", "-")] == ["not_asked", *["not_seen"] * 3]
    mailbox = story.trade().parties.sender("inventory").dxp_id
    faulty = (story.trade(number, fault="amount_differs") for number in range(40))
    trades = list(islice((trade for trade in faulty if trade.parties.sender("inventory").dxp_id == mailbox), 2))
    for trade in trades:
        story.send(trade)
    take(story)
    assert standing("100") == "wrong"
    for place, trade in enumerate(trades):
        right = {"amountPaid": trade.document("order").head["acturalPaid"]}
        story.send(trade, "payment", appType="2", appTime="20991231235958", guid=f"{place}" * 36, **right)
        story.send(trade, "inventory", appTime="20991231235959", guid=f"E{place}" * 18)
        take(story)
        assert standing("100") == ("partly", "right")[place]
    assert standing("800") == "right"


def test_an_outcome_whose_receipt_nobody_took_is_not_handled(story: StoryRunner) -> None:
    def released() -> tuple[str, int]:
        (outcome,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "800"]
        return outcome.state, outcome.untaken

    story.send(story.trade())
    assert released() == ("wrong", 1)
    (untaken,) = [step for step in report_for(story).left if step.what == "take"]
    mailbox = story.trade().parties.sender("inventory").dxp_id
    last = story.read(last_place, mailbox)
    assert untaken.how == f"GET /api/v1/receipts?mailbox={mailbox}&after=0 (X-Sandbox: {story.sandbox})"
    take(story)
    assert released() == ("right", 0) and report_for(story).taken == last
    assert "take" not in {step.what for step in report_for(story).left}


def test_a_later_poll_handles_what_came_before_it_and_nothing_behind(story: StoryRunner) -> None:
    faulty = (story.trade(number, fault="amount_differs") for number in range(40))
    mailbox = story.trade().parties.sender("inventory").dxp_id
    first, second = islice((trade for trade in faulty if trade.parties.sender("inventory").dxp_id == mailbox), 2)
    story.send(first)
    take(story)
    story.send(second)
    (rejected,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "100"]
    assert (rejected.documents, rejected.untaken) == (2, 1)


def test_a_refused_repetition_of_what_was_taken_needs_nothing(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    (refused,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "-"]
    assert (refused.documents, refused.open) == (1, 0)


def test_a_document_that_failed_its_check_is_open(story: StoryRunner) -> None:
    story.send(story.trade(), "inventory", netWeight="9999")
    assert ("handle", "inventory", "-") in left(report_for(story)) and of(report_for(story)).taken == 0


def test_kinds_and_outcomes_are_those_of_catalogue_and_lifecycles(story: StoryRunner) -> None:
    every = {kind: {status for name, status in statuses.occurring() if name == kind} for kind in ANSWER_CODES}
    for kind in report_for(story, "import", "export", "agency").kinds:
        assert {outcome.status for outcome in kind.outcomes} == every[kind.kind] | {"-"}


def test_what_was_not_seen_names_a_command_that_brings_it_about(story: StoryRunner) -> None:
    rejected = next(step for step in report_for(story).left if (step.kind, step.status) == ("inventory", "100"))
    assert rejected.how == "single-window trigger 622.100 --times 1 --sandbox story"


def test_every_hint_names_the_sandbox_and_is_over_by_itself(story: StoryRunner) -> None:
    hints = [step.how for step in report_for(story, "import", "export", "agency").left if step.how]
    assert hints and all(f"--sandbox {story.sandbox}" in hint for hint in hints)
    assert all("--times 1" in hint for hint in hints if " trigger " in hint)


def malformed(story: StoryRunner, sender: str = "") -> bytes:
    """A list without its customs office, of somebody who may be registered nowhere."""
    return re.sub(rb"<ceb:customsCode>[^<]*</ceb:customsCode>", b"", second(story, sender))


def second(story: StoryRunner, sender: str = "", **changes: str) -> bytes:
    """The list that `malformed` spoils."""
    body = story.message(story.trade(1), "inventory", **changes)
    return re.sub(rb"(<ceb:dxpId>)[^<]*", rb"\g<1>" + sender.encode(), body) if sender else body


def test_whose_only_message_was_answered_by_ceb900_is_not_ready(story: StoryRunner) -> None:
    stranger = "DXPENT9999999999"
    story.submit(malformed(story, stranger))
    report = story.read(conformance_of, stranger)
    assert not report.ready
    assert ("send", "inventory", "") in left(report) and ("handle", "inventory", "900") in left(report)


def test_a_message_that_could_not_be_read_is_open_until_its_documents_were_taken(story: StoryRunner) -> None:
    mailbox = story.trade().parties.sender("inventory").dxp_id
    story.submit(malformed(story, mailbox))
    assert ("handle", "inventory", "900") in left(report_for(story))
    story.send(story.trade())
    assert ("handle", "inventory", "900") in left(report_for(story)), "another list was sent, not this one"
    story.submit(second(story, mailbox, appTime="20991231235959"))
    assert ("handle", "inventory", "900") not in left(report_for(story))
    assert ("see", "message", "900") not in left(report_for(story))


def test_what_becomes_of_an_earlier_list_deals_with_no_unread_message(story: StoryRunner) -> None:
    story.send(story.trade())
    story.submit(malformed(story, story.trade().parties.sender("inventory").dxp_id))
    story.pass_time(days=40)
    assert "899" in story.statuses(story.trade()), "the earlier list was closed after the CEB900"
    assert ("handle", "inventory", "900") in left(report_for(story))


def test_an_unread_message_without_a_legible_number_is_dealt_with_by_one_of_its_kind(story: StoryRunner) -> None:
    mailbox = story.trade().parties.sender("inventory").dxp_id
    body = re.sub(rb"<ceb:orderNo>[^<]*</ceb:orderNo>", b"", malformed(story, mailbox))
    story.submit(body)
    assert ("handle", "inventory", "900") in left(report_for(story))
    story.send(story.trade())
    assert ("handle", "inventory", "900") not in left(report_for(story))


def test_a_refused_correction_is_open_although_the_list_was_accepted_before(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appTime="20991231235958", guid="B" * 36, netWeight="9999")
    story.pass_time(days=40)
    (refused,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "-"]
    assert (refused.documents, refused.open) == (1, 1), "899 of the accepted version does not correct it"


def test_a_list_that_was_only_being_declared_is_not_accepted(story: StoryRunner) -> None:
    story.send(story.trade(fault="amount_differs"))
    assert of(report_for(story)).taken == 0 and ("send", "inventory", "") in left(report_for(story))


def test_tax_bills_count_among_what_is_to_be_seen(story: StoryRunner) -> None:
    bills = {("see", "tax_bill", "816"), ("see", "tax_bill_status", "818")}
    assert bills <= set(left(report_for(story)))
    story.send(story.trade())
    story.pass_time(days=40)
    assert not bills & set(left(report_for(story)))


def test_refused_signatures_count_where_signatures_are_required(start_story: Callable[..., StoryRunner]) -> None:
    signature = ("see", "signature", "")
    assert signature not in left(report_for(start_story("without")))
    story = start_story("signing", signatures="require")
    assert signature in left(report_for(story))
    story.send(story.trade(), "inventory")
    assert signature not in left(report_for(story)), "samples carry no signature that holds"


def follow(story: StoryRunner, what: tuple[str, str, str]) -> None:
    """Carry out the command of a remaining task."""
    (how,) = [step.how for step in report_for(story).left if (step.what, step.kind, step.status) == what]
    result = run_command(*how.removeprefix("single-window ").split(), "--data", str(story.window.settings.data))
    assert result.exit_code == 0, (how, result.output)


def test_the_hints_of_what_no_document_shows_bring_it_about(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story("hints", signatures="require")
    unreadable, unsigned = ("see", "message", "900"), ("see", "signature", "")
    story.send(story.trade(), "inventory", guid="1" * 36)
    assert {unreadable} <= set(left(report_for(story)))
    follow(story, unreadable)
    story.send(story.trade(2), "inventory")
    assert unreadable not in left(report_for(story)) and unsigned not in left(report_for(story))


def test_a_refusal_with_the_official_code_of_signatures_counts(start_story: Callable[..., StoryRunner]) -> None:
    story, unsigned = start_story("refused", signatures="require"), ("see", "signature", "")
    assert unsigned in left(report_for(story))
    follow(story, unsigned)
    story.window.set_options(story.sandbox, signatures="off")
    story.send(story.trade(), "inventory")
    story.window.set_options(story.sandbox, signatures="require")
    assert unsigned not in left(report_for(story))


def test_a_tax_bill_is_collected_by_the_hint(story: StoryRunner) -> None:
    collected = ("see", "tax_bill_status", "818")
    story.send(story.trade())
    follow(story, collected)
    assert collected not in left(report_for(story))


def test_signatures_that_were_required_and_are_no_more_have_to_be_switched_on(
    start_story: Callable[..., StoryRunner],
) -> None:
    story, signature = start_story("switched", signatures="require"), ("see", "signature", "")
    story.send(story.trade(), "inventory")
    assert signature not in left(report_for(story))
    story.window.set_options(story.sandbox, signatures="off")
    assert signature in left(report_for(story))
    follow(story, signature)
    assert signature not in left(report_for(story))


def test_what_came_by_subscription_counts_for_its_sender_alone(story: StoryRunner) -> None:
    subscriber = "DXPENT8888888888"
    body = story.message(story.trade(), "inventory")
    subscribes = (
        b"<ceb:BaseSubscribe><ceb:status>ALL</ceb:status><ceb:dxpMode>DXP</ceb:dxpMode>"
        b"<ceb:dxpAddress>" + subscriber.encode() + b"</ceb:dxpAddress></ceb:BaseSubscribe>"
    )
    story.send(story.trade(), "order", "payment", "waybill")
    story.submit(body.replace(b"</ceb:BaseTransfer>", b"</ceb:BaseTransfer>" + subscribes))
    report = story.read(conformance_of, subscriber)
    assert report.receipts == 0 and not report.ready
    assert of(report_for(story)).taken == 1


def test_nobody_has_no_conformance(story: StoryRunner) -> None:
    with reading(story.window.engine) as connection, pytest.raises(UnknownMailbox):
        conformance_of(connection, story.sandbox, "DXPENT9999999999")


def test_call_page_and_command_show_the_same(story: StoryRunner) -> None:
    story.send(story.trade())
    browser = described_client(create_app(story.window, admission=AdmissionQueue(story.window)))
    path = f"/api/v1/conformance?mailbox={story.trade().parties.sender('inventory').dxp_id}"
    headers = {"X-Sandbox": story.sandbox}
    as_json = browser.get(path, headers=headers).get_json()
    page = browser.get(path, headers={**headers, "Accept": "text/html"})
    assert page.mimetype == "text/html" and as_json["left"][0]["en"] in page.text and "<script" not in page.text
    assert (
        browser.get(path.replace("DXP", "DXQ"), headers=headers).get_json()["findings"][0]["code"] == "unknown-mailbox"
    )
    place = f"--sandbox {story.sandbox} --data {story.window.settings.data}"
    result = run_command(*f"conformance {as_json['mailbox']} --json {place}".split())
    assert json.loads(result.output) == as_json and result.exit_code == 1
