"""Sound trades break no rule; a fault breaks the rule that its table names, on its day, before any other.

What needs master data, a guarantee, the clock or other documents is said to be looked at elsewhere: in the demo's own
test.
"""

from datetime import date

import pytest

from declarations import account_book, clearance, limits, matching, rules, submission
from declarations.account_book import BookStock
from declarations.documents import DOCUMENTS, extract
from declarations.export import comparing, list_clearance
from declarations.goods import load as load_goods
from declarations.money import scaled_from_text
from declarations.parameters import load as load_parameters
from declarations.rules import CheckFacts, codes_in_force
from declarations.tax.import_tax import assess, dutiable_value_of
from declarations.tax.price_query import add_price_queries
from declarations.tax.rates import rates_on
from schemas import catalogue
from simulators.exports.goods import export_goods
from simulators.exports.shop import ExportShop
from simulators.exports.trade import CODES as EXPORT_CODES
from simulators.exports.traffic import faulty_export
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES as IMPORT_CODES
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault, known_faults
from simulators.traded import Shape
from simulators.world import LAST_ONE, PLENTY
from tests.tables import each

DAY = date(2026, 6, 1)
EXPORT_KINDS = {
    "order": "export_order",
    "collection": "collection",
    "waybill": "export_waybill",
    "inventory": "export_inventory",
}
AGAIN = ("order_again", "list_older", "list_again")
"""Faults that send a document once more."""
SUBMITTED = ("appType", "appStatus", "appTime", "guid")
"""Elements that decide about a document beside the stored one, in the order of `Submission`."""
ELSEWHERE = {
    "company_unknown": "needs master data",
    "guarantee_short": "needs the guarantee",
    "order_missing": "needs the clock",
    "payment_missing": "needs the clock",
    "waybill_missing": "needs the clock",
    "collection_missing": "needs the clock",
    "schema_invalid": "refused before any rule",
    "payment_late": "needs the other documents",
    "order_late": "needs the other documents",
}
ON_THE_WAY = {
    "import": ("staged_first", "single_item_above_limit", "returned", "returned_partly"),
    "export": (
        *("retail_dear", "staged_first", "drawn", "bad_goods", "arrives_in_parts", "part_twice", "part_missing"),
        *("leaves_first", "left_unreleased", "cancelled", "cancelled_late", "returned", "returned_twice"),
        *("returned_unexported", "returned_late"),
    ),
}
"""Faults, by flow, of which the documents break no rule: what is wrong with them only happens on the way."""
ON_PAPER = [
    (flow, fault.name)
    for flow in ON_THE_WAY
    for fault in known_faults(flow)
    if fault.name not in {*AGAIN, *ELSEWHERE, *ON_THE_WAY[flow]} and (flow, fault.name) != ("import", "cancelled")
]


def facts(trade, kind, codes):
    """A synthetic document as rules read it; None where there is none."""
    document = trade.document(kind)
    if document is None:
        return None
    head, line = layout = catalogue.names(codes[kind])
    return extract(
        DOCUMENTS[kind_of(kind, codes)],
        layout,
        [document.head.get(name) for name in head],
        [[row.get(name) for name in line] for row in document.lines],
    )


def kind_of(kind, codes):
    return EXPORT_KINDS[kind] if codes is EXPORT_CODES else kind


def at_the_port(trade, codes, day=DAY):
    """The codes of the port's own checks, of all documents that came."""
    reasons = []
    for kind in codes:
        if trade.document(kind) is not None:
            sender = trade.parties.sender(kind).dxp_id
            known = CheckFacts(sender, sender, day, codes_in_force(day))
            reasons += rules.check(kind_of(kind, codes), facts(trade, kind, codes), known)
    return [reason.rule.partition("/")[0] for reason in reasons]


def book_of(keepers, goods):
    """The account books of warehouses: one piece of what is scarce, plenty of all else."""
    return {
        (keeper.ems_no, good.record_no): BookStock(
            keeper.ems_no,
            good.record_no,
            good.hs10,
            good.unit,
            scaled_from_text(LAST_ONE if good.kind == "scarce" else PLENTY),
        )
        for keeper in keepers
        for good in goods
    }


def imported(world, trade):
    """The codes of comparison, identity, limits, stock and tax review, for an import whose documents all came."""
    order, payment, waybill, inventory = (facts(trade, kind, IMPORT_CODES) for kind in IMPORT_CODES)
    goods, parameters = load_goods(), load_parameters()
    book = book_of(world.warehouses, [good for good in world.goods if good.bonded])
    verdict = limits.check(inventory, dutiable_value_of(inventory), 0, DAY, parameters, goods)
    reasons = [
        *matching.compare(order, payment, waybill, inventory),
        *matching.check_identity_numbers(order, payment, inventory),
        *verdict.reasons,
        *account_book.draw_down(book, inventory).reasons,
    ]
    if not reasons:
        assessed = assess(inventory, DAY, goods, parameters, full_tax=verdict.full_tax)
        reasons = [*add_price_queries(assessed, inventory, rates_on(DAY, goods, parameters)).needs_review]
    return [reason.rule for reason in reasons]


def exported(world, trade):
    """The codes of comparison, channel, clearance and stock, and of what an officer must look at."""
    goods, parameters = load_goods(), load_parameters()
    order, collection, waybill, listed = (facts(trade, kind, EXPORT_CODES) for kind in EXPORT_CODES)
    book = book_of([world.export_warehouse], [good for good in export_goods() if good.zone])
    verdict = list_clearance.check(listed, trade.day, parameters, goods, warehouse_filed=True)
    reasons = (
        *comparing.compare(order, waybill, listed, collection, trade.day, parameters),
        *verdict.reasons,
        *clearance.check(listed.customs_code, listed.port_code, trade.day, parameters),
        *account_book.draw_down(book, listed).reasons,
        *verdict.review,
    )
    return [reason.rule for reason in reasons]


def made(world, flow, name):
    """Trades with a fault, on its day."""
    fault = known_fault(flow, name)
    if flow == "import":
        return [faulty_trade(Shop(world, 21, DAY), number, fault) for number in range(20)]
    shop = ExportShop(world, 21, fault.day or DAY)
    return [faulty_export(shop, number, fault) for number in range(1 if fault.drawn else 12)]


def seen(world, flow, trade):
    """The codes that the port finds in a trade, and those that customs finds."""
    if flow == "import":
        return at_the_port(trade, IMPORT_CODES), imported(world, trade)
    return at_the_port(trade, EXPORT_CODES, trade.day), exported(world, trade)


def test_a_sound_import_breaks_no_rule(world, sound):
    for trade in sound:
        assert seen(world, "import", trade) == ([], [])


@each("day", [date(2015, 4, 29), date(2024, 12, 14), date(2024, 12, 15), DAY])
def test_a_sound_export_breaks_no_rule_of_its_day(world, day):
    shop, retail = ExportShop(world, 21, day), Shape(mode="9610")
    for number in range(60):
        trade = shop.trade(number, retail, flag="B") if day.year < 2021 else shop.trade(number)
        assert seen(world, "export", trade) == ([], [])
        assert (trade.collection is not None) is (day <= date(2024, 12, 14) or number % 10 == 3)


@pytest.mark.parametrize(("flow", "name"), [(flow, name) for flow, names in ON_THE_WAY.items() for name in names])
def test_what_only_happens_on_the_way_breaks_no_rule(flow, name, world):
    for trade in made(world, flow, name):
        assert seen(world, flow, trade) == ([], [])


@pytest.mark.parametrize(("flow", "name"), ON_PAPER)
def test_a_fault_breaks_the_rule_of_its_table_and_none_before_it(flow, name, world):
    expected = known_fault(flow, name).expected
    for trade in made(world, flow, name):
        if expected.codes[0].startswith("-"):
            codes = IMPORT_CODES if flow == "import" else EXPORT_CODES
            assert at_the_port(trade, codes, trade.day) == [expected.codes[0]]
        else:
            of_port, of_customs = seen(world, flow, trade)
            assert (of_port, of_customs[:1]) == ([], [expected.codes[0]])


@each("name", AGAIN)
@each("state", ["declared", "accepted", "released"])
@each("flow", ["import", "export"])
def test_what_comes_again_is_answered_by_its_code_whatever_became_of_the_first(flow, name, state, world):
    trade = made(world, flow, name)[3]
    ((kind, again),) = trade.afterwards
    if state == "released" and (flow, kind) != ("import", "inventory"):
        state = "accepted"
    first = trade.document(kind).head
    stored = submission.StoredVersion(first["appTime"], first["guid"], "same", state)
    content_hash = "same" if again.head == first else "other"
    stored_kind = kind if flow == "import" else EXPORT_KINDS[kind]
    submitted = submission.Submission(stored_kind, *map(again.head.get, SUBMITTED), content_hash)
    decision = submission.decide(submitted, stored)
    assert decision.action in {"refuse", "repeat"}
    assert (decision.reason.rule,) == known_fault(flow, name).expected.codes


def test_a_list_staged_first_is_declared_by_what_comes_afterwards(world):
    trade = made(world, "import", "staged_first")[3]
    ((kind, again),) = trade.afterwards
    first = trade.inventory.head
    stored = submission.StoredVersion(first["appTime"], first["guid"], "", "staged")
    assert first["appStatus"] == "1"
    declared = submission.Submission(kind, *map(again.head.get, SUBMITTED), "x")
    assert submission.decide(declared._replace(app_type="1"), stored).action == "declare_staged"


def test_every_fault_of_exports_has_words_in_both_languages_and_a_number_in_each_four_hundred():
    names = [fault.name for fault in known_faults("export")]
    assert len(set(names)) == len(names)
    for fault in known_faults("export"):
        assert fault.zh and fault.en and fault.often >= 1
        assert (fault.day is not None) is bool(fault.nights)
    assert sum(fault.often for fault in known_faults("export") if fault.day is None) < 200
