"""Stock abroad, pure: times with their offsets, what is taken of which export, what may still explain what is short."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from declarations import parameters
from declarations.money import SCALE, amount_text
from declarations.overseas.allocation import SOLD, allocate, quantities
from declarations.overseas.drafting import AheadLine, DraftTerms, draft_claim, draft_line
from declarations.overseas.ledger import REFUSING, extend, replay
from declarations.overseas.moves import StockMove, Supply
from declarations.overseas.notices import StockNotice, StockNoticeLine, moves_of
from declarations.overseas.times import UnfitTime, instant_at, instant_told
from declarations.refund.overseas import CreditOfClaim, PreRefundLine, reconcile_claim
from gateways.overseas.changing import fresh_findings
from tests.tables import each

LAW = parameters.load()
BERLIN, SEOUL = "Europe/Berlin", "Asia/Seoul"


@each(
    ("zone", "name", "fits"),
    [
        (BERLIN, "CET", True),
        (BERLIN, "CST", False),
        (SEOUL, "KST", True),
        ("Asia/Shanghai", "CST", True),
        ("America/Chicago", "CST", True),
        ("America/New_York", "EDT", False),
    ],
)
def test_a_name_of_several_zones_is_taken_where_the_place_is_called_so_at_that_moment(zone, name, fits):
    if fits:
        assert instant_at("2026-11-20T08:30", zone, name) == instant_at("2026-11-20T08:30", zone)
    else:
        with pytest.raises(UnfitTime):
            instant_at("2026-11-20T08:30", zone, name)


@each("qty", ["1_0", "1E1", "１", " 1", "NaN", "", "9" * 30])
def test_a_quantity_that_is_not_in_plain_digits_is_refused(qty):
    line = StockNoticeLine("1", "S", "2026-10-05T08:00:00+02:00", "SKU1", qty, "011")
    notice = StockNotice("HAM01", "DEU", "3702966EUK", "N1", BERLIN, "2026-10-05T09:00:00+02:00", (line,))
    moves, (reason,) = moves_of(notice, 1, date(2026, 10, 5), instant_told(notice.as_of, BERLIN), LAW)
    assert moves == [] and (reason.rule, reason.values["element"]) == ("27110", "qty")


def move(event, at, qty, **more):
    """A move of goods SKU in the warehouse HAM, at this hour of a day."""
    given = {"id": more.pop("id", at), "notice_id": 1, "line": 1, "ebc_code": "E", "warehouse_code": "HAM"}
    given |= {"country": "DEU", "told": f"{at}", "day": f"2026-10-{at:02d}", "recorded_at": 0, "sku": "SKU", "lot": ""}
    return StockMove(**{**given, "event": event, "at": at, "qty": qty * SCALE, "unit": "011", **more})


OLD = Supply("A001", "SKU", "DEU", 10 * SCALE, "011", 1)
SAME_DAY = Supply("A000", "SKU", "DEU", 5 * SCALE, "011", 2)
NEW = Supply("A002", "SKU", "DEU", 10 * SCALE, "011", 2)
KOREAN = Supply("B001", "SKU", "KOR", 10 * SCALE, "011", 0)
ALL = (NEW, KOREAN, OLD, SAME_DAY)


@each(
    ("name", "moves", "sold"),
    [
        ("never of another country", [move("S", 5, 25)], {"A001": 10, "A000": 5, "A002": 10}),
        (
            "or that of its order",
            [move("S", 5, 3, ref="O1"), move("S", 6, 9, ref="O2"), move("R", 7, 1, ref="O1")],
            {"A001": 9, "A000": 2},
        ),
        ("a double takes nothing", [move("S", 5, 3), move("S", 6, 3, double_of=5)], {"A001": 3}),
        ("in the order of events, not of notices", [move("S", 9, 8), move("X", 5, 4, id=99)], {"A001": 6, "A000": 2}),
    ],
)
def test_sold_pieces_are_taken_of_exports(name, moves, sold):
    taken = allocate(moves, ALL).taken
    found = {item: quantity // SCALE for item, quantity in quantities(taken, SOLD).items() if quantity}
    assert found == sold, name


def test_a_sale_after_the_last_day_does_not_count():
    taken = allocate([move("S", 5, 4), move("S", 6, 1)], ALL).taken
    assert quantities(taken, SOLD, date(2026, 10, 5)) == {"A001": 4 * SCALE}


def line(qty=10, refund="130.00", fob="1000.00", left=None, sold_before=0, ahead=True):
    """A line of a claim of goods of which ten were exported."""
    return AheadLine(
        link_no="L1",
        item_no="A001",
        qty=qty * SCALE,
        quantity_left=(left if left is not None else qty) * SCALE,
        refund_left=round(float(refund) * SCALE),
        currency="USD",
        fob=round(float(fob) * SCALE),
        claimed=10 * SCALE,
        sold_before=sold_before * SCALE,
        ahead=ahead,
    )


PRICED = {"price": 100 * SCALE, "currency": "USD"}
TAXED = {"price": 119 * SCALE, "vat": 19 * SCALE, "tax_included": True, "currency": "USD"}


@each(
    ("name", "moves", "manufacturer", "given", "draft"),
    [
        ("all sold at the declared price", [move("S", 5, 10, **PRICED)], False, {}, "10.00 1000.00 A 130.00"),
        ("a manufacturer, too", [move("S", 5, 10, **PRICED)], True, {}, "10.00 1000.00 A 130.00"),
        (
            "O1: for less, by a manufacturer",
            [move("S", 5, 10, price=95 * SCALE, currency="USD")],
            True,
            {},
            "10.00 950.00 B 123.50",
        ),
        (
            "for less, by a trader",
            [move("S", 5, 10, price=95 * SCALE, currency="USD")],
            False,
            {},
            "10.00 950.00 A 130.00",
        ),
        ("lost goods are unsold", [move("A", 4, -2), move("S", 5, 8, **PRICED)], False, {}, "8.00 800.00 B 104.00"),
        ("the tax abroad is no price", [move("S", 5, 10, **TAXED)], False, {}, "10.00 1000.00 A 130.00"),
        ("without price: its share of the FOB", [move("S", 5, 5)], False, {}, "5.00 500.00 B 65.00"),
        ("in another unit", [move("S", 5, 5, **PRICED)], False, {"qty": 20}, "10.00 500.00 B 65.00"),
    ],
)
def test_a_draft_says_what_is_sold_and_what_follows(name, moves, manufacturer, given, draft):
    found = draft_line(line(**given), allocate(moves, [OLD]).taken, DraftTerms(date(2027, 4, 30), manufacturer, LAW))
    said = f"{amount_text(found.sold_qty)} {amount_text(found.amount)} {found.outcome} {amount_text(found.correct)}"
    assert said == draft, name
    assert found.refund == found.correct + found.repay + found.offset


def test_the_draft_of_a_manufacturer_leaves_out_what_he_claimed_after_its_sale():
    """Yet it counts: of 260.00 for two lines the unsold half of one is repaid."""
    taken = {"SKU": [OLD]}
    other = line(ahead=False)._replace(item_no="B001", link_no="L2")
    terms = DraftTerms(date(2027, 4, 30), True, LAW)
    (found,) = draft_claim([line(), other], taken, {OLD.sku: [move("S", 5, 5, **PRICED)]}, terms)
    assert (found.item_no, amount_text(found.sold_qty), amount_text(found.repay)) == ("A001", "5.00", "65.00")


def test_sales_in_another_currency_count_at_the_rate_of_their_day():
    euros = {"price": 100 * SCALE, "currency": "EUR"}
    found = draft_line(
        line(), allocate([move("S", 5, 1, **euros)], [OLD]).taken, DraftTerms(date(2027, 4, 30), False, LAW)
    )
    eur, usd = (LAW.on(f"exchange.{name}", date(2026, 10, 5)).amount for name in ("eur", "usd"))
    assert amount_text(found.amount) == f"{100 * eur / usd:.2f}"
    assert found.receipts == {"EUR": 100}


@each(
    ("tax", "receipts"),
    [
        ({"tax_by": "S"}, "119"),
        ({"tax_by": "P"}, "100"),
        ({"tax_by": "S", "tax_included": False, "price": 100 * SCALE}, "119"),
    ],
)
def test_a_seller_receives_the_tax_that_he_pays_himself_and_not_what_a_platform_keeps(tax, receipts):
    sold = move("S", 5, 1, **{**TAXED, **tax})
    assert (sold.net_price, sold.receipt_of_one) == (100, int(receipts))


EXPORTS = (Supply("I1", "SKU", "DEU", 60, "011", 0), Supply("I2", "SKU", "DEU", 40, "011", 0))


def accepted(seed, size):
    """Moves that a ledger takes of those that a seed draws: small quantities, two warehouses, any order."""
    draw, moves = Random(seed), []
    for number in range(1, size + 1):
        event, qty = draw.choice("IISSSRATXB"), draw.randint(1, 30)
        given = {"warehouse_code": draw.choice(["HAM", "HAM", "BER"]), "to_warehouse": draw.choice(["HAM", "BER"])}
        drawn = move(event, draw.randint(1, 30), 1, id=number, **given)
        drawn.qty = qty if event != "A" else draw.choice([1, -1]) * draw.randint(1, 3)
        before, after = replay(moves, EXPORTS, {}), replay([*moves, drawn], EXPORTS, {})
        if not any(finding.reason.rule in REFUSING for finding in fresh_findings(after, before)):
            moves.append(drawn)
    return moves


@pytest.mark.parametrize("size", [5, 10, 30])
def test_whatever_a_ledger_takes_comes_from_the_exports(size):
    for seed in range(100):
        moves = accepted(seed, size)
        allocated = allocate(moves, EXPORTS)
        gone = sum(took.qty for took in allocated.taken) + allocated.missing - sum(allocated.unmatched.values())
        on_hand, came = sum(told.effect for told in moves), sum(told.qty for told in moves if told.event == "I")
        moved = sum(told.effect for told in moves if told.event == "T")
        assert on_hand + gone + 100 - came - moved == 100, seed


def test_the_ledger_is_the_same_in_whatever_order_the_moves_are_told():
    for seed in range(50):
        moves = accepted(seed, 20)
        shuffled = Random(seed + 1).sample(moves, len(moves))
        first, second = replay(moves, EXPORTS, {}), replay(shuffled, EXPORTS, {})
        assert first.sums == second.sums
        assert {finding.key: finding.reason for finding in first.findings} == {
            finding.key: finding.reason for finding in second.findings
        }


def test_a_ledger_goes_on_from_what_is_booked_as_if_it_were_computed_anew():
    went_on = 0
    for seed in range(300):
        draw = Random(seed)
        moves = [*accepted(seed, 15), *(move("C", draw.randint(1, 30), 1, id=50 + n) for n in range(2))]
        later = [
            move(
                draw.choice("SXBCSSI"),
                draw.choice([40, 41, 41, 20]),
                draw.randint(1, 3),
                id=100 + n,
                lot=draw.choice("AB "),
            )
            for n in range(draw.randint(1, 3))
        ]
        before = replay(moves, EXPORTS, {})
        said = before.findings, {key: sums.on_hand for key, sums in before.sums.items()}
        after = extend(before, later)
        assert said == (before.findings, {key: sums.on_hand for key, sums in before.sums.items()}), seed
        if after is None:
            assert any(told.event == "I" or told.at <= 30 for told in later), seed
            continue
        went_on += 1
        assert (after.sums, after.findings) == ((anew := replay([*moves, *later], EXPORTS, {})).sums, anew.findings), (
            seed
        )
        again = extend(after, [move("S", 50, 1, id=200)])
        assert again == replay([*moves, *later, move("S", 50, 1, id=200)], EXPORTS, {}), seed
    assert went_on > 50


YUAN = {"rate": 13_000, "qty": 10 * SCALE, "quantity_left": 10 * SCALE, "fob": 100 * SCALE}
OF_100 = PreRefundLine(base=71_795_000, refund=5_000_000, refund_left=5_000_000, sold_qty=0, amount=0, **YUAN)
AT_9 = OF_100._replace(rate=9_000)


def reconciled(lines, sold, credit):
    """The outcome of each line with its refund before and after, the cash, and what is set off; and the credit."""
    given = [
        line._replace(sold_qty=qty * SCALE, amount=amount * SCALE)
        for line, (qty, amount) in zip(lines, sold, strict=True)
    ]
    results, left = reconcile_claim(True, given, CreditOfClaim(*(round(amount * SCALE) for amount in credit)))
    money = [sum(getattr(result, name) for result in results) for name in ("repay", "offset")]
    assert all(result.reverse == result.declare + result.repay + result.offset for result in results)
    return " ".join(
        [
            "".join(result.outcome for result in results),
            *map(amount_text, (*money, left.credited, left.carry)),
        ]
    )


@each(
    ("name", "lines", "sold", "credit", "comes"),
    [
        ("sold as claimed", [OF_100], [(10, 100)], (43.33, 0), "A 0.00 0.00 43.33 0.00"),
        ("for more: the credit is all there is", [OF_100], [(10, 120)], (43.33, 0), "B 0.00 0.00 62.00 0.00"),
        ("for less, still above the credit", [OF_100], [(10, 80)], (43.33, 0), "B 0.00 0.00 24.67 0.00"),
        ("for less than the credit", [OF_100], [(10, 40)], (43.33, 0), "B 0.00 12.67 0.00 0.00"),
        ("seven of ten for 84", [OF_100], [(7, 84)], (43.33, 0), "P 0.00 0.00 28.40 0.00"),
        ("one of ten: less than the credit", [OF_100], [(1, 10)], (43.33, 0), "P 40.67 0.00 0.00 0.00"),
        ("none", [OF_100], [(0, 0)], (43.33, 0), "C 50.00 0.00 0.00 0.00"),
        ("for more, with input tax carried on", [OF_100], [(10, 120)], (43.33, 5), "B 0.00 -5.00 57.00 0.00"),
        ("one of two unsold", [OF_100, OF_100], [(10, 100), (0, 0)], (86.67, 0), "AC 6.67 0.00 0.00 0.00"),
        (
            "two rates, the dear unsold",
            [OF_100, AT_9],
            [(0, 0), (10, 100)],
            (57.95, 0),
            "CA 35.38 0.00 0.00 0.00",
        ),
        (
            "two rates, the cheap unsold",
            [OF_100, AT_9],
            [(10, 100), (0, 0)],
            (57.95, 0),
            "AC 6.67 0.00 0.00 0.00",
        ),
        ("one for less, one unsold", [OF_100, OF_100], [(10, 80), (0, 0)], (86.67, 0), "BC 21.11 4.22 0.00 0.00"),
    ],
)
def test_a_manufacturer_keeps_the_smaller_of_his_credit_and_of_what_is_sold(name, lines, sold, credit, comes):
    assert reconciled(lines, sold, credit) == comes, name


@each(
    ("base", "refund", "rate", "qty", "sold", "comes"),
    [
        ("177.44", "23.07", 13_000, 2, 1, "11.53"),
        ("177.44", "23.07", 0, 2, 1, "11.54"),
        ("100.00", "13.00", 13_000, 3, 1, "4.33"),
        ("100.00", "18.00", 13_000, 3, 1, "6.00"),
        ("0.05", "0.01", 13_000, 5, 4, "0.01"),
    ],
)
def test_a_part_that_is_sold_is_refunded_as_an_ordinary_claim_for_it(base, refund, rate, qty, sold, comes):
    yuan, paid = (round(float(text) * SCALE) for text in (base, refund))
    line = PreRefundLine(qty * SCALE, 100 * SCALE, yuan, paid, rate, qty * SCALE, paid, sold * SCALE, SCALE)
    assert amount_text(reconcile_claim(False, [line], CreditOfClaim()).results[0].declare) == comes
