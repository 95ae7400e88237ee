"""The refund desk of the tax office on a fake of its repository: the reasons that it gives, from the purchase paper to
the repayment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any

from declarations.calendar import day_of
from declarations.money import amount_text, scaled_from_text
from declarations.refund import overseas
from gateways.refund.repository import ExchangePool, Returned
from gateways.topics.refund import ExchangeCollected, ExchangeDue, ExportReturned, ReconciliationDue, ReviewDue
from gateways.topics.shared import Decision
from tests.gateways.desks import codes
from tests.gateways.refunds import COMPANY, ITEM, LIST, FakeRefunds, TaxOffice, bought, exported, purchased
from tests.gateways.test_filing_documents import CASES as FILING
from tests.tables import each

OTHER_ITEMS = ("422720260000000002001", "422720260000000003001")
AHEAD = {"trade_mode": "9810"}
LATE = date(2027, 6, 1)


def invoiced(lines: Sequence[dict[str, Any]] | None = None, **head: Any) -> TaxOffice:
    office = TaxOffice()
    office.invoice(lines=lines, **head)
    return office


def claimed(lines: Sequence[dict[str, Any]] | None = None, kind: str = "T", **head: Any) -> TaxOffice:
    """A claim comes in whose purchase paper is on file."""
    office = TaxOffice(standing={"refund_kind": kind} if kind != "E" else None)
    office.invoice()
    office.claim(lines, kind=kind, **head)
    return office


def of_company(standing: dict[str, Any], **options: Any) -> TaxOffice:
    """A claim of a company that others have registered so."""
    office = TaxOffice(standing=standing, **options)
    office.invoice()
    office.claim()
    return office


def of_item(line: dict[str, Any] | None = None, business: str = "", **changes: Any) -> TaxOffice:
    """A claim for an item that was exported in another way."""
    office = TaxOffice()
    office.invoice()
    office.state.exported[ITEM] = FakeRefunds.item(ITEM, **changes)
    office.claim([exported(**(line or {})), purchased()], business=business)
    return office


def reviewed(office: TaxOffice, proved: bool = True) -> TaxOffice:
    """The review of the last claim ends; its exchange has come in or not."""
    if proved:
        office.state.pool.collected = scaled_from_text("129.00")
    office.day = day_of(office.last.due) + timedelta(days=1)
    office.handle("deadline.refund_review", ReviewDue(office.last.id, "review"))
    if office.last.state == "in_review":  # the draw
        office.decide("approve", "已核实")
    return office


def paid(proved: bool = True, **head: Any) -> TaxOffice:
    office = reviewed(claimed(**head), proved)
    assert office.last.state == "paid", (office.last.state, office.given)
    return office


def in_review(returned: str = "1") -> TaxOffice:
    """An officer has to look at a claim: so many of its ten pieces have come back."""
    office = claimed()
    office.state.exported[ITEM].returned = scaled_from_text(returned)
    office.day = day_of(office.last.due) + timedelta(days=1)
    office.handle("deadline.refund_review", ReviewDue(office.last.id, "review"))
    assert office.last.state == "in_review"
    return office


def test_an_officer_reads_by_how_much_what_came_back_lessens_the_refund() -> None:
    office = claimed()
    office.state.exported[ITEM].returned = scaled_from_text("1")
    office.day = day_of(office.last.due) + timedelta(days=1)
    desk = office.handle("deadline.refund_review", ReviewDue(office.last.id, "review"))
    (doubt,) = [reason for step in desk.answers.timeline for reason in step.reasons if reason.rule == "20561"]
    assert (doubt.values["less"], doubt.values["refund"]) == ("1.30", "13.00")


def decided(action: str, reason: str = "", office: TaxOffice | None = None, **values: Any) -> TaxOffice:
    office = office or claimed()
    office.decide(action, reason, **values)
    return office


def exchange_never_came(other_currency: bool = False) -> TaxOffice:
    office = paid(proved=False)
    if other_currency:
        office.state.pool = ExchangePool("S1", "EUR", COMPANY, scaled_from_text("129.00"))
    office.day = LATE
    office.handle("deadline.exchange", ExchangeDue(office.last.id))
    return office


def exchange_came(office: TaxOffice) -> TaxOffice:
    office.state.pool = ExchangePool("S1", "USD", COMPANY, scaled_from_text("129.00"))
    office.handle("exchange.collected", ExchangeCollected(COMPANY, [ITEM[:18]], []))
    return office


def after_the_term(reason: str = "") -> TaxOffice:
    """A claim is in review, its exchange has not come, its term is over."""
    office = in_review()
    office.state.exported[ITEM].returned = 0
    office.day = LATE
    office.decide("approve", reason)
    return office


def repaid(
    office: TaxOffice | None = None, items: Sequence[dict[str, Any]] | None = None, claim: str = "TS1", **head: Any
) -> TaxOffice:
    office = office or paid()
    lines = [{"gnum": 1, "item_no": ITEM, "qty": scaled_from_text("1")}] if items is None else items
    office.file("repayment", "BJ1", lines, claim_no=claim, **{"reason_kind": "1", **head})
    return office


def goods_back() -> TaxOffice:
    """Customs reports that goods of a paid claim are back."""
    office = paid()
    back = {ITEM: scaled_from_text("1")}
    office.state.goods_back = [Returned(9, LIST, COMPANY, back, back)]
    office.handle("customs.export_returned", ExportReturned(7, 9))
    return office


def ahead(proved: bool = True) -> TaxOffice:
    """A claim ahead of sale was paid, and waits to be reconciled."""
    office = TaxOffice()
    office.invoice()
    office.state.exported[ITEM] = FakeRefunds.item(ITEM, **AHEAD)
    office.claim([exported(sale_state=overseas.UNSOLD), purchased()], business="HWC-YT")
    assert office.last.state == "accepted", office.last.reasons
    reviewed(office, proved)
    return office


def reconciled(office: TaxOffice | None = None, lines: int = 1, period: str = "202612", **line: Any) -> TaxOffice:
    """A reconciliation comes: all was sold for what was claimed, unless it says otherwise."""
    office = office or ahead()
    if office.last.reconcile_from:
        office.day = date.fromisoformat(office.last.reconcile_from)
    row = {"gnum": 1, "link_no": "L1", "item_no": ITEM, "currency": "USD", "outcome": "A"}
    values = {**row, "sold_qty": scaled_from_text("10"), "amount": scaled_from_text("129.00"), **line}
    office.file("reconciliation", "HS1", [values] * lines, claim_no=office.last.cop_no, period=period)
    return office


def never_reconciled() -> TaxOffice:
    office = ahead()
    office.day = date.fromisoformat(office.last.reconcile_until) + timedelta(days=1)
    office.handle("deadline.reconciliation", ReconciliationDue(office.last.id))
    return office


def reconciled_late() -> TaxOffice:
    office = never_reconciled()
    late = office.day
    office.last.reconcile_from = late.isoformat()
    return reconciled(office)


def twice() -> TaxOffice:
    office = invoiced()
    office.invoice("FP1 ", invoice_no="FP1")
    return office


def of_month(office: TaxOffice, number: str, period: str, item: str, forward: str = "0", bought: str = "0") -> None:
    """A manufacturer claims for a month."""
    amounts = {"output_vat": 0, "free_materials": 0, "bonded_materials": 0}
    vat = {"input_vat": scaled_from_text(bought), "credit_forward": scaled_from_text(forward), **amounts}
    office.claim([exported(item_no=item)], number, "M", period=period, **vat)


def manufacturer(forward: str = "0", bought: str = "0") -> TaxOffice:
    """A manufacturer claims for the first month; there are items for two more."""
    office = TaxOffice(standing={"refund_kind": "M"})
    office.state.exported |= {number: FakeRefunds.item(number) for number in OTHER_ITEMS}
    of_month(office, "TS1", "202611", ITEM, forward, bought)
    return office


def more_than_was_left() -> TaxOffice:
    office = manufacturer()
    of_month(office, "TS2", "202612", OTHER_ITEMS[0], "5.00")
    return office


def same_month_again() -> TaxOffice:
    office = manufacturer()
    of_month(office, "TS2", "202611", OTHER_ITEMS[0])
    return office


def rested_on() -> TaxOffice:
    """A month rests on what the month before left, which then turns out to be less."""
    office = manufacturer(bought="1000.00")
    first = office.last
    of_month(office, "TS2", "202612", OTHER_ITEMS[0], amount_text(first.carry))
    assert office.last.state == "accepted", office.last.reasons
    office.handle("decision.refund_claim", Decision(first.id, 5, 0, "ask", "请更正", "officer", {}))
    of_month(office, "TS1", "202611", ITEM, bought="500.00")
    return office


def two_treatments_in_one_link() -> TaxOffice:
    office = invoiced([bought(qty=scaled_from_text("20"))])
    office.state.exported[OTHER_ITEMS[0]] = FakeRefunds.item(OTHER_ITEMS[0], exported_on="2021-10-15")
    lines = [exported(), exported(3, item_no=OTHER_ITEMS[0]), purchased(qty=scaled_from_text("20"))]
    office.claim(lines)
    return office


def owing() -> TaxOffice:
    office = claimed()
    office.state.account.set_off = scaled_from_text("1.00")
    return reviewed(office)


def drawn() -> TaxOffice:
    """The draw of the sandbox has an officer look at the claim."""
    for seed in map(str, range(1_000)):
        office = TaxOffice(seed=seed)
        office.invoice()
        office.claim()
        if "20560" in reviewed(office).given:
            return office
    raise AssertionError("no claim is ever drawn")


def of_solar_cells(*amounts: str, bonded: str, **standing: str) -> TaxOffice:
    """A manufacturer claims for solar cells (no refund from 2026-04-01); amounts in US dollars."""
    office = TaxOffice(standing={"refund_kind": "M", **standing})
    lines = []
    for number, amount in enumerate(amounts, 1):
        of_goods = {"gcode": "8541430000", "fob": scaled_from_text(amount)}
        item = FakeRefunds.item(f"42272026000000000{number}001", exported_on="2026-06-20", **of_goods)
        office.state.exported[item.item_no] = item
        line = {"item_no": item.item_no, "gcode": item.gcode, "link_no": f"L{number}", "amount": item.fob}
        lines.append(exported(number, **line))
    office.claim(lines, kind="M", bonded_materials=scaled_from_text(bonded))
    return office


def of_lists_of_two_days() -> TaxOffice:
    """An exemption without an invoice, of two lists: one noted before that exemption began, one after."""
    office = TaxOffice(standing={"zone": "青岛"})
    office.state.noted[ITEM] = {
        date(2018, 9, 30): scaled_from_text("43.00"),
        date(2018, 10, 1): scaled_from_text("86.00"),
    }
    office.claim([exported()], kind="E")
    return reviewed(office)


CASES: dict[str, Callable[[], TaxOffice]] = {
    "20502.more": lambda: claimed([exported(number, part="X") for number in range(1, 60)]),
    "20504": paid,
    "20510": two_treatments_in_one_link,
    "20534": same_month_again,
    "20537": rested_on,
    "20556": lambda: of_item({"amount": 9 * 10**18}, fob=9 * 10**18),
    "20557": lambda: of_solar_cells("100.00", bonded="200.00"),
    "20558": of_lists_of_two_days,
    "20560": drawn,
    "20571": owing,
    "20573": lambda: repaid(reviewed(manufacturer())),
    "20241": lambda: claimed([exported(), purchased(link_no="L9")], "E"),
    "20407": lambda: of_item(**AHEAD),
    "20501": lambda: decided("refuse", "货物流不符", in_review()),
    "20502": in_review,
    "20503": lambda: decided("ask", "请补充合同"),
    "20505": lambda: decided("reduce", "单价偏高", amount="1.00"),
    "20506": paid,
    "20507": lambda: decided("recover", "复核", paid()),
    "20508": lambda: exchange_came(exchange_never_came()),
    "20509": reconciled,
    "20520": lambda: of_item(ebc_code="OTHER"),
    "20521": lambda: claimed([exported(), purchased(part="X")]),
    "20522": lambda: claimed(kind="X"),
    "20523": lambda: claimed(business="X"),
    "20524": lambda: claimed(period="2026-11"),
    "20525": lambda: claimed([exported(), purchased(1)]),
    "20527": lambda: claimed(kind="M"),
    "20528": lambda: claimed([purchased()]),
    "20529": lambda: of_item({"sale_state": overseas.SOLD}, "HWC-YT", **AHEAD),
    "20530": lambda: of_company({"registered": None}),
    "20531": lambda: of_company({"registered": None}, open=False),
    "20532": lambda: of_company({"registered": False}),
    "20533": lambda: of_company({"refund_kind": "M"}),
    "20535": lambda: of_company({"dxp_id": "OTHER"}),
    "20536": more_than_was_left,
    "20538": lambda: manufacturer("5.00"),
    "20540": lambda: of_company({"tax_credit": "D"}),
    "20550": lambda: of_company({"platform": True}),
    "20551": lambda: of_item({"currency": "ZZZ"}, currency="ZZZ"),
    "20552": lambda: _of_code("9703900090"),
    "20553": lambda: of_item(exported_on="2011-01-05"),
    "20554": lambda: claimed(kind="E"),
    "20555": claimed,
    "20561": in_review,
    "20561.all": lambda: in_review("10"),
    "20562": lambda: _reviewed_late(),
    "20563": lambda: decided("reduce", "单价偏高", amount="1.00"),
    "20564": lambda: decided("approve", office=paid()),
    "20565": lambda: decided("reduce", "单价偏高", amount="much"),
    "20566": lambda: after_the_term("买方破产"),
    "20567": lambda: after_the_term("买方破产"),
    "20568": after_the_term,
    "20569": lambda: decided("approve", office=in_review()),
    "20570": paid,
    "20572": paid,
    "20580": exchange_never_came,
    "20581": lambda: exchange_never_came(other_currency=True),
    "20582": lambda: exchange_came(exchange_never_came()),
    "20600": lambda: invoiced([bought(qty=0)]),
    "20601": lambda: invoiced([bought(tax=scaled_from_text("12.00"))]),
    "20602": twice,
    "20603": lambda: invoiced([bought(), bought()]),
    "20604": lambda: invoiced(invoice_kind="9"),
    "20605": lambda: invoiced(usage="9"),
    "20606": lambda: invoiced(invoice_date="soon"),
    "20607": lambda: invoiced(invoice_date="20261201"),
    "20608": lambda: invoiced([bought(tax_rate=scaled_from_text("1.30"))]),
    "20609": lambda: invoiced([bought(number, amount=10**18) for number in range(1, 12)]),
    "20610": lambda: invoiced([bought(gcode="9999999999")]),
    "20620": lambda: repaid(claim="", invt_no=LIST),
    "20621": lambda: repaid(claimed()),
    "20622": lambda: repaid(items=[{"gnum": 1, "item_no": ITEM, "qty": scaled_from_text("11")}]),
    "20623": lambda: repaid(items=[{"gnum": 1, "item_no": ITEM, "qty": 0}]),
    "20624": lambda: repaid(items=[{"gnum": 1, "item_no": "0" * 21, "qty": scaled_from_text("1")}]),
    "20625": lambda: repaid(reason_kind="9"),
    "20626": repaid,
    "20627": lambda: repaid(TaxOffice(), claim="", invt_no=LIST),
    "20628": goods_back,
    "20630": lambda: repaid(invt_no="0" * 18),
    "20631": lambda: repaid(items=[{"gnum": 1, "item_no": "0" * 21, "qty": scaled_from_text("1")}], invt_no=LIST),
    "20640": lambda: reconciled(paid()),
    "20641": lambda: reconciled(lines=2),
    "20642": lambda: reconciled(sold_qty=scaled_from_text("11")),
    "20643": lambda: reconciled(amount=0),
    "20644": lambda: reconciled(currency="EUR"),
    "20645": lambda: reconciled(outcome="C"),
    "20646": never_reconciled,
    "20647": reconciled_late,
}
OVERLOOKED = {"20223"}
"""Reasons that the desk recognises in order not to give them: private sellers have no code."""


def _reviewed_late() -> TaxOffice:
    office = claimed()
    office.day = LATE
    office.handle("deadline.refund_review", ReviewDue(office.last.id, "review"))
    return office


def _of_code(hs10: str) -> TaxOffice:
    """A claim for goods of a code that has no rate."""
    office = TaxOffice()
    office.invoice(lines=[bought(gcode=hs10)])
    office.state.exported[ITEM] = FakeRefunds.item(ITEM, gcode=hs10)
    office.claim([exported(gcode=hs10), purchased(gcode=hs10)])
    return office


def test_the_company_reads_what_an_officer_wrote_with_his_approval() -> None:
    assert "20566" in decided("approve", "全退的话", in_review()).given
    assert "20566" not in decided("approve", "", in_review()).given


@each("code", sorted(CASES))
def test_the_refund_desk_gives_its_reason(code: str) -> None:
    office = CASES[code]()
    assert any(rule == code or rule.startswith(f"{code}.") for rule in office.given), sorted(office.given)


def test_every_reason_of_the_refund_desk_has_a_case() -> None:
    assert {*CASES, *FILING} | OVERLOOKED == codes("refund")


@each(
    ("amounts", "bonded", "output_vat"),
    [
        (("100.00",), "0.00", "82.60"),
        (("100.00",), "200.00", "59.59"),
        (("100.00",), "717.95", "0.00"),
        (("100.00",), "1000.00", "0.00"),
        (("100.00", "100.00"), "400.00", "119.18"),
        (("100.00", "0.01"), "717.95", "0.01"),
    ],
)
def test_bonded_materials_are_deducted_from_exports_that_are_taxed(
    amounts: tuple[str, ...], bonded: str, output_vat: str
) -> None:
    """Reading 41: (FOB - bonded materials) / 1.13 * 0.13, the materials divided by FOB."""
    assert amount_text(of_solar_cells(*amounts, bonded=bonded).last.domestic_vat) == output_vat


@each("period", ["2026-12", "202613", "202600", "     "])
def test_a_reconciliation_names_a_month(period: str) -> None:
    office = reconciled(period=period)
    assert ("20524" in office.given, office.last.stage) == (True, "reconciliation")


def test_a_small_scale_taxpayer_deducts_no_bonded_materials() -> None:
    with_materials, without = (
        of_solar_cells("100.00", bonded=bonded, taxpayer_kind="2").last for bonded in ("200.00", "0.00")
    )
    assert with_materials.domestic_vat == without.domestic_vat > 0


@each(("bonded", "code"), [("-0.01", "20325"), ("0.001", "20327")])
def test_bonded_materials_that_cannot_be_deducted_are_refused(bonded: str, code: str) -> None:
    office = of_solar_cells("100.00", bonded=bonded)
    assert (office.last.state, code in office.given) == ("rejected", True)


REFUSED_CLAIMS = ("20407", "20510", "20520", "20521", "20522", "20523", "20524", "20525", "20527", "20528", "20529")
REFUSED_CLAIMS += ("20531", "20532", "20533", "20535", "20540", "20551", "20552", "20553", "20556")
REFUSED_PAPERS = ("20600", "20601", "20603", "20604", "20605", "20606", "20607", "20608", "20609", "20610")


@each("code", REFUSED_CLAIMS)
def test_a_claim_that_is_refused_takes_nothing(code: str) -> None:
    state = CASES[code]().state
    claim = state.made[max(state.made)]
    assert (claim.state, state.claim_lines.get(claim.id, [])) == ("rejected", [])
    assert [row.used for rows in state.rows.values() for row in rows] == [0] * len(state.rows)
    assert {item.used for item in state.exported.values()} == {0} and state.pool.used == 0 and state.money == []


@each("code", REFUSED_PAPERS)
def test_a_paper_that_is_refused_is_not_on_file(code: str) -> None:
    state = CASES[code]().state
    assert [paper.state for paper in state.papers_on_file.values()] == ["rejected"]
    assert state.rows == {}


@each("code", ["20621", "20622", "20623", "20624", "20625", "20631", "20641", "20642", "20643", "20644", "20645"])
def test_a_repayment_or_a_reconciliation_that_is_refused_moves_no_money(code: str) -> None:
    assert {entry.kind for entry in CASES[code]().state.money} <= {"paid", "credited"}


MISSED = {"deadline.reconciliation": ReconciliationDue, "deadline.exchange": ExchangeDue}


@each(
    ("exchange_due", "code"),
    [("2027-04-29", "20580"), ("2027-04-30", "20646"), ("2027-05-01", "20646"), ("2027-07-01", "20646")],
)
@each("topics", list(permutations(MISSED)))
def test_of_two_days_that_pass_at_once_the_earlier_counts(
    exchange_due: str, code: str, topics: tuple[str, ...]
) -> None:
    """Workers side by side handle the deadlines of one instant in any order."""
    office = ahead(proved=False)
    office.day, office.last.exchange_due = date(2027, 5, 2), exchange_due
    for topic in topics:
        office.handle(topic, MISSED[topic](office.last.id))
    recovered = [entry for entry in office.state.money if entry.kind == "recovered"]
    assert [reason.rule for entry in recovered for reason in entry.reason] == [code]
    assert (office.last.state, office.last.stage, office.state.account.blocked) == ("to_repay", "overdue", 1)
