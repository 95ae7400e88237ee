"""Sound trades break no rule; a fault breaks the rule that its table names, before any other.

What needs master data, a guarantee or the clock is said to be looked at elsewhere.
"""

from datetime import date

import pytest

from declarations import account_book, limits, matching, rules, submission
from declarations.account_book import BookStock
from declarations.documents import DOCUMENTS, extract
from declarations.goods import load as load_goods
from declarations.money import scaled_from_text
from declarations.parameters import load as load_parameters
from declarations.rules import CheckFacts, codes_in_force
from declarations.tax.import_tax import assess, dutiable_value_of
from declarations.tax.price_query import add_price_queries
from declarations.tax.rates import rates_on
from schemas import catalogue
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault, known_faults
from simulators.world import LAST_ONE, PLENTY
from tests.tables import each

DAY = date(2026, 6, 1)


def facts(kind, document):
    """A synthetic document as rules read it."""
    head, line = layout = catalogue.names(CODES[kind])
    return extract(
        DOCUMENTS[kind],
        layout,
        [document.head.get(name) for name in head],
        [[row.get(name) for name in line] for row in document.lines],
    )


def at_the_port(trade):
    """The codes of the port's own checks, of all documents that came."""
    reasons = []
    for kind in CODES:
        document = trade.document(kind)
        if document is not None:
            sender = trade.parties.sender(kind).dxp_id
            reasons += rules.check(kind, facts(kind, document), CheckFacts(sender, sender, DAY, codes_in_force(DAY)))
    return [reason.rule.partition("/")[0] for reason in reasons]


def at_customs(world, trade):
    """The codes of comparison, identity, limits, stock and tax review, for a trade whose documents all came."""
    order, payment, waybill, inventory = (facts(kind, trade.document(kind)) for kind in CODES)
    goods, parameters = load_goods(), load_parameters()
    book = {
        (keeper.ems_no, good.record_no): BookStock(
            keeper.ems_no,
            good.record_no,
            good.hs10,
            good.unit,
            scaled_from_text(LAST_ONE if good.kind == "scarce" else PLENTY),
        )
        for keeper in world.warehouses
        for good in world.goods
        if good.bonded
    }
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


BY_PORT = ("paid_not_sum", "net_above_gross", "bill_missing")
BY_CUSTOMS = (
    "line_missing",
    "item_differs",
    "payer_differs",
    "payer_name_differs",
    "amount_differs",
    "payment_provider_differs",
    "buyer_name_differs",
    "buyer_phone_differs",
    "annual_limit",
    "single_limit",
    "not_listed",
    "bonded_only",
    "yearly_cap",
    "content_missing",
    "price_zero",
    "price_low",
    "stock_short",
    "identity_invalid",
)
BY_SUBMISSION = ("order_again", "list_older", "list_again")
SUBMITTED = ("appType", "appStatus", "appTime", "guid")
"""Elements that decide about a document beside the stored one, in the order of `Submission`."""
ELSEWHERE = {
    "company_unknown": "needs master data",
    "guarantee_short": "needs the guarantee",
    "cancelled": "needs the guarantee",
    "order_missing": "needs the clock",
    "payment_missing": "needs the clock",
    "waybill_missing": "needs the clock",
    "schema_invalid": "refused before any rule",
    "staged_first": "is sound",
    "payment_late": "needs the other documents",
    "order_late": "needs the other documents",
    "single_item_above_limit": "is sound",
    "returned": "is sound",
    "returned_partly": "is sound",
}


@pytest.fixture(scope="module")
def shop(world):
    return Shop(world, 21, DAY)


def test_every_fault_is_looked_at_here_or_said_to_be_looked_at_elsewhere():
    assert sorted((*BY_PORT, *BY_CUSTOMS, *BY_SUBMISSION, *ELSEWHERE)) == sorted(
        known.name for known in known_faults("import")
    )


def test_a_sound_trade_breaks_no_rule(world, sound):
    for trade in sound:
        assert at_the_port(trade) == []
        assert at_customs(world, trade) == []


@each("name", [name for name, why in ELSEWHERE.items() if why == "is sound"])
def test_a_fault_that_is_released_breaks_no_rule(name, world, shop):
    for number in range(20):
        trade = faulty_trade(shop, number, known_fault("import", name))
        assert trade.expected.outcome == "800"
        assert at_the_port(trade) == at_customs(world, trade) == []


@each("name", BY_PORT)
def test_a_fault_seen_by_the_port_breaks_its_rule_and_no_other(name, shop):
    for number in range(20):
        assert at_the_port(faulty_trade(shop, number, known_fault("import", name))) == [
            known_fault("import", name).expected.codes[0]
        ]


@each("name", BY_CUSTOMS)
def test_a_fault_seen_by_customs_passes_the_port_and_breaks_its_rule_first(name, world, shop):
    for number in range(20):
        trade = faulty_trade(shop, number, known_fault("import", name))
        assert at_the_port(trade) == []
        assert at_customs(world, trade)[:1] == [known_fault("import", name).expected.codes[0]]


@each("name", BY_SUBMISSION)
@each("state", ["declared", "accepted", "released"])
def test_what_comes_again_is_answered_by_its_code_whatever_became_of_the_first(name, state, shop):
    trade = faulty_trade(shop, 3, known_fault("import", name))
    ((kind, again),) = trade.afterwards
    if kind == "order" and state == "released":
        state = "accepted"
    first = trade.document(kind).head
    stored = submission.StoredVersion(first["appTime"], first["guid"], "same", state)
    content_hash = "same" if again.head == first else "other"
    decision = submission.decide(submission.Submission(kind, *map(again.head.get, SUBMITTED), content_hash), stored)
    assert decision.action in {"refuse", "repeat"}
    assert (decision.reason.rule,) == known_fault("import", name).expected.codes


def test_a_list_staged_first_is_declared_by_what_comes_afterwards(shop):
    trade = faulty_trade(shop, 3, known_fault("import", "staged_first"))
    ((kind, again),) = trade.afterwards
    first = trade.inventory.head
    stored = submission.StoredVersion(first["appTime"], first["guid"], "", "staged")
    assert first["appStatus"] == "1"
    declared = submission.Submission(kind, *map(again.head.get, SUBMITTED), "x")
    assert submission.decide(declared._replace(app_type="1"), stored).action == "declare_staged"
