"""Small histories by hand: which are explained, which rule each contradiction is named by with which observations, and
what is missing where no verdict is possible."""

from __future__ import annotations

from decimal import Decimal

from single_window.histories.grouping import Grouped
from single_window.histories.in_words import line_of
from single_window.histories.judging import NAMES, HistoryVerdict, judge, rules
from single_window.histories.observations import (
    RECEIVED,
    SENT,
    Acknowledged,
    BalanceOpened,
    BalanceRead,
    Draw,
    Observation,
    Polled,
    SeenReceipt,
    Sent,
    SentDocument,
    StateRead,
    WholeHistory,
    numbered,
    only,
)
from tests.tables import each

BOX, KEY, STOCK = "DXP1", "EBC|D1", "stock T1 1"
LATE = 200_000


def sent(at: int, name: str = "T1", key: str = KEY, version: str = "v1", about: str = "", draws: str = "") -> Sent:
    """A list is sent, or a cancellation of one, which draws so much."""
    kind = "cancellation" if about else "inventory"
    drawn = (Draw(STOCK, Decimal(draws)),) if draws else ()
    return Sent(at, BOX, name, "d1", (SentDocument(kind, key, version, about, drawn),))


def taken(at: int, name: str = "T1", status: int = 202, number: str = "1", digest: str = "d1") -> Acknowledged:
    """The answer to a transmission."""
    return Acknowledged(at, BOX, name, status, number, digest)


def told(at: int, status: str, place: int = 0, key: str = KEY, kind: str = "inventory") -> SeenReceipt:
    """A receipt about a list."""
    return SeenReceipt(at, BOX, kind, key, status, place, time=str(at), content=f"{at} {status}")


def stock(at: int, amount: str, asked: int = 0, settled: bool = False) -> BalanceRead:
    """What is drawn from the account book, as it was read."""
    return BalanceRead(at, STOCK, Decimal(amount), asked, settled)


ALL_SENT, ALL_RECEIVED = WholeHistory(LATE, SENT), WholeHistory(LATE, RECEIVED)
WHOLE = (ALL_SENT, ALL_RECEIVED)
BEGUN = (sent(10), taken(11), told(20, "2", 1))
RELEASED = (*BEGUN, told(30, "120", 2), told(40, "399", 3), told(50, "800", 4))
CANCELLING = (sent(60, "T2", "A|C1", about=KEY), taken(61, "T2", number="2"), told(70, "2", 4, "A|C1", "cancellation"))
DRAWN = (BalanceOpened(0, STOCK), sent(10, draws="5"), taken(11), told(20, "2", 1), told(30, "120", 2))
APPROVED = (told(72, "120", 5, "A|C1", "cancellation"), told(80, "399", 6, "A|C1", "cancellation"))
CANCELLED = (*DRAWN, told(35, "300", 3), *CANCELLING, *APPROVED)
AGAIN = (*BEGUN, sent(30, "T2"), taken(31, "T2", number="2"))

TRUE: tuple[tuple[str, tuple[Observation, ...]], ...] = (
    ("nothing", ()),
    ("a list that is released", (*RELEASED, *WHOLE)),
    ("a list released on the green lane, without 399", (*BEGUN, told(30, "120", 2), told(50, "800", 3), *WHOLE)),
    ("a mailbox read from the middle", (told(50, "800", 14), told(60, "899", 15))),
    (
        "a rejected list that is declared again",
        (
            *BEGUN,
            told(30, "100", 2),
            sent(40, "T2", version="v2"),
            taken(41, "T2", number="2"),
            told(50, "2", 3),
            *WHOLE,
        ),
    ),
    ("a repetition refused by its code", (*AGAIN, told(40, "-621055", 2), *WHOLE)),
    (
        "a repetition refused before the first one was accepted",
        (*AGAIN, told(40, "-621055", 2), told(50, "120", 3), *WHOLE),
    ),
    (
        "a request refused by customs after it was declared",
        (*BEGUN, *CANCELLING, told(80, "-623003", 6, "A|C1", "cancellation")),
    ),
    ("the same transmission, answered the same", (*BEGUN, Sent(30, BOX, "T1", "d1"), taken(31), *WHOLE)),
    ("other bytes under the same number, refused", (*BEGUN, taken(31, status=409, digest="d2"), *WHOLE)),
    ("an order of receipts told apart by places", (sent(10), taken(11), told(40, "120", 2), told(41, "2", 1), *WHOLE)),
    ("a receipt polled twice", (*BEGUN, told(20, "2", 1), *WHOLE)),
    ("polls without gaps", (*BEGUN, Polled(20, BOX, 0, 1, 1), told(30, "120", 2), Polled(30, BOX, 1, 2, 1), *WHOLE)),
    ("a balance before the list is accepted", (*DRAWN[:4], stock(25, "0"), *WHOLE)),
    ("a balance that may hold the list already", (*DRAWN[:4], stock(25, "5"), *WHOLE)),
    ("a balance read while the list was accepted", (*DRAWN[:4], told(28, "120", 2), stock(30, "0", asked=22), *WHOLE)),
    ("a balance with the list", (*DRAWN, stock(40, "5"), *WHOLE)),
    ("a balance while it is being cancelled, before", (*CANCELLED, stock(75, "5"), *WHOLE)),
    ("a balance while it is being cancelled, after", (*CANCELLED, stock(75, "0"), *WHOLE)),
    ("a balance after the cancellation", (*CANCELLED, stock(90, "0"), *WHOLE)),
    ("a balance of an account whose beginning is not known", (*DRAWN[1:], stock(40, "77"), *WHOLE)),
    ("a state ahead of the receipts", (*BEGUN, StateRead(25, "inventory", KEY, "released"), *WHOLE)),
    (
        "a state that follows from the receipts",
        (*RELEASED, StateRead(LATE, "inventory", KEY, "released", True), *WHOLE),
    ),
    (
        "a list that an agency refuses by a code of the port, and that is rejected by it",
        (*BEGUN, told(30, "-621005", 2), StateRead(LATE, "inventory", KEY, "rejected", True), *WHOLE),
    ),
    (
        "a bill of two lines",
        (
            SeenReceipt(
                9, BOX, "tax_bill", KEY, "1", bill="b", sums=(Decimal(3),), lines=((Decimal(1),), (Decimal(2),))
            ),
        ),
    ),
)
FALSE: tuple[tuple[str, str, tuple[Observation, ...], tuple[int, ...]], ...] = (
    ("a receipt after the end", "final-state-left", (*RELEASED, told(60, "899", 5), told(70, "300", 6), *WHOLE),
     (7, 8)),
    ("closed twice", "final-state-left", (*RELEASED, told(60, "899", 5), told(70, "899", 6), *WHOLE), (7, 8)),
    ("released before it was accepted", "illegal-path", (*BEGUN, told(50, "800", 2), *WHOLE), (3, 4, 6)),
    ("released and then rejected, seen in part", "illegal-path", (told(50, "800", 14), told(60, "100", 15)), (1, 2)),
    ("a receipt of nothing", "receipt-without-document", (told(20, "2", 1), *WHOLE), (1, 2)),
    ("a receipt before its document", "receipt-without-document", (told(9, "2", 1), sent(10), taken(11), *WHOLE),
     (1, 2, 4)),
    ("two answers to one sending", "receipt-without-document", (*BEGUN, told(30, "2", 2), *WHOLE), (3, 4, 5)),
    ("the same content taken as new", "taken-twice", (*AGAIN, told(40, "2", 2), *WHOLE), (3, 6, 7)),
    ("a repetition refused by another code", "repetition-answered-otherwise", (*AGAIN, told(40, "-621041", 2), *WHOLE),
     (3, 6, 7)),
    ("a place given twice", "place-given-twice", (*BEGUN, told(30, "120", 1), *WHOLE), (3, 4)),
    ("a place skipped", "place-skipped", (*BEGUN, told(30, "120", 3), *WHOLE), (4, 6)),
    ("a poll with too few receipts", "place-skipped", (*BEGUN, Polled(20, BOX, 0, 2, 1)), (4,)),
    ("a receipt put before what was read", "place-filled-later",
     (*BEGUN, told(20, "120", 3), Polled(21, BOX, 0, 3, 3), told(30, "3", 2)), (5, 6)),
    ("an acknowledged list without a receipt", "acknowledged-and-lost", (sent(10), taken(11), *WHOLE), (2, 4)),
    ("a list without a receipt when nothing is under way", "acknowledged-and-lost",
     (sent(10), taken(LATE - 1), ALL_SENT, WholeHistory(LATE, RECEIVED, drained=True)), (2, 4)),
    ("a repetition without an answer", "acknowledged-and-lost", (*AGAIN, *WHOLE), (2, 5, 7)),
    ("two ids for a transmission", "transmission-answered-otherwise", (*BEGUN, taken(31, number="2")), (2, 4)),
    ("other bytes taken", "transmission-answered-otherwise", (*BEGUN, taken(31, digest="d2")), (2, 4)),
    ("the same bytes refused as others", "transmission-answered-otherwise", (*BEGUN, taken(31, status=409)), (2, 4)),
    ("one id for two transmissions", "transmission-answered-otherwise", (*BEGUN, taken(31, "T2")), (2, 4)),
    ("a balance without the list", "balance-unexplained", (*DRAWN, stock(40, "0"), *WHOLE), (1, 5, 6, 7)),
    ("a balance before anything was sent", "balance-unexplained",
     (BalanceOpened(0, STOCK), stock(5, "5"), *DRAWN[1:], *WHOLE), (1, 2, 3, 7)),
    ("a balance that ignores a cancellation", "balance-unexplained", (*CANCELLED, stock(90, "5"), *WHOLE),
     (1, 11, 12, 13)),
    ("a settled balance of a list that was never accepted", "balance-unexplained",
     (*DRAWN[:4], stock(90, "5", settled=True), *WHOLE), (1, 4, 5, 6, 7)),
    ("a state that the receipts exclude", "state-unexplained",
     (*BEGUN, StateRead(30, "inventory", KEY, "released", True), *WHOLE), (3, 4, 6)),
    ("a bill that does not add up", "bill-sums-differ",
     (SeenReceipt(9, BOX, "tax_bill", KEY, "1", bill="b", sums=(Decimal(4),), lines=((Decimal(3),),)),), (1,)),
    ("a number of a bill given again", "bill-number-twice",
     (SeenReceipt(9, BOX, "tax_bill", KEY, "1", bill="b", sums=(Decimal(4),)),
      SeenReceipt(9, BOX, "tax_bill", "EBC|D2", "1", bill="b", sums=(Decimal(4),))), (1, 2)),
)  # fmt: skip
UNKNOWN: tuple[tuple[str, tuple[Observation, ...], int, str], ...] = (
    ("a client cut off before the answer", (sent(10), *WHOLE), 1, "whether the message was taken is not known"),
    ("a mailbox that was not read to its end", (sent(10), taken(11), ALL_SENT), 2, "nothing says that all"),
    ("a history that ends at once", (sent(10), taken(LATE - 1), *WHOLE), 2, "less than 60 s after it was taken"),
)  # fmt: skip


@each(("name", "history"), TRUE)
def test_what_some_order_explains_is_true(name: str, history: tuple[Observation, ...]) -> None:
    judged = judge(numbered(history))
    assert (judged.contradictions, judged.missing) == ([], [])
    assert judged.verdict is HistoryVerdict.TRUE


@each(("name", "rule", "history", "numbers"), FALSE)
def test_what_no_order_explains_is_false_and_the_smallest_set_is_shown(
    name: str, rule: str, history: tuple[Observation, ...], numbers: tuple[int, ...]
) -> None:
    judged = judge(numbered(history))
    assert judged.verdict is HistoryVerdict.FALSE
    found = {found.rule.name: tuple(one.number for one in found.observations) for found in judged.contradictions}
    assert found[rule] == numbers


@each(("name", "rule", "history", "numbers"), FALSE)
def test_of_the_smallest_set_nothing_can_be_left_out(
    name: str, rule: str, history: tuple[Observation, ...], numbers: tuple[int, ...]
) -> None:
    named = next(known for known in rules() if known.name == rule)
    contradicts = {
        left_out: any(True for _ in named.find(Grouped(only(numbered(history), set(numbers) - {left_out}))))
        for left_out in (0, *numbers)
    }
    assert contradicts == {left_out: left_out == 0 for left_out in (0, *numbers)}


@each(("name", "history", "number", "missing"), UNKNOWN)
def test_where_something_is_missing_nothing_is_said(
    name: str, history: tuple[Observation, ...], number: int, missing: str
) -> None:
    judged = judge(numbered(history))
    assert judged.verdict is HistoryVerdict.UNKNOWN
    assert [(lacking.by.number, missing in lacking.words.en) for lacking in judged.missing] == [(number, True)]


def test_every_rule_is_contradicted_by_some_row() -> None:
    assert {rule for _, rule, _, _ in FALSE} == set(NAMES)


@each("language", ["zh", "en"])
def test_observations_and_rules_have_words_in_both_languages(language: str) -> None:
    said = [line_of(one).text(language) for one in numbered((*CANCELLED, stock(90, "5"), Polled(1, BOX, 0, 1, 1)))]
    assert said[0].startswith("#1 ") and all(text.strip() for text in said)
    chinese = [any("\u4e00" <= character <= "\u9fff" for character in text) for text in said]
    assert chinese == [language == "zh"] * len(said)
    assert all(rule.words.text(language) for rule in rules())
