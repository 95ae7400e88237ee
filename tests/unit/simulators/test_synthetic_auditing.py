"""The auditor: a run to which nothing happened is clean; whatever is taken away, put in or changed is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from simulators.demo import UNSIGNED
from simulators.entry import DEMO, SandboxSession, open_sandbox, settings_for
from simulators.entry.reports import DOUBLED, LOST, WRONG
from simulators.imports.day import ImportDay
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import trades
from simulators.messages import SyntheticMessage
from simulators.verdicts.statements import JournalEntry
from simulators.world import World
from single_window.api.server.listener import bind
from single_window.process.serving import Server
from tests.audit.auditing import Audit, audit
from tests.audit.evidence import Evidence
from tests.audit.journal import Brought, Fetched, Journal
from tests.audit.remote import Remote
from tests.tables import each

pytestmark = pytest.mark.long

DAY = date(2026, 11, 20)
NIGHTS = (1, 2, 8, 40)
TRADES = 60
_BLOCK = re.compile(rb"<(OrderReturn|PaymentReturn|LogisticsReturn|InventoryReturn|Tax)>.*?</\1>", re.DOTALL)


class Run(NamedTuple):
    """A day that was played over HTTP, and the same day in a quiet window."""

    trades: list[ImportTrade]
    journal: Journal
    reference: Evidence

    def audited(self, journal: Journal | None = None) -> Audit:
        """The audit of this run, or of what was made of its journal."""
        return audit(self.trades, journal or self.journal, self.reference)


@pytest.fixture(scope="module")
def run(world: World, tmp_path_factory: pytest.TempPathFactory) -> Run:
    of_the_day = list(trades(world, TRADES, seed=11, day=DAY))
    reference, journal = Evidence(of_the_day), Journal()
    with place(world, tmp_path_factory.mktemp("quiet")) as session:
        ImportDay(session, world, of_the_day, 20, nights=NIGHTS).play(reference)
    with (
        place(world, tmp_path_factory.mktemp("watched")) as session,
        Server(session.window, bind("127.0.0.1", 0), folders=False) as server,
    ):
        remote = Remote(
            server.url, DEMO, journal, lambda until: server.runtime.call(lambda: session.wait(until)).result()
        )
        ImportDay(remote, world, of_the_day, 7, nights=NIGHTS, on_send=journal.note).play()
        remote.fetch_again()
        remote.look_up()
    return Run(of_the_day, journal, reference)


def place(world: World, folder: Path) -> Iterator[SandboxSession]:
    return open_sandbox(settings_for(folder, synchronous="NORMAL", readers=0), DEMO, world, UNSIGNED, DAY)


def doctored(run: Run, change: Callable[[bytes], bytes], place: Fetched) -> Audit:
    """The audit of the run in which one message of receipts was changed, every time that it was asked for."""
    journal = deepcopy(run.journal)
    journal.fetched, journal.again = (
        [receipt._replace(body=change(receipt.body)) if receipt == place else receipt for receipt in receipts]
        for receipts in (journal.fetched, journal.again)
    )
    return run.audited(journal)


def holding(run: Run, *parts: bytes) -> tuple[Fetched, bytes]:
    """A message of receipts in which one receipt has all this in it, and that receipt."""
    return next(all_holding(run, *parts))


def all_holding(run: Run, *parts: bytes) -> Iterator[tuple[Fetched, bytes]]:
    return (
        (receipt, match[0])
        for receipt in run.journal.fetched
        for match in _BLOCK.finditer(receipt.body)
        if all(part in match[0] for part in parts)
    )


def named(block: bytes, element: str) -> str:
    return re.search(rf"<{element}>(.*?)</{element}>".encode(), block)[1].decode()


def sound(run: Run) -> ImportTrade:
    return next(trade for trade in run.trades if not trade.fault)


def accepted_among_others(run: Run) -> tuple[ImportTrade, Fetched, bytes]:
    """A sound trade, a message of receipts with one that accepts a document of it and with others, and that receipt."""
    return next(
        (trade, place, block)
        for trade in run.trades
        if not trade.fault
        for place, block in all_holding(run, trade.id.encode(), b"<OrderReturn>", b"<returnStatus>120</returnStatus>")
        if len(_BLOCK.findall(place.body)) > 1
    )


def test_receipts_of_notes_are_compared_by_their_number_also_where_it_is_known_when_the_notes_were_sent() -> None:
    note = SyntheticMessage(b"<ceb:copNo>R1</ceb:copNo>", "711", "DXPENT0000000001", ("trade 1", "trade 2"))
    evidence = Evidence([])
    evidence.note_sent(note, datetime(2026, 11, 20, 20))
    assert evidence.trade_of({"copNo": "R1"}) is None


def test_an_untouched_run_is_clean_and_everything_in_it_was_looked_at(run: Run) -> None:
    audit_result = run.audited()
    assert (audit_result.clean, audit_result.findings, audit_result.counts) == (
        True,
        (),
        {LOST: 0, DOUBLED: 0, WRONG: 0},
    )
    assert audit_result.messages == audit_result.acknowledged == len(run.journal.sent) > 20
    assert audit_result.receipts == sum(run.reference.counts.values()) > 500
    assert audit_result.trades == TRADES


def test_a_receipt_that_is_removed_is_lost_and_named(run: Run) -> None:
    trade, place, block = accepted_among_others(run)
    audit_result = doctored(run, lambda body: body.replace(block, b""), place)
    assert audit_result.counts == {LOST: 2, DOUBLED: 0, WRONG: 0}
    gap, lost = audit_result.findings
    assert (gap.mailbox, gap.sequence) == (place.mailbox, place.after + 1)
    assert f"{place.mailbox} has a gap" in gap.words
    assert (lost.trade, lost.mailbox) == (trade.id, place.mailbox)
    assert f"312 about {trade.id} in {place.mailbox}: there is no receipt 120" in lost.words
    assert lost.message in lost.words and lost.message in run.journal.sent


def test_a_receipt_that_is_there_twice_is_doubled_and_named(run: Run) -> None:
    trade = sound(run)
    place, block = holding(run, f"L{trade.id[1:]}".encode(), b"<returnStatus>800</returnStatus>")
    audit_result = doctored(run, lambda body: body.replace(block, 2 * block), place)
    doubled = [finding for finding in audit_result.findings if finding.kind == DOUBLED]
    assert [finding.trade for finding in doubled] == ["", trade.id]
    assert f"{place.mailbox} has a place twice" in doubled[0].words
    assert "receipt 800" in doubled[1].words and "it is there twice" in doubled[1].words
    assert doubled[1].sequence > place.after


def test_a_trade_that_is_released_twice_is_reported_even_under_another_number(run: Run) -> None:
    trade = sound(run)
    place, block = holding(run, f"L{trade.id[1:]}".encode(), b"<returnStatus>800</returnStatus>")
    number = named(block, "invtNo")
    twin = block.replace(number.encode(), f"{number[:-9]}999999999".encode())
    audit_result = doctored(run, lambda body: body.replace(block, block + twin), place)
    assert {finding.kind for finding in audit_result.findings if finding.trade == trade.id} >= {WRONG}
    assert any("nobody expected it" in finding.words for finding in audit_result.findings)


def test_a_number_given_to_two_lists_is_doubled(run: Run) -> None:
    first, second = [trade for trade in run.trades if not trade.fault][:2]
    numbers = [
        named(holding(run, f"L{trade.id[1:]}".encode(), b"800</returnStatus>")[1], "invtNo").encode()
        for trade in (first, second)
    ]
    journal = deepcopy(run.journal)
    journal.again = []
    journal.fetched = [
        receipt._replace(body=receipt.body.replace(numbers[0], numbers[1])) for receipt in journal.fetched
    ]
    words_of_doubled = [finding.words for finding in run.audited(journal).findings if finding.kind == DOUBLED]
    assert any(
        f"invtNo {numbers[1].decode()} was given to" in words and first.id in words and second.id in words
        for words in words_of_doubled
    )


def test_what_was_said_at_a_place_must_be_said_there_again(run: Run) -> None:
    journal = deepcopy(run.journal)
    journal.again[3] = journal.again[3]._replace(body=b"something else")
    (finding,) = run.audited(journal).findings
    place = journal.again[3]
    assert (finding.kind, finding.mailbox, finding.sequence) == (WRONG, place.mailbox, place.after + 1)


def entry(run: Run) -> tuple[Journal, JournalEntry]:
    journal = deepcopy(run.journal)
    return journal, next(sent for sent in journal.sent.values() if sent.code == "311")


@each(
    ("change", "kind", "words"),
    [
        ({"answers": [(202, 7), (202, 8)]}, DOUBLED, "message 7/8 (311, 7 documents, transmission {}) was taken under"),
        ({"answers": [(503, 0), (0, 0)]}, LOST, "was never taken, in 2 attempts"),
        ({"answers": [(500, 0), (202, 7)]}, WRONG, "was answered with [500]"),
        ({"kept": ("received", True)}, LOST, "was acknowledged and was never worked on"),
        ({"kept": ("", False)}, LOST, "was acknowledged and is not known any more"),
        ({"kept": ("read", False)}, WRONG, "is kept with other bytes than were sent"),
        ({"poison": True}, WRONG, "should have been refused"),
    ],
)
def test_what_was_answered_to_a_message_must_hold(run: Run, change: dict[str, object], kind: str, words: str) -> None:
    journal, first = entry(run)
    for name, value in change.items():
        setattr(first, name, value)
    (finding,) = run.audited(journal).findings
    assert (finding.kind, finding.message) == (kind, first.transmission)
    assert words.format(first.transmission) in finding.words


@each("answers", [[(503, 0), (202, 7)], [(0, 0), (202, 7)], [(202, 7), (202, 7)]])
def test_sending_again_until_it_is_taken_is_no_fault(run: Run, answers: list[tuple[int, int]]) -> None:
    journal, first = entry(run)
    first.answers = answers
    assert run.audited(journal).clean


def test_poison_that_was_refused_is_no_fault(run: Run) -> None:
    journal, _ = entry(run)
    journal.entry(b"<poison/>").answers.append((422, 0))
    assert run.audited(journal).clean


def test_receipts_of_one_document_in_another_order_are_wrong(run: Run) -> None:
    trade = sound(run)
    of_list = f"L{trade.id[1:]}".encode()
    place, block = holding(run, of_list, b"<returnStatus>120</returnStatus>")
    time = named(block, "returnTime")
    audit_result = doctored(
        run, lambda body: body.replace(block, block.replace(time.encode(), b"20991231235959000")), place
    )
    assert [
        (finding.kind, finding.trade) for finding in audit_result.findings if "the statuses came as" in finding.words
    ] == [(WRONG, trade.id)]


# what comes by itself


def brought(run: Run) -> Journal:
    """The journal of a run in which webhooks brought to each mailbox what was polled, message for message."""
    journal = deepcopy(run.journal)
    journal.brought = [
        Brought(
            "webhook",
            receipt.mailbox,
            receipt.after + 1,
            receipt.next,
            f"{receipt.mailbox} {receipt.next}",
            receipt.body,
        )
        for receipt in journal.fetched
    ]
    return journal


def longest(journal: Journal) -> list[int]:
    """Where in `brought` the messages of the mailbox lie that has most of them."""
    mailboxes = [message.mailbox for message in journal.brought]
    mailbox = max(mailboxes, key=mailboxes.count)
    return [place for place, message in enumerate(journal.brought) if message.mailbox == mailbox]


def test_what_was_brought_as_polling_shows_it_is_clean_even_if_it_came_again_under_its_id(run: Run) -> None:
    journal = brought(run)
    assert run.audited(journal).clean
    first, second, *_ = longest(journal)
    journal.brought[second:second] = [journal.brought[first]] * 2
    assert run.audited(journal).clean


def test_what_was_never_brought_is_lost(run: Run) -> None:
    journal = brought(run)
    missing = journal.brought.pop(longest(journal)[1])
    (finding,) = run.audited(journal).findings
    assert (finding.kind, finding.mailbox, finding.sequence) == (LOST, missing.mailbox, missing.first)
    assert f"the webhook of {missing.mailbox} brought {missing.last + 1} after {missing.first - 1}" in finding.words


def test_what_was_not_brought_in_the_end_is_lost(run: Run) -> None:
    journal = brought(run)
    missing = journal.brought.pop(longest(journal)[-1])
    (finding,) = run.audited(journal).findings
    assert (finding.kind, finding.sequence) == (LOST, missing.first)
    assert f"ends at {missing.first - 1}, the mailbox at {missing.last}" in finding.words


def test_what_was_brought_again_under_another_id_is_doubled(run: Run) -> None:
    journal = brought(run)
    place = longest(journal)[1]
    journal.brought.insert(place + 1, journal.brought[place]._replace(key="another"))
    (finding,) = run.audited(journal).findings
    assert (finding.kind, finding.sequence) == (DOUBLED, journal.brought[place].first)


def test_what_was_brought_with_another_amount_than_polling_shows_is_wrong(run: Run) -> None:
    journal = brought(run)
    place, message = next(
        (place, candidate) for place, candidate in enumerate(journal.brought) if b"<valueAddedTax>" in candidate.body
    )
    amount = named(message.body, "valueAddedTax")
    journal.brought[place] = message._replace(body=message.body.replace(f">{amount}<".encode(), b">9999.99<"))
    findings = run.audited(journal).findings
    assert {(finding.kind, finding.mailbox) for finding in findings} == {(WRONG, message.mailbox)}
    assert "says at" in findings[0].words


def test_what_came_again_under_its_id_with_other_bytes_is_wrong(run: Run) -> None:
    journal = brought(run)
    place = longest(journal)[0]
    journal.brought.insert(place, journal.brought[place]._replace(body=journal.brought[place].body + b" "))
    assert any("again with other bytes" in finding.words for finding in run.audited(journal).findings)


def test_what_rabbitmq_confirmed_and_the_window_never_answered_is_lost(run: Run) -> None:
    journal, first = entry(run)
    journal.confirmed = {"attempt 1": first, "attempt 2": first}
    journal.replied = {"attempt 2"}
    (finding,) = run.audited(journal).findings
    assert (finding.kind, finding.message) == (LOST, first.transmission)
    assert "was confirmed by RabbitMQ and not answered (attempt 'attempt 1')" in finding.words
