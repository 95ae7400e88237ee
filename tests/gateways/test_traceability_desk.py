"""The traceability gateway on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from declarations.calendar import HOUR
from declarations.documents import DOCUMENTS
from declarations.money import SCALE
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.topics.facts import RecallOrdered
from gateways.topics.shared import Decision, DocumentFiled
from gateways.topics.traceability import RecallDue
from gateways.traceability.acts import decide
from gateways.traceability.batches import handle_batches
from gateways.traceability.progress import handle_progress
from gateways.traceability.recalls import handle_due, handle_notices, handle_ordered
from gateways.traceability.repository import (
    BookKey,
    BookLot,
    ParcelOutcome,
    Recall,
    TraceBatch,
    TraceCode,
    TracedLine,
    TracedUnit,
)
from schemas.identifiers import example_credit_code
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

BOOK: BookKey = ("T1", "7")
AGENT, GTIN = example_credit_code("3702W60001"), "09520123456788"
BATCH = {
    "ebc_code": "C",
    "cop_no": "TB1",
    "goods_kind": "F",
    "gtin": GTIN,
    "lot": "L1",
    "ems_no": "T1",
    "item_record_no": "7",
    "origin": "410",
    "produced_day": "20261001",
    "qty": "100",
    "unit": "011",
    "recall_agent": AGENT,
}
NOTICE = {
    "ebc_code": "C",
    "recall_no": "RC1",
    "goods_kind": "F",
    "recall_class": "1",
    "recall_agent": AGENT,
    "gtin": GTIN,
    "hazard": "菌",
    "remedy": "R",
    "start_time": "20261120110000",
    "lines": (),
}
PROGRESS = {
    "ebc_code": "C",
    "recall_no": "RC1",
    "seq": "2",
    "as_of": "20261120110000",
    "told": "1",
    "back": "0",
    "destroyed": "0",
    "refunded": "0",
    "lines": (),
}


class TraceOffice:
    """Batches and recalls of the company C in memory, with a lot of 100 of which three were sold in one list."""

    def __init__(self) -> None:
        self.lot = BookLot(*BOOK, "1901101010", "奶粉", "011", 100 * SCALE, 3 * SCALE, 0)
        self.stored: dict[int, TraceBatch] = {}
        self.codes: list[TraceCode] = []
        self.kept: dict[int, Recall] = {}
        self.outcomes_put: list[ParcelOutcome] = []
        self.filed: dict[int, FiledDocument] = {}
        self.later(0)
        self._ids, self._numbers = count(1), count(1)

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, codes: Collection[str]) -> dict[str, str]:
        return by_id({"C": "DXP1"}, codes)

    def book_lots(self, keys: Collection[BookKey]) -> dict[BookKey, BookLot]:
        return by_id({BOOK: self.lot}, keys)

    def batches(
        self, keys: Collection[str] = (), lots: Collection[str] = (), books: Collection[BookKey] = ()
    ) -> list[TraceBatch]:
        stored = self.stored.values()
        return [batch for batch in stored if batch.key in keys or batch.lot in lots or batch.book_key in books]

    def batches_of(self, ebc_code: str, gtin: str, item_no: str, book: BookKey) -> list[TraceBatch]:
        return [batch for batch in self.stored.values() if batch.ebc_code == ebc_code]

    def put_batch(self, batch: TraceBatch) -> None:
        self.stored[batch.id] = batch

    def put_codes(self, codes: Sequence[TraceCode]) -> None:
        self.codes += codes

    def code_numbers(self, count: int) -> list[int]:
        return [next(self._numbers) for _ in range(count)]

    def recalls(self, ids: Collection[int]) -> dict[int, Recall]:
        return by_id(self.kept, ids)

    def recalls_of(self, ebc_code: str) -> list[Recall]:
        return [recall for recall in self.kept.values() if recall.ebc_code == ebc_code]

    def recall_ids(self, numbers: Collection[str]) -> dict[str, int]:
        return {recall.recall_no: recall.id for recall in self.kept.values() if recall.recall_no in numbers}

    def put_recall(self, recall: Recall) -> None:
        self.kept[recall.id] = recall

    def outcomes(self, recall_id: int) -> list[ParcelOutcome]:
        return [outcome for outcome in self.outcomes_put if outcome.recall_id == recall_id]

    def put_outcomes(self, outcomes: Sequence[ParcelOutcome]) -> None:
        self.outcomes_put += outcomes

    def traced_lines(
        self, ebc_code: str, units: Sequence[TracedUnit], until: int, invt_nos: Collection[str] = ()
    ) -> Iterable[TracedLine]:
        for unit in units:
            if unit.book_key == BOOK and (not invt_nos or "I1" in invt_nos):
                yield TracedLine(1, "I1", "C", "P", "L|1", 5, 1, 3 * SCALE, unit)

    def new_id(self) -> int:
        return next(self._ids)

    def batch(self, box: str = "DXP1", **changes: str) -> Desk[Any]:
        """A batch of the whole lot comes, or what `changes` say."""
        return self._send("trace_batch_filing", {**BATCH, **changes}, box, "cop_no", handle_batches)

    def notice(self, **changes: Any) -> Desk[Any]:
        """A recall of the lot is announced, or what `changes` say."""
        return self._send("recall_notice", {**NOTICE, **changes}, "DXP1", "recall_no", handle_notices)

    def progress(self, **changes: Any) -> Desk[Any]:
        """A buyer was told, or what `changes` say."""
        return self._send("recall_progress", {**PROGRESS, **changes}, "DXP1", "seq", handle_progress)

    def act(self, action: str) -> Desk[Any]:
        """An officer decides about the recall."""
        decide([Decision(max(self.kept), 9, 0, action, "核实", "li", {})], self.desk)
        return self.desk

    def later(self, days: int) -> None:
        """Days pass, and nothing is handled of itself."""
        self.desk = desk_of(self, DAY + timedelta(days=days))
        self.desk.circumstances = replace(self.desk.circumstances, secret_of=lambda agency, plan: "secret")

    def _send(self, kind: str, said: dict[str, Any], box: str, number: str, handle: Callable[..., None]) -> Desk[Any]:
        key = f"{said['ebc_code']}|{said[number]}"
        paper = filed(kind, facts_of(DOCUMENTS[kind], **said), key, mailboxes=box)
        self.filed[paper.id] = paper
        handle([DocumentFiled(paper.id)], self.desk)
        return self.desk


def batched(box: str = "DXP1", **changes: str) -> Callable[[], Desk[Any]]:
    return lambda: TraceOffice().batch(box, **changes)


def batched_twice(**changes: str) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        office = TraceOffice()
        office.batch(qty="50")
        return office.batch(**changes)

    return happens


def recalled() -> TraceOffice:
    office = TraceOffice()
    office.batch()
    office.notice()
    return office


def announced(**changes: Any) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        office = TraceOffice()
        office.batch()
        return office.notice(**changes)

    return happens


def reported(**changes: Any) -> Callable[[], Desk[Any]]:
    return lambda: recalled().progress(**changes)


def reported_late() -> Desk[Any]:
    office = recalled()
    office.progress()
    return office.progress(seq="1")


def reported_late_with_less() -> Desk[Any]:
    office = recalled()
    office.progress(told="3", back="2", lines=(("1", "I1", "B", "2"),))
    return office.progress(seq="1", told="1", back="0")


def reported_after_the_end() -> Desk[Any]:
    office = recalled()
    office.progress(closed="Y", told="3")
    return office.progress(seq="3")


def overdue() -> Desk[Any]:
    office = recalled()
    office.later(2)
    handle_due([RecallDue(max(office.kept), False)], office.desk)
    return office.desk


def closed_while_held() -> Desk[Any]:
    office = recalled()
    office.progress(closed="Y", told="3")
    return office.act("close_recall")


def booked_out_when_nothing_is_left() -> Desk[Any]:
    office = recalled()
    office.lot = office.lot._replace(booked_out=97 * SCALE)
    return office.act("book_out_stock")


def announced_twice() -> Desk[Any]:
    return recalled().notice()


def of_an_item(**changes: Any) -> Desk[Any]:
    """A recall of goods of no account book."""
    office = TraceOffice()
    office.batch(ems_no="", item_record_no="", item_no="A-1")
    return office.notice(ems_no="", item_record_no="", item_no="A-1", **changes)


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "24001": batched(),
    "24010": announced(),
    "24018": reported(),
    "24019": reported_late,
    "24101": batched(gtin="09520123456789"),
    "24102": batched(qty="101"),
    "24103": batched_twice(cop_no="TB2", qty="1", produced_day="20261002"),
    "24104": batched(recall_agent=""),
    "24105": batched(serials="Y", qty="1.5"),
    "24106": batched(item_record_no="8"),
    "24107": batched(ems_no="", item_record_no=""),
    "24108": batched_twice(),
    "24109": batched(produced_day="20261121"),
    "24117": batched("DXP2"),
    "24119": batched(lot="L 1"),
    "24118": announced(remedy="Q"),
    "24201": announced(gtin="", item_no="NONE"),
    "24202": announced(recall_agent=""),
    "24203": announced(recall_class=""),
    "24204": reported(back="4"),
    "24205": overdue,
    "24206": announced(),
    "24206.item": lambda: of_an_item(),
    "24206.lots": lambda: of_an_item(made_from="20261001"),
    "24207": reported(back="1", lines=(("1", "I2", "B", "1"),)),
    "24208": reported(recall_no="RC2"),
    "24209": reported_after_the_end,
    "24210": closed_while_held,
    "24211": announced_twice,
    "24212": lambda: recalled().act("suspend_seller"),
    "24213": announced(start_time="20261121110000"),
    "24214": booked_out_when_nothing_is_left,
    "24215": reported(closed="Y", told="1"),
}


def told_of_the_list_then_less() -> Desk[Any]:
    office = recalled()
    office.progress(back="2", told="3", lines=(("1", "I1", "B", "2"),))
    return office.progress(seq="3", told="3", back="1")


@each(
    ("happens", "code"),
    [
        (reported_late_with_less, "24019"),
        (reported(back="1", lines=(("1", "I1", "B", "2"),)), "24204"),
        (reported(back="2", lines=(("1", "I1", "B", "2"), ("2", "I1", "X", "2"))), "24207"),
        (told_of_the_list_then_less, "24204"),
    ],
)
def test_sums_are_no_less_than_what_single_lists_became(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert gives(happens(), code)


def test_goods_that_are_food_are_recalled_as_food_whatever_the_notice_says() -> None:
    assert gives(announced(goods_kind="G", recall_class="")(), "24203")
    office = TraceOffice()
    office.batch()
    office.notice(goods_kind="G")
    (recall,) = office.kept.values()
    assert (recall.goods_kind, recall.start_due - recall.start_at) == ("F", 24 * HOUR)


@each(("code", "happens"), CASES.items())
def test_a_reason_is_given(code: str, happens: Callable[[], Desk[Any]]) -> None:
    assert gives(happens(), code)


def test_no_reason_is_left_out() -> None:
    assert codes("traceability") == set(CASES)


def test_an_act_that_the_state_forbids_is_refused() -> None:
    office = recalled()
    for action in ("close_recall", "begin", "anything"):
        office.act(action)
    assert [answer.refused for answer in office.desk.answers.decisions] == [True] * 3


def test_a_recall_that_does_not_exist_is_not_decided_about() -> None:
    office = TraceOffice()
    decide([Decision(9, 9, 0, "close_recall", "核实", "li", {})], office.desk)
    assert [answer.refused for answer in office.desk.answers.decisions] == [True]


def test_a_measure_orders_a_recall_of_food_as_class_1() -> None:
    office = TraceOffice()
    handle_ordered([RecallOrdered("M1", "C", "P", *BOOK, "", "1901101010", "奶粉", "菌", "li")], office.desk)
    (recall,) = office.kept.values()
    assert (recall.ordered, recall.goods_kind, recall.recall_class, recall.source) == ("Y", "F", "1", "M1")
    assert (recall.held_qty, recall.sold_qty, recall.platforms) == (97 * SCALE, 3 * SCALE, ("P",))
    assert [hold.key for hold in office.desk.answers.holds] == ["T1|7"]


def test_a_recall_that_has_begun_and_ended_is_never_overdue() -> None:
    office = recalled()
    office.progress(closed="Y", told="3")
    office.later(60)
    number = max(office.kept)
    handle_due([RecallDue(number, False), RecallDue(number, True)], office.desk)
    assert office.kept[number].overdue_at == 0 and office.desk.answers.notices == []


@each(
    "given",
    [
        batched(goods_kind="Q"),
        batched(serials="1"),
        announced(goods_kind="X"),
        announced(goods_kind="G", recall_class="4"),
        announced(remedy="Q"),
        reported(closed="Q"),
        reported(seq="0"),
    ],
)
def test_a_value_that_no_message_names_is_refused(given: Callable[[], Desk[Any]]) -> None:
    assert gives(given(), "24118")
