"""Spot checks and laboratories on fakes of their repositories: every reason that they give, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from declarations.calendar import instant_of
from declarations.documents import DOCUMENTS
from declarations.documents.inventory import InventoryLine
from declarations.money import SCALE
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.plans import read_terms
from gateways.customs import spot_checked
from gateways.desk import Desk
from gateways.laboratory import filing, testing
from gateways.laboratory import topics as laboratory
from gateways.laboratory.repository import SampleOrder
from gateways.records import FiledDocument
from gateways.spot_checks import acts, drawing, measures, papers, reports, sampling
from gateways.spot_checks.repository import ReleasedGoods, SpotCheckPlan, SpotSample
from gateways.topics.customs import InspectionPassed
from gateways.topics.facts import CreditEventHappened
from gateways.topics.laboratory import LaboratoryDue, SampleForLaboratory
from gateways.topics.shared import Decision, DocumentFiled
from gateways.topics.spot_checks import (
    GoodsBookedOut,
    ListStopped,
    MeasureDue,
    SampleReportDue,
    SampleTested,
    SamplingDue,
)
from tests.gateways.desks import DAY, by_id, desk_of, facts_of, filed, gives
from tests.tables import each

NUMBER, SHOP = "SP2026112001-0123456789", "3702961003"
SENDER = "DXP1"
"""The mailbox from which a filed document comes."""


class QualityDesk:
    """Samples and plans in memory; the sample 7 is of a lot of which so much is left."""

    def __init__(self, left: int = 10 * SCALE, **changes: Any) -> None:
        self.left, self.box, self.operators = left, "", {SENDER}
        self.asked: list[tuple[str, int]] = []
        sample = SpotSample(
            *(7, NUMBER, "T1|1", "notified", "SP2026112001", "R", "W", "95||", SHOP, "9503006000", "积木", "011"),
            *(10 * SCALE, 0, 0, ""),
            ems_no="T1",
            item_record_no="1",
        )
        self.kept = {7: replace(sample, **changes)}
        self.failed: set[str] = set()
        self.opened: dict[int, SpotCheckPlan] = {}
        self.filed: dict[int, FiledDocument] = {}

    @property
    def sample(self) -> SpotSample:
        return self.kept[7]

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def samples(self, ids: Collection[int]) -> dict[int, SpotSample]:
        return by_id(self.kept, ids)

    def mailboxes(self, codes: Collection[str]) -> dict[str, str]:
        return {SHOP: self.box} if SHOP in codes and self.box else {}

    def sites(self, dxp_ids: Collection[str]) -> set[str]:
        return self.operators & set(dxp_ids)

    def left_of(self, sample: SpotSample) -> int:
        return self.left

    def waiting_of(self, sample: SpotSample) -> int:
        return 0

    def sample_ids(self, numbers: Collection[str]) -> dict[str, int]:
        return {sample.sample_no: sample.id for sample in self.kept.values() if sample.sample_no in numbers}

    def put_sample(self, sample: SpotSample) -> None:
        self.kept[sample.id] = sample

    def open_plans(self) -> list[SpotCheckPlan]:
        return list(self.opened.values())

    def plans_of(self, numbers: Collection[str]) -> dict[str, SpotCheckPlan]:
        return {plan.plan_no: plan for plan in self.opened.values() if plan.plan_no in numbers}

    def put_plan(self, plan: SpotCheckPlan) -> None:
        self.opened[plan.id] = plan

    def beside(self, sample: SpotSample) -> list[SpotSample]:
        return [one for one in self.kept.values() if one.order_no == sample.order_no and one.id != sample.id]

    def drawn(self, keys: Collection[str]) -> set[str]:
        self.asked.append(("drawn", len(keys)))
        return {sample.key for sample in self.kept.values()} & set(keys)

    def failed_strata(self) -> set[str]:
        return self.failed

    def lists(self, ids: Collection[int]) -> dict[int, ReleasedGoods]:
        self.asked.append(("lists", len(ids)))
        return {number: self._list(number) for number in ids if number in (9, 10, 11)}

    @staticmethod
    def _list(number: int) -> ReleasedGoods:
        lines = (facts_of(InventoryLine, gnum=1, gcode="9503006000", qty=SCALE),)
        facts = {"ebc_code": SHOP, "ebp_code": "3702W99001", "order_no": f"O{number}", "lines": lines}
        return ReleasedGoods(number, "I1", facts_of(DOCUMENTS["inventory"], **facts), "ordinary")

    def new_id(self) -> int:
        return 100 + len(self.opened) + len(self.kept)


class Bench:
    """A laboratory's orders in memory."""

    def __init__(self, *orders: SampleOrder) -> None:
        self.kept = {order.id: order for order in orders}
        self.boxes = {"QDLAB01": SENDER, "QDLAB02": SENDER}
        self.filed: dict[int, FiledDocument] = {}

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, laboratories: Collection[str]) -> dict[str, str]:
        return by_id(self.boxes, laboratories)

    def orders(self, ids: Collection[int]) -> dict[int, SampleOrder]:
        return by_id(self.kept, ids)

    def orders_of(self, sample_numbers: Collection[str]) -> dict[str, list[SampleOrder]]:
        return {NUMBER: list(self.kept.values())} if NUMBER in sample_numbers and self.kept else {}

    def order_ids(self, sample_ids: Collection[int]) -> dict[tuple[int, str, str], int]:
        return {(order.sample_id, order.answers, order.laboratory): order.id for order in self.kept.values()}

    def put_order(self, order: SampleOrder) -> None:
        self.kept[order.id] = order

    def new_id(self) -> int:
        return 50 + len(self.kept)


ORDER = SampleOrder(8, 7, NUMBER, "F1", "9503006000", "QDLAB01", "", 0)
HANDLERS = {
    "sample_record": papers.handle_records,
    "retest_application": papers.handle_retests,
    "measure_report": papers.handle_measure_reports,
    "lab_report": filing.handle_reports,
}


def sent(repository: Any, kind: str, day: date = DAY, **values: Any) -> Desk[Any]:
    """A document is filed and handled on a day."""
    known = {"sample_no": NUMBER, "ebc_code": SHOP}
    common = {name: value for name, value in known.items() if name in DOCUMENTS[kind].__struct_fields__}
    document = filed(kind, facts_of(DOCUMENTS[kind], **{**common, **values}))
    repository.filed[document.id] = document
    desk = desk_of(repository, day)
    HANDLERS[kind]([DocumentFiled(document.id)], desk)
    return desk


def decided(repository: QualityDesk, action: str, **values: str) -> Desk[Any]:
    desk = desk_of(repository)
    subject = 0 if action == "open_plan" else 7
    acts.decide([Decision(subject, 5, 0, action, "铅超标", "officer", values)], desk)
    return desk


def judged(repository: QualityDesk, verdict: str = "F", **changes: Any) -> Desk[Any]:
    """The laboratory's report about the sample comes."""
    desk = desk_of(repository)
    reports.handle_tested([SampleTested(7, "QDLAB01", "R1", verdict, desk.now, **changes)], desk)
    return desk


def overdue(state: str, answers: str = "") -> Desk[Any]:
    """The day of a laboratory's report is over."""
    desk = desk_of(QualityDesk(state=state, answers=answers, laboratory="QDLAB01"))
    reports.handle_due([SampleReportDue(7, "QDLAB01", answers, 0)], desk)
    return desk


def report(bench: Bench, **changes: Any) -> Desk[Any]:
    """A laboratory sends a report without lines."""
    told = {"lab_code": "QDLAB01", "report_no": "R1", "seal_no": "F1", "issued_time": "20261120090000", "lines": ()}
    return sent(bench, "lab_report", **{**told, "verdict": "P", **changes})


def drawn_of(plan: SpotCheckPlan, *older: SpotCheckPlan, released_at: int = 5) -> set[str]:
    """The orders of which a plan draws samples beside older plans, of twenty lists."""
    repository = QualityDesk()
    repository.opened = {one.id: one for one in (*older, plan)}
    desk = desk_of(repository)
    desk.circumstances = replace(desk.circumstances, secret_of=lambda agency, plan: f"secret of {plan}")
    lines = (facts_of(InventoryLine, gnum=1, gcode="9503006000"),)
    facts = [facts_of(DOCUMENTS["inventory"], ebc_code=SHOP, order_no=f"O{one}", lines=lines) for one in range(20)]
    lists = [ReleasedGoods(one, "", listed, "", released_at) for one, listed in enumerate(facts)]
    drawing.draw_flow(plan, read_terms(plan.terms), lists, desk)
    return {sample.order_no for sample in repository.kept.values() if sample.plan_no == plan.plan_no}


def opened(terms: str, failed: Collection[str] = ()) -> Desk[Any]:
    """An officer opens a plan; samples of these strata failed in plans that have ended."""
    desk = desk_of(repository := QualityDesk())
    repository.failed = set(failed)
    desk.circumstances = replace(desk.circumstances, secret_of=lambda agency, plan: "secret")
    acts.decide([Decision(0, 5, 0, "open_plan", "", "officer", {"plan": terms})], desk)
    return desk


def _from_elsewhere(repository: QualityDesk) -> Desk[Any]:
    """Somebody contradicts a report for a company that has another mailbox."""
    repository.box = "DXPSHOP"
    return sent(repository, "retest_application", **CONTRADICTED)


def _by_a_stranger(kind: str, **values: str) -> Desk[Any]:
    """Somebody who is neither site nor company sends a document about a sample."""
    repository = QualityDesk()
    repository.box, repository.operators = "DXPSHOP", set()
    desk = sent(repository, kind, **values)
    assert repository.sample.state == "notified"
    return desk


def _bench_of(box: str) -> Bench:
    """A laboratory with an order, which is registered with this mailbox."""
    bench = Bench(replace(ORDER))
    bench.boxes = {"QDLAB01": box} if box else {}
    return bench


def reported(measure: str, **given: str) -> Desk[Any]:
    """The company reports about a measure that was ordered."""
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "found": "1", "done": "1", "closed": "Y"}
    repository = QualityDesk(SCALE, state="measure_ordered", measure=measure, measure_no=f"M{NUMBER}")
    return sent(repository, "measure_report", **{**told, **given})


RECORD = {"taken_qty": "2", "seal_no": "F1"}
TAKEN = {"quantity": "2", "seal": "F1"}
FAILED = {"state": "unqualified", "report_no": "R1", "laboratory": "QDLAB01", "verdict": "F"}
LONG_AGO = {"reported_at": instant_of(date(2026, 11, 4))}
CONTRADICTED = {"report_no": "R1", "reason": "保存不当"}
DELISTED = {"state": "measure_ordered", "measure": "D", "measure_no": "M1", "ebp_code": "3702W99001"}


def answered(**given: str) -> Desk[Any]:
    """The platform of a list reports about goods that it is to delist."""
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "ebc_code": "3702W99001", "found": "1", "done": "1"}
    repository = QualityDesk(**{**DELISTED, "measure_no": f"M{NUMBER}"})
    return sent(repository, "measure_report", **{**told, **given})


def due(**changes: Any) -> Desk[Any]:
    desk = desk_of(repository := QualityDesk(**{**DELISTED, **changes}))
    measures.handle_due([MeasureDue(7, "M1")], desk)
    assert repository.sample.state != "measure_ordered"
    return desk


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "23004": lambda: judged(QualityDesk(state="at_lab")),
    "23026": lambda: answered(closed="Y"),
    "23027": answered,
    "23028": due,
    "23101": lambda: sent(QualityDesk(), "sample_record", sample_no="NONE", **RECORD),
    "23102": lambda: sent(QualityDesk(), "sample_record", taken_qty="11", seal_no="F1"),
    "23036": lambda: sent(QualityDesk(), "sample_record", kept_qty="1", **RECORD),
    "23037": lambda: decided(QualityDesk(), "take", **TAKEN, photo="a" * 64),
    "23038": lambda: reported("B", way="B", closed="N"),
    "23039": lambda: reported("B", way="X"),
    "23040": lambda: reported("R"),
    "23042": lambda: reported("D"),
    "23123": lambda: reported("R", done="0.99999"),
    "23118": lambda: sent(QualityDesk(), "sample_record", kept_qty="2", **RECORD),
    "23106": lambda: sent(QualityDesk(**FAILED, **LONG_AGO), "retest_application", **CONTRADICTED),
    "23108": lambda: sent(QualityDesk(), "sample_record", refused="Y", reason="不在范围", taken_qty="0"),
    "23110": lambda: judged(QualityDesk(state="at_lab")),
    "23111": lambda: opened("title=布控; basis=T; goods=9503; rate=0.1"),
    "23112": lambda: sent(QualityDesk(state="at_lab"), "sample_record", **RECORD),
    "23117": lambda: _from_elsewhere(QualityDesk(**FAILED, reported_at=desk_of(None).now)),
    "23114": lambda: report(Bench(replace(ORDER)), issued_time="99999999999999"),
    "23124": lambda: report(Bench(replace(ORDER, ordered_at=instant_of(date(2026, 11, 20), 9) + 1_000))),
    "23031": lambda: overdue("at_lab"),
    "23032": lambda: overdue("retesting", answers="R0"),
    "23115": lambda: judged(QualityDesk(state="qualified", report_no="R0", verdict="P"), "F"),
    "23116": lambda: judged(QualityDesk(state="closed", report_no="R0", verdict="F"), "P", amends="R0"),
    "23041": lambda: reported("B", way="B", closed="Q"),
    "23119": lambda: _by_a_stranger("sample_record", **RECORD),
    "23120": lambda: report(_bench_of("DXPOTHER")),
    "23121": lambda: reported("X", way="B"),
    "23122": lambda: decided(QualityDesk(**FAILED, reported_at=desk_of(None).now), "destroy"),
    "23125": lambda: sent(QualityDesk(**FAILED, reported_at=desk_of(None).now), "retest_application", **CONTRADICTED),
    "23113": lambda: report(Bench(replace(ORDER, report_no="R0"))),
}


@each("code", sorted(CASES))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code)


@each(
    ("changes", "code"),
    [
        ({}, ""),
        ({"seal_no": "F2"}, "23104"),
        ({"lab_code": "QDLAB02"}, "23105"),
        ({"verdict": "F"}, ""),
        ({"amends": "R0"}, "23113"),
        ({"issued_time": "20261120130000"}, "23114"),
        ({"issued_time": "2026112012000Z"}, "23114"),
    ],
)
def test_a_laboratorys_report_is_checked_against_its_order(changes: dict[str, str], code: str) -> None:
    desk = report(Bench(replace(ORDER)), **changes)
    assert gives(desk, code) if code else len(desk.answers.sends) == 1


def test_an_amended_report_stays_beside_the_one_that_it_replaces() -> None:
    bench = Bench(replace(ORDER, report_no="R1", verdict="P"))
    report(bench, report_no="R2", amends="R1", verdict="F")
    assert [(order.report_no, order.amends, order.verdict) for order in bench.kept.values()] == [
        ("R1", "", "P"),
        ("R2", "R1", "F"),
    ]


@each(
    ("state", "verdict", "after"),
    [
        ("qualified", "F", "unqualified"),
        ("unqualified", "P", "qualified"),
        ("confirmed", "P", "qualified"),
        ("measure_ordered", "P", "measure_ordered"),
        ("closed", "F", "closed"),
    ],
)
def test_an_amended_report_changes_the_verdict_unless_a_measure_was_ordered(
    state: str, verdict: str, after: str
) -> None:
    before = "P" if verdict == "F" else "F"
    desk = QualityDesk(state=state, report_no="R0", verdict=before)
    judged(desk, verdict, amends="R0")
    kept = ("R0", before) if after == state else ("R1", verdict)
    assert (desk.sample.state, desk.sample.report_no, desk.sample.verdict) == (after, *kept)


@each(
    ("state", "answers", "verdict", "after"),
    [
        ("at_lab", "", "P", "qualified"),
        ("at_lab", "", "F", "unqualified"),
        ("at_lab", "", "N", "notified"),
        ("retesting", "R0", "P", "qualified"),
        ("retesting", "R0", "F", "confirmed"),
        ("retesting", "R0", "N", "confirmed"),
        ("retesting", "OTHER", "P", "retesting"),
        ("qualified", "", "F", "qualified"),
    ],
)
def test_a_report_decides_a_sample_that_awaits_it(state: str, answers: str, verdict: str, after: str) -> None:
    desk = QualityDesk(state=state, answers="R0" if state == "retesting" else "")
    judged(desk, verdict, answers=answers)
    assert desk.sample.state == after


@each(("days", "state"), [(15, "retesting"), (16, "unqualified")])
def test_a_retest_is_applied_for_within_fifteen_days(days: int, state: str) -> None:
    desk = QualityDesk(**FAILED, reported_at=desk_of(None).now)
    sent(desk, "retest_application", DAY + timedelta(days), **CONTRADICTED)
    assert desk.sample.state == state


def test_the_days_of_a_retest_run_from_the_receipt_of_the_report() -> None:
    """自收到检验结果之日起: 进出口商品检验法实施条例, article 37."""
    repository = QualityDesk(state="at_lab", laboratory="QDLAB01")
    desk = desk_of(repository)
    long_ago = instant_of(date(2026, 10, 1))
    reports.handle_tested([SampleTested(7, "QDLAB01", "R1", "F", long_ago)], desk)
    assert gives(decided(repository, "destroy"), "23122")
    sent(repository, "retest_application", **CONTRADICTED)
    assert repository.sample.state == "retesting"


@each(("laboratory", "state"), [("QDLAB03", "retesting"), ("QDLAB01", "unqualified"), ("QDLAB02", "unqualified")])
def test_a_retest_is_made_by_another_laboratory_that_is_approved(laboratory: str, state: str) -> None:
    desk = QualityDesk(**FAILED, reported_at=desk_of(None).now)
    sent(desk, "retest_application", **CONTRADICTED, laboratory=laboratory)
    assert desk.sample.state == state


def test_a_sample_is_taken_once_and_booked_out_once() -> None:
    desk = QualityDesk()
    first = sent(desk, "sample_record", **RECORD)
    again = sent(desk, "sample_record", **RECORD)
    late = desk_of(desk)
    sampling.handle_due([SamplingDue(7)], late)
    booked = [
        payload for batch in (first, again, late) for payloads in batch.answers.sends.values() for payload in payloads
    ]
    assert [payload.quantity for payload in booked if isinstance(payload, GoodsBookedOut)] == [2 * SCALE]


def outcome(desk: QualityDesk, *after: Desk[Any]) -> tuple[Any, ...]:
    """What has become of a sample, and what was booked out, sent to a laboratory, told the company and told credit."""
    sample, done = desk.sample, [payload for each in after for sent in each.answers.sends.values() for payload in sent]
    notices = [notice.draft.reason for each in after for notice in each.answers.notices]
    held = [hold.reason for each in after for hold in each.answers.holds]
    noted = [line.reasons for each in after for line in each.answers.timeline]
    return sample.state, sample.seal_no, sample.taken_qty, sample.insisted, sample.reasons, done, notices, held, noted


@each(
    ("message", "act", "changes"),
    [
        ({"taken_qty": "2", "seal_no": "F1"}, {"quantity": "2", "seal": "F1"}, {}),
        ({"taken_qty": "0.5", "seal_no": "F1"}, {"quantity": "0.5", "seal": "F1"}, {"basis": "T"}),
        ({"taken_qty": "10", "seal_no": "F1", "kept_qty": "9"}, {"quantity": "10", "seal": "F1", "kept": "9"}, {}),
        (
            {"taken_qty": "2", "seal_no": "F1", "kept_qty": "1", "storage": "冷库2号"},
            {"quantity": "2", "seal": "F1", "kept": "1", "storage": "冷库2号"},
            {},
        ),
        ({"taken_qty": "11", "seal_no": "F1"}, {"quantity": "11", "seal": "F1"}, {}),
        ({"taken_qty": "0", "seal_no": "F1"}, {"quantity": "0", "seal": "F1"}, {}),
        ({"taken_qty": "2", "seal_no": "F1", "kept_qty": "2"}, {"quantity": "2", "seal": "F1", "kept": "2"}, {}),
        ({"taken_qty": "2", "seal_no": "F1"}, {"quantity": "2", "seal": "F1"}, {"ems_no": "", "item_record_no": ""}),
        ({"taken_qty": "0", "refused": "Y", "reason": "铅超标"}, {}, {}),
        ({"taken_qty": "0", "refused": "Y", "reason": "铅超标"}, {}, {"insisted": 1}),
    ],
)
def test_the_site_and_an_officer_record_the_same(
    message: dict[str, str], act: dict[str, str], changes: dict[str, Any]
) -> None:
    by_message, by_act = QualityDesk(**changes), QualityDesk(**changes)
    told = outcome(by_message, sent(by_message, "sample_record", **message))
    assert told == outcome(by_act, decided(by_act, "take" if act else "refuse_sampling", **act))


@each(
    ("state", "action"),
    [(state, action) for state in ("at_lab", "qualified", "excused") for action in ("take", "refuse_sampling")],
)
def test_a_sample_that_is_not_awaited_is_neither_taken_nor_refused(state: str, action: str) -> None:
    desk = decided(repository := QualityDesk(state=state), action, **(TAKEN if action == "take" else {}))
    assert desk.answers.decisions[0].refused and repository.sample.state == state
    assert not repository.sample.seal_no and not desk.answers.notices


@each(("left", "state", "taken"), [(3 * SCALE, "at_lab", SCALE), (20_000, "at_lab", 20_000), (0, "excused", 0)])
def test_the_site_takes_no_more_than_is_left_of_a_lot(left: int, state: str, taken: int) -> None:
    desk = QualityDesk(left=left)
    sampling.handle_due([SamplingDue(7)], desk_of(desk))
    assert (desk.sample.state, desk.sample.taken_qty) == (state, taken)
    refused = sent(QualityDesk(left=left), "sample_record", taken_qty="4", seal_no="F1")
    assert gives(refused, "23102")


@each(
    ("done", "way", "booked"),
    [(("3",), "X", 3), (("4",), "X", 0), (("2", "2"), "X", 2), (("3", "1"), "", 0)],
)
def test_no_more_leaves_the_book_than_is_left_of_a_lot(done: tuple[str, ...], way: str, booked: int) -> None:
    desk = QualityDesk(left=3 * SCALE, state="measure_ordered", measure_no=f"M{NUMBER}", measure=way or "R")
    told = {"measure_no": f"M{NUMBER}", "found": "10", "way": way}
    answers = [sent(desk, "measure_report", **told, cop_no=f"C{n}", done=part).answers for n, part in enumerate(done)]
    out = [payload for answer in answers for payloads in answer.sends.values() for payload in payloads]
    assert sum(payload.quantity for payload in out) // SCALE == booked


@each(
    ("done", "way", "closed", "state", "booked"),
    [
        ("4", "X", "", "measure_ordered", 4),
        ("10", "B", "Y", "closed", 10),
        ("10", "", "Y", "closed", 0),
        ("11", "X", "", "measure_ordered", 0),
        ("99999999999999.99999", "X", "", "measure_ordered", 0),
    ],
)
def test_a_measure_books_out_what_was_done(done: str, way: str, closed: str, state: str, booked: int) -> None:
    desk = QualityDesk(state="measure_ordered", measure_no=f"M{NUMBER}", measure=way or "R")
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "found": "10"}
    answers = sent(desk, "measure_report", **told, done=done, way=way, closed=closed).answers
    out = [payload for payloads in answers.sends.values() for payload in payloads]
    assert (desk.sample.state, sum(payload.quantity for payload in out) // SCALE) == (state, booked)


@each(
    ("state", "number", "after"),
    [
        ("measure_ordered", "M1", "overdue"),
        ("measure_ordered", "M0", "measure_ordered"),
        ("closed", "M1", "closed"),
    ],
)
def test_a_measure_that_is_not_reported_is_overdue(state: str, number: str, after: str) -> None:
    repository = QualityDesk(state=state, measure_no="M1", measure="X")
    measures.handle_due([MeasureDue(7, number)], desk_of(repository))
    assert repository.sample.state == after


def test_a_laboratory_tests_a_sample_once() -> None:
    bench = Bench()
    sample = SampleForLaboratory(7, NUMBER, "F1", "1901101000", "QDLAB01")
    desk = desk_of(bench)
    laboratory.handle_sent([sample, sample], desk)
    (order,) = bench.kept.values()
    testing.handle_due([LaboratoryDue(order.id)], desk)
    testing.handle_due([LaboratoryDue(order.id)], desk)
    reported = [payload for payloads in desk.answers.sends.values() for payload in payloads]
    assert len(reported) == 1 and len(order.lines) == 2 and order.verdict == reported[0].verdict


def test_only_so_many_plans_run_at_a_time() -> None:
    desk = QualityDesk()
    plan = SpotCheckPlan(1, "SP1", "", "R", "flow", "", 0, 0)
    desk.opened = {number: replace(plan, id=number) for number in range(20)}
    assert decided(desk, "open_plan", plan="title=A; rate=0.1").answers.decisions[0].refused


@each(
    ("action", "changes", "told"),
    [
        ("delist", {"declaration_id": 9}, [SHOP, "3702W99001"]),
        ("warn", {"declaration_id": 9}, [SHOP, "3702W99001"]),
        ("destroy", {"declaration_id": 9, "ebc_code": "3702W99001", **LONG_AGO}, ["3702W99001"]),
        ("delist", {"declaration_id": 8}, [SHOP]),
        ("delist", {}, [SHOP]),
    ],
    ids=["both", "warned", "the platform sells", "a list that is gone", "a lot"],
)
def test_a_measure_is_told_to_the_company_and_the_platform_of_the_list(
    action: str, changes: dict[str, Any], told: list[str]
) -> None:
    desk = decided(QualityDesk(**FAILED, **changes), action)
    measured = [notice for notice in desk.answers.notices if notice.draft.code == "RiskMeasure"]
    assert [notice.company for notice in measured] == told
    assert {notice.draft.fields["law"] for notice in measured} == {"商财发〔2018〕486号"}


@each(
    "changes",
    [{"platform_answered": 1}, {"ebp_code": ""}, {"ebp_code": SHOP}, {"measure": "W"}],
    ids=["answered", "no platform", "the company itself", "nothing is asked of it"],
)
def test_a_platform_of_which_nothing_is_awaited_is_not_called_silent(changes: dict[str, Any]) -> None:
    assert not gives(due(**changes), "23028")


@each(
    ("given", "code"),
    [({"ebc_code": "3702W99002"}, "23101"), ({"ebc_code": ""}, "23101"), ({"measure_no": f"M{NUMBER}0"}, "23101")],
)
def test_a_platform_that_sells_something_else_answers_nothing(given: dict[str, str], code: str) -> None:
    desk = answered(**given)
    assert gives(desk, code) and not gives(desk, "23027")


def test_a_platform_from_which_nothing_is_awaited_is_refused() -> None:
    repository = QualityDesk(**{**DELISTED, "measure_no": f"M{NUMBER}", "measure": "W"})
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "ebc_code": "3702W99001", "found": "1", "done": "1"}
    assert gives(sent(repository, "measure_report", **told), "23112")
    assert repository.sample.platform_answered == 0


def test_what_a_platform_answers_does_not_finish_the_measure() -> None:
    repository = QualityDesk(**{**DELISTED, "measure_no": f"M{NUMBER}"})
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "ebc_code": "3702W99001", "found": "1", "done": "1"}
    desk = sent(repository, "measure_report", **told, closed="Y")
    assert (repository.sample.state, repository.sample.done_qty) == ("measure_ordered", 0)
    assert repository.sample.platform_answered == desk.now


def told_credit(*desks: Desk[Any]) -> list[tuple[str, str, str]]:
    """Kind, day of cure and day of withdrawal of the events that were published."""
    sent = [payload for desk in desks for payloads in desk.answers.sends.values() for payload in payloads]
    return [(fact.kind, fact.cured, fact.withdrawn) for fact in sent if isinstance(fact, CreditEventHappened)]


REFUSES = {"refused": "Y", "reason": "不在范围", "taken_qty": "0"}


def test_a_sample_that_is_refused_again_without_ground_counts_until_it_is_excused() -> None:
    desk = QualityDesk()
    first = sent(desk, "sample_record", **REFUSES)
    insisted = decided(desk, "insist")
    assert told_credit(first, insisted) == []
    assert told_credit(sent(desk, "sample_record", **REFUSES)) == [("106", "", "")]
    assert told_credit(decided(desk, "excuse")) == [("106", "", "2026-11-20")]


def test_a_refusal_that_is_excused_at_once_never_counted() -> None:
    desk = QualityDesk()
    assert told_credit(sent(desk, "sample_record", **REFUSES), decided(desk, "excuse")) == []


@each("closed_by", ["company", "officer"])
def test_an_overdue_measure_counts_until_it_is_done(closed_by: str) -> None:
    desk = QualityDesk(state="measure_ordered", measure_no=f"M{NUMBER}", measure="R")
    measures.handle_due([MeasureDue(7, f"M{NUMBER}")], late := desk_of(desk))
    assert told_credit(late) == [("202", "", "")] and desk.sample.overdue_at == late.now
    told = {"measure_no": f"M{NUMBER}", "found": "10", "done": "5", "way": ""}
    assert told_credit(sent(desk, "measure_report", **told, cop_no="C1", closed="")) == []
    if closed_by == "company":
        done = sent(desk, "measure_report", DAY + timedelta(3), **told, cop_no="C2", closed="Y")
        assert told_credit(done) == [("202", "2026-11-23", "")]
    else:
        desk.left = 5 * SCALE
        assert told_credit(decided(desk, "close_check")) == [("202", "2026-11-20", "")]
    assert desk.sample.state == "closed"


def test_a_measure_that_is_done_in_time_never_counted() -> None:
    desk = QualityDesk(state="measure_ordered", measure_no=f"M{NUMBER}", measure="R")
    told = {"measure_no": f"M{NUMBER}", "cop_no": "C1", "found": "10", "done": "10", "way": "", "closed": "Y"}
    assert told_credit(sent(desk, "measure_report", **told)) == []


def plan_of(number: int, terms: str) -> SpotCheckPlan:
    return SpotCheckPlan(number, f"SP20261120{number:02d}", terms, "R", "flow", "", 0, closes_at=10)


def test_what_several_plans_draw_is_the_oldest_ones_whichever_draws_first() -> None:
    half, whole = plan_of(1, "title=一; rate=0.5"), plan_of(2, "title=二; rate=1")
    of_half, alone = drawn_of(half), drawn_of(whole)
    assert 0 < len(of_half) < len(alone) == 20
    assert drawn_of(whole, half) == alone - of_half
    assert drawn_of(whole, half, released_at=10) == alone, "the older plan has closed before that"
    assert drawn_of(whole, plan_of(1, "title=一; rate=1; goods=0405")) == alone


@each(
    ("box", "operators", "taken"),
    [(SENDER, set(), True), ("DXPSHOP", {SENDER}, True), ("DXPSHOP", {"DXP2"}, False), ("", set(), False)],
    ids=["company", "site", "another site", "a company without mailbox"],
)
def test_a_sample_is_recorded_by_a_site_or_its_company_alone(box: str, operators: set[str], taken: bool) -> None:
    repository = QualityDesk()
    repository.box, repository.operators = box, operators
    desk = sent(repository, "sample_record", **RECORD)
    assert (repository.sample.state == "at_lab", gives(desk, "23119")) == (taken, not taken)


@each("box", ["", "DXP2"])
def test_a_laboratory_without_a_mailbox_sends_no_report_and_another_never_its(box: str) -> None:
    bench = _bench_of(box)
    desk = report(bench)
    assert gives(desk, "23120") and not bench.kept[8].report_no and not desk.answers.timeline


@each(
    ("measure", "way", "refused"),
    [
        ("X", "X", False),
        ("B", "B", False),
        ("X", "B", True),
        ("B", "X", False),
        ("X", "", True),
        ("B", "", True),
        ("R", "", False),
        ("R", "X", True),
        ("D", "B", True),
    ],
)
def test_a_measure_is_fulfilled_in_the_way_that_was_ordered(measure: str, way: str, refused: bool) -> None:
    desk = reported(measure, way=way)
    assert gives(desk, "23121") is refused
    out = [payload for payloads in desk.answers.sends.values() for payload in payloads]
    assert any(type(told) is GoodsBookedOut for told in out) is (bool(way) and not refused)


@each(
    ("action", "days", "state", "refused"),
    [
        ("destroy", 0, "unqualified", True),
        ("send_back_goods", 0, "unqualified", True),
        ("destroy", 15, "unqualified", True),
        ("destroy", 16, "unqualified", False),
        ("destroy", 0, "confirmed", False),
        ("delist", 0, "unqualified", False),
    ],
)
def test_goods_are_not_taken_away_while_a_retest_may_be_applied_for(
    action: str, days: int, state: str, refused: bool
) -> None:
    at = desk_of(None).now - days * 86_400_000
    repository = QualityDesk(**{**FAILED, "state": state, "reported_at": at})
    desk = decided(repository, action)
    assert gives(desk, "23122") is refused
    assert repository.sample.state == (state if refused else "measure_ordered")


def test_failures_raise_the_rate_of_the_next_plan_and_customs_is_told_where() -> None:
    terms, failed = "title=布控; basis=T; goods=95,1901; rate=0.1; days=1", {"95|410|", "19||"}
    desk = opened(terms, failed)
    (plan,) = desk.repository.opened.values()
    assert plan.raised == {"19|*": "2", "95|410": "2"}
    assert {hold.reason.values["raised"] for hold in desk.answers.holds} == {"19|*=2 95|410=2"}
    assert all("raised" not in hold.reason.values for hold in opened(terms).answers.holds)


def test_customs_stops_more_of_the_goods_that_failed() -> None:
    (hold, *_) = opened("title=布控; basis=T; goods=95; rate=0.1", {"95|410|"}).answers.holds
    shares = [spot_checked.rate_of(hold.reason, SampledUnit("1", "9503006000", origin)) for origin in ("410", "142")]
    assert shares == [Decimal("0.2"), Decimal("0.1")]


def test_the_lists_that_were_stopped_are_read_once_for_a_batch() -> None:
    repository = QualityDesk()
    desk = desk_of(repository)
    drawing.handle_stopped([ListStopped(9), ListStopped(10), ListStopped(9), ListStopped(12)], desk)
    assert repository.asked == [("lists", 3), ("drawn", 2)]
    assert [sample.order_no for sample in repository.kept.values()] == ["", "O9", "O10"]
    told = [payload for payloads in desk.answers.sends.values() for payload in payloads]
    assert [payload.declaration_id for payload in told if type(payload) is InspectionPassed] == [12]
