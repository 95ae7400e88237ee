"""Filing documents of claims on a fake of the refund desk's repository: terms, what an index lacks, officers' acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from declarations.calendar import DAY as DAY_MS
from declarations.calendar import instant_of
from gateways.topics.facts import CreditEventHappened
from gateways.topics.refund import FilingIndexDue
from gateways.topics.shared import Decision
from tests.gateways.desks import DAY
from tests.gateways.refunds import TaxOffice, bought, exported, indexed, purchased
from tests.tables import each

DUE = DAY + timedelta(days=15)


def awaiting(**options: Any) -> TaxOffice:
    """A claim was taken in, in a sandbox that asks for the index."""
    office = TaxOffice(require_filing_index=True, **options)
    office.invoice()
    office.claim()
    return office


def on(office: TaxOffice, day: date) -> TaxOffice:
    office.day = day
    return office


def lapsed() -> TaxOffice:
    office = on(awaiting(), DUE + timedelta(days=1))
    office.handle("deadline.filing_index", FilingIndexDue(office.last.id, "late"))
    return office


def reminded() -> TaxOffice:
    office = on(awaiting(), DUE)
    office.handle("deadline.filing_index", FilingIndexDue(office.last.id, "remind"))
    return office


def told(*papers: dict[str, Any], office: TaxOffice | None = None, **head: Any) -> TaxOffice:
    office = office or awaiting()
    office.index(*papers, **head)
    return office


def acted(action: str, office: TaxOffice | None = None, reason: str = "说明") -> TaxOffice:
    office = office or lapsed()
    office.handle("decision.filing_case", Decision(office.filing.id, 7, 0, action, reason, "officer", {}))
    return office


def exempt() -> TaxOffice:
    office = TaxOffice()
    office.invoice()
    office.claim([exported(), purchased()], kind="E")
    return office


CASES: dict[str, Callable[[], TaxOffice]] = {
    "20801": lambda: told(claim_no="TS9"),
    "20802": lambda: told(office=exempt()),
    "20803": lambda: told(office=acted("accept")),
    "20810": told,
    "20820": reminded,
    "20821": lapsed,
    "20822": lambda: told(office=lapsed()),
}
BY_THE_LAW: dict[str, Callable[[], TaxOffice]] = {
    "20811": lambda: told(indexed("C")),
    "20812": lambda: told(indexed("C", export_no="9" * 18)),
    "20813": lambda: told(indexed("Z")),
    "20814": lambda: told(indexed("C", medium="Z")),
    "20823": lambda: acted("ask"),
    "20824": lambda: acted("withdraw", acted("ask")),
    "20825": lambda: acted("accept"),
    "20826": lambda: acted("breach"),
}
"""Reasons that the rule or the lifecycle names."""


@each("code", sorted({*CASES, *BY_THE_LAW}))
def test_the_desk_gives_its_reason(code: str) -> None:
    assert code in {**CASES, **BY_THE_LAW}[code]().given


STATES: dict[str, tuple[str, Callable[[], TaxOffice]]] = {
    "nothing came yet": ("awaited", awaiting),
    "a reminder changes nothing": ("awaited", reminded),
    "complete in time": ("filed", told),
    "complete on the last day": ("filed", lambda: told(office=on(awaiting(), DUE))),
    "complete a day late": ("overdue", lambda: told(office=on(awaiting(), DUE + timedelta(days=1)))),
    "incomplete in time": ("incomplete", lambda: told(indexed("T"))),
    "completed by a second index": ("filed", lambda: told(office=told(indexed("T")), number="BA2")),
    "a complete one is not replaced by an incomplete one": (
        "filed",
        lambda: told(indexed("T"), office=told(), number="BA2"),
    ),
    "nothing came": ("overdue", lapsed),
    "asked, then it came": ("overdue", lambda: told(office=acted("ask"))),
    "an explanation is accepted": ("accepted", lambda: acted("accept")),
    "a breach": ("breached", lambda: acted("breach")),
    "a question taken back": ("overdue", lambda: acted("withdraw", acted("ask"))),
    "without the option, an index that comes": ("filed", lambda: told(office=_unwatched())),
    "without the option, an index that comes late": (
        "overdue",
        lambda: told(office=on(_unwatched(), DUE + timedelta(days=1))),
    ),
}


def _unwatched() -> TaxOffice:
    office = TaxOffice()
    office.invoice()
    office.claim()
    assert not office.state.filing
    return office


@each("what", sorted(STATES))
def test_where_the_documents_stand(what: str) -> None:
    state, story = STATES[what]
    assert story().filing.state == state


def test_the_term_is_fifteen_days_and_papers_are_kept_ten_years() -> None:
    """The claim's day is day 0; the export is of 2026, when retention is 120 months."""
    case = awaiting().filing
    assert (case.claimed_on, case.due, case.kept_until) == (DAY.isoformat(), DUE.isoformat(), "2036-10-15")


def test_papers_of_exports_before_2026_are_kept_five_years() -> None:
    office = TaxOffice(day=date(2026, 2, 2), require_filing_index=True)
    for item in office.state.exported.values():
        item.exported_on = "2025-12-31"
    office.invoice(lines=[bought()], invoice_date="20251201")
    office.claim(period="202601")
    assert office.filing.kept_until == "2030-12-31"


def test_two_deadlines_follow_a_claim_the_last_day_at_nine_and_its_end() -> None:
    office = TaxOffice(require_filing_index=True)
    office.invoice()
    deadlines = [each.due for each in office.claim().answers.deadlines if isinstance(each.payload, FilingIndexDue)]
    assert deadlines == [instant_of(DUE, 9), instant_of(DUE) + DAY_MS]


def test_a_claim_that_was_refused_needs_no_documents() -> None:
    office = awaiting()
    office.decide("refuse", "货物流不符")
    on(office, DUE + timedelta(days=1))
    desk = office.handle("deadline.filing_index", FilingIndexDue(office.last.id, "late"))
    assert (office.filing.state, desk.answers.receipts) == ("dropped", [])


@each(
    ("papers", "state"),
    [((), "awaited"), ((indexed("C"), indexed("T", 2)), "filed"), ((indexed("C"),), "incomplete")],
    ids=["no index", "a complete one", "an incomplete one"],
)
def test_a_claim_that_is_corrected_begins_its_term_anew_and_its_index_is_judged_again(
    papers: tuple[dict[str, Any], ...], state: str
) -> None:
    office = awaiting()
    if papers:
        office.index(*papers)
    office.decide("ask", "请更正")
    on(office, DAY + timedelta(days=5))
    office.claim()
    assert office.last.state == "accepted", office.last.reasons
    assert (office.filing.state, office.filing.due) == (state, (DUE + timedelta(days=5)).isoformat())
    on(office, DUE + timedelta(days=1))
    office.handle("deadline.filing_index", FilingIndexDue(office.last.id, "late"))
    assert office.filing.state == state, "the deadline of the first term says nothing any more"


def test_a_decision_about_what_was_decided_or_is_not_there_is_refused() -> None:
    office = acted("accept")
    for number in (office.filing.id, 999):
        desk = office.handle("decision.filing_case", Decision(number, 8, 0, "breach", "无", "officer", {}))
        assert [answer.refused for answer in desk.answers.decisions] == [True]


def test_a_breach_is_told_to_credit_once() -> None:
    office = lapsed()
    decision = Decision(office.filing.id, 7, 0, "breach", "无运输单据", "officer", {})
    desk = office.handle("decision.filing_case", decision)
    (event,) = [
        fact for facts in desk.answers.sends.values() for fact in facts if isinstance(fact, CreditEventHappened)
    ]
    assert (event.kind, event.agency, event.occurred, event.final) == (
        "304",
        "tax",
        office.filing.due,
        office.day.isoformat(),
    )
    again = office.handle("decision.filing_case", decision)
    assert [answer.refused for answer in again.answers.decisions] == [True]


def test_goods_sold_from_abroad_need_their_sales_and_may_name_the_warehouse_for_a_contract() -> None:
    def abroad(*papers: dict[str, Any]) -> TaxOffice:
        office = TaxOffice(require_filing_index=True)
        for item in office.state.exported.values():
            item.trade_mode = "9810"
        office.invoice()
        office.claim([exported(sale_state="1"), purchased()])
        return told(*papers, office=office)

    assert [reason.values["kind"] for reason in abroad().filing.reasons] == ["S"]
    assert abroad(indexed("W"), indexed("T", 2), indexed("S", 3)).filing.state == "filed"
    assert abroad(indexed("T"), indexed("S", 2)).filing.state == "incomplete"
