"""Sound exports break no rule; a fault breaks the rule that its table names, on its day, before any other.

What needs master data, the clock or other documents is said to be looked at elsewhere: in the demo's own test.
"""

from datetime import date

from declarations import account_book, clearance, rules, submission
from declarations.account_book import BookStock
from declarations.documents import DOCUMENTS, extract
from declarations.export import comparing, list_clearance
from declarations.goods import load as load_goods
from declarations.money import scaled_from_text
from declarations.parameters import load as load_parameters
from declarations.rules import CheckFacts, codes_in_force
from schemas import catalogue
from simulators.exports.goods import export_goods
from simulators.exports.shop import ExportShop
from simulators.exports.trade import CODES
from simulators.exports.traffic import faulty_export
from simulators.known_faults import known_fault, known_faults
from simulators.traded import Shape
from simulators.world import LAST_ONE, PLENTY
from tests.tables import each

DAY = date(2026, 6, 1)
KINDS = {
    "order": "export_order",
    "collection": "collection",
    "waybill": "export_waybill",
    "inventory": "export_inventory",
}

BY_PORT = ("value_not_sum", "net_above_gross", "to_china")
BY_CUSTOMS = (
    "line_missing",
    "line_differs",
    "price_differs",
    "weight_differs",
    "order_type_differs",
    "b2b_too_dear",
    "overseas_stock_too_dear",
    "too_dear_to_count",
    "licensed",
    "export_duty",
    "export_inspection",
    "no_pilot_zone",
    "zone_simplified",
    "code_short",
    "zone_stock_short",
    "zone_stock_unknown",
    "collection_differs",
    "mode_closed",
    "transit_only",
)
BY_SUBMISSION = ("order_again", "list_older", "list_again")
SUBMITTED = ("appType", "appStatus", "appTime", "guid")
"""Elements that decide about a document beside the stored one, in the order of `Submission`."""
SOUND = (
    "retail_dear",
    "staged_first",
    "drawn",
    "bad_goods",
    "arrives_in_parts",
    "part_twice",
    "part_missing",
    "leaves_first",
    "left_unreleased",
    "cancelled",
    "cancelled_late",
    "returned",
    "returned_twice",
    "returned_unexported",
    "returned_late",
)
ELSEWHERE = {
    "order_late": "needs the other documents",
    "company_unknown": "needs master data",
    "order_missing": "needs the clock",
    "waybill_missing": "needs the clock",
    "collection_missing": "needs the clock",
    "schema_invalid": "refused before any rule",
}


def facts(trade, kind):
    """A synthetic document as rules read it; None where there is none."""
    document = trade.document(kind)
    if document is None:
        return None
    head, line = layout = catalogue.names(CODES[kind])
    return extract(
        DOCUMENTS[KINDS[kind]],
        layout,
        [document.head.get(name) for name in head],
        [[row.get(name) for name in line] for row in document.lines],
    )


def at_the_port(trade):
    """The codes of the port's own checks, of all documents that came."""
    reasons = []
    for kind in CODES:
        if trade.document(kind) is not None:
            sender = trade.parties.sender(kind).dxp_id
            reasons += rules.check(
                KINDS[kind], facts(trade, kind), CheckFacts(sender, sender, trade.day, codes_in_force(trade.day))
            )
    return [reason.rule.partition("/")[0] for reason in reasons]


def at_customs(world, trade):
    """The codes of comparison, channel, clearance and stock, and of what an officer must look at."""
    goods, parameters = load_goods(), load_parameters()
    order, collection, waybill, listed = (facts(trade, kind) for kind in CODES)
    keeper = world.export_warehouse
    book = {
        (keeper.ems_no, goods_row.record_no): BookStock(
            keeper.ems_no,
            goods_row.record_no,
            goods_row.hs10,
            goods_row.unit,
            scaled_from_text(LAST_ONE if goods_row.kind == "scarce" else PLENTY),
        )
        for goods_row in export_goods()
        if goods_row.zone
    }
    verdict = list_clearance.check(listed, trade.day, parameters, goods, warehouse_filed=True)
    return [
        reason.rule
        for reason in (
            *comparing.compare(order, waybill, listed, collection, trade.day, parameters),
            *verdict.reasons,
            *clearance.check(listed.customs_code, listed.port_code, trade.day, parameters),
            *account_book.draw_down(book, listed).reasons,
            *verdict.review,
        )
    ]


def made(world, name, count=12):
    """Trades with a fault, on its day."""
    fault = known_fault("export", name)
    shop = ExportShop(world, 21, fault.day or DAY)
    return [faulty_export(shop, number, fault) for number in range(count if not fault.drawn else 1)]


def test_every_fault_is_looked_at_here_or_said_to_be_looked_at_elsewhere():
    assert sorted((*BY_PORT, *BY_CUSTOMS, *BY_SUBMISSION, *SOUND, *ELSEWHERE)) == sorted(
        fault.name for fault in known_faults("export")
    )


@each("day", [date(2015, 4, 29), date(2024, 12, 14), date(2024, 12, 15), DAY])
def test_a_sound_export_breaks_no_rule_of_its_day(world, day):
    shop, retail = ExportShop(world, 21, day), Shape(mode="9610")
    for number in range(60):
        trade = shop.trade(number, retail, flag="B") if day.year < 2021 else shop.trade(number)
        assert at_the_port(trade) == at_customs(world, trade) == []
        assert (trade.collection is not None) is (day <= date(2024, 12, 14) or number % 10 == 3)


@each("name", SOUND)
def test_what_only_happens_on_the_way_breaks_no_rule(name, world):
    for trade in made(world, name):
        assert at_the_port(trade) == at_customs(world, trade) == []


@each("name", BY_PORT)
def test_a_fault_seen_by_the_port_breaks_its_rule_and_no_other(name, world):
    for trade in made(world, name):
        assert at_the_port(trade) == [known_fault("export", name).expected.codes[0]]


@each("name", BY_CUSTOMS)
def test_a_fault_seen_by_customs_passes_the_port_and_breaks_its_rule_first(name, world):
    for trade in made(world, name):
        assert at_the_port(trade) == []
        assert at_customs(world, trade)[:1] == [known_fault("export", name).expected.codes[0]]


@each("name", BY_SUBMISSION)
@each("state", ["declared", "accepted"])
def test_what_comes_again_is_answered_by_its_code(name, state, world):
    trade = made(world, name, 4)[3]
    ((kind, again),) = trade.afterwards
    first = trade.document(kind).head
    content_hash = "same" if again.head == first else "other"
    again_submitted = submission.Submission(KINDS[kind], *map(again.head.get, SUBMITTED), content_hash)
    decision = submission.decide(
        again_submitted, submission.StoredVersion(first["appTime"], first["guid"], "same", state)
    )
    assert decision.action in {"refuse", "repeat"}
    assert (decision.reason.rule,) == known_fault("export", name).expected.codes


def test_every_fault_has_words_in_both_languages_and_a_number_in_each_four_hundred():
    names = [fault.name for fault in known_faults("export")]
    assert len(set(names)) == len(names)
    for fault in known_faults("export"):
        assert fault.zh and fault.en and fault.often >= 1
        assert (fault.day is not None) is bool(fault.nights)
    assert sum(fault.often for fault in known_faults("export") if fault.day is None) < 200
