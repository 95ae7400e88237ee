"""Judges what a window makes of goods abroad: against what their warehouses know, by arithmetic of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulators.amounts import plain_number
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.refunds.abroad import EVIDENCE_DAYS, UNTIL, GoodsAbroad, line_of, never_there, place_of
from simulators.refunds.items import day_of

ADVICE, ANSWER, EVIDENCE_ANSWER = "OverseasStockAdvice", "OverseasStockNoticeReturn", "OverseasSaleEvidenceReturn"
TOLD_ALONE = frozenset({ADVICE, ANSWER, EVIDENCE_ANSWER})
"""Types of receipts that name no trade."""
COLUMNS = {
    "I": "received",
    "S": "sold",
    "R": "returned",
    "T": "transferred",
    "A": "adjusted",
    "X": "destroyed",
    "B": "sent_back",
}
"""Event → column of the stock."""
LAST_DRAFT_AFTER = UNTIL - 31
"""Days after the export from which one draft must be told of at least."""


def complaints(goods: GoodsAbroad, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield a sentence for each thing that is not as the warehouses know it."""
    case = goods.case
    for complaint in (
        *goods.refused,
        *_answers(goods, receipt_log),
        *_evidence(goods, receipt_log.of_type(ADVICE, case.firm.code), _claimed_on(goods, receipt_log)),
        *_drafts(goods, receipt_log.of_type(ADVICE, case.id)),
        *_differences(goods),
        *_stock(goods),
        *_balance(goods),
    ):
        yield f"{case.id} ({case.scenario.name}): {complaint}"


def _answers(goods: GoodsAbroad, receipt_log: ReceiptLog) -> Iterator[str]:
    """Each notice is booked; what it repeats makes a difference, and the whole of it again is none."""
    expected: dict[str, list[str]] = defaultdict(list)
    for told in goods.notices(date.max):
        expected[told.number].append("300" if told.repeats and not told.again else "120")
    for number, statuses in expected.items():
        found = [answer.status for answer in receipt_log.of_type(ANSWER, number) if answer.status != "2"]
        if found != statuses:
            yield f"notice {number} should be answered {statuses}, and is answered {found}"
    given = sum(map(len, goods.vouchers.values()))
    noted = [answer.status for answer in receipt_log.of_type(EVIDENCE_ANSWER, goods.case.firm.code)]
    if noted.count("120") != given:
        yield f"{given} documents of evidence should be noted (120), and are answered {noted}"


def _claimed_on(goods: GoodsAbroad, receipt_log: ReceiptLog) -> date:
    """The day on which the claim ahead of sale was taken in; if it never was, the first there is."""
    told_of = receipt_log.of(goods.case.id, "RefundClaimReturn") if receipt_log.knows(goods.case.id) else ()
    taken = [told for told in told_of if told.status == "120"]
    return min((day_of(told.time) for told in taken), default=date.min)


def _evidence(goods: GoodsAbroad, advices: Sequence[LoggedReceipt], claimed: date) -> Iterator[str]:
    """Evidence of a business day's sales is asked for on the 15th day after it, or when they are claimed ahead after
    that; who gives it later is told so. Of what came back as a whole none is asked for."""
    unproved, expected = goods.unproved(), list[tuple[date, date, str]]()
    back = {line["ref"] for _, line in goods.lines(date.max) if line["event"] == "R" and "ref" in line}
    for day, sales in unproved.items():
        due = max(day + timedelta(days=EVIDENCE_DAYS), claimed + timedelta(days=1))
        given = goods.given_on(day, day == max(unproved))
        if given < due or all(sale["ref"] in back for _, sale in sales):
            continue
        lapsed = [(due + timedelta(days=1), due, "300")] if given > due else []
        expected += [(due, due, "300"), *lapsed, (given, due, "399")]
    found = [
        (day_of(told.time), day_of(told.head["dueDate"]), told.status)
        for told in advices
        if told.head["adviceKind"] == "E"
    ]
    for what, rows in (("missing", Counter(expected) - Counter(found)), ("wrong", Counter(found) - Counter(expected))):
        for on, due, status in sorted(rows):
            yield f"news of evidence that is {what}: {status} on {on}, due by {due}"


def _drafts(goods: GoodsAbroad, advices: Sequence[LoggedReceipt]) -> Iterator[str]:
    """The draft that is told of on the first of a month has what was handed on until then."""
    drafts = [told for told in advices if told.head["adviceKind"] == "D"]
    last = goods.case.first + timedelta(days=LAST_DRAFT_AFTER)
    if not any(day_of(told.time) > last for told in drafts):
        yield f"the company was not told of its draft after {last}"
    for told in drafts:
        day = day_of(told.time)
        for name, quantity in _drafted(goods, day).items():
            if Decimal(told.head[name]) != quantity:
                yield f"the draft of {day} has {name} {told.head[name]}, and should have {plain_number(quantity)}"


def _drafted(goods: GoodsAbroad, day: date) -> dict[str, Decimal]:
    """Return the quantities that the draft of a day must have, in the units of the claim."""
    sums, exported = dict.fromkeys(COLUMNS, Decimal(0)), Decimal(0)
    for trade in goods.case.trades:
        declared, legal = Decimal(line_of(trade)["qty"]), Decimal(line_of(trade)["qty1"])
        exported += legal
        for told, line in goods.lines(day):
            if told.warehouse[:3] == place_of(trade).code[:3]:
                sums[line["event"]] += Decimal(line["qty"]) * legal / declared
    sold = sums["S"] - sums["R"]
    return {"soldQty": sold, "lostQty": -sums["A"], "destroyedQty": sums["X"], "unsoldQty": exported - sold}


def _differences(goods: GoodsAbroad) -> Iterator[str]:
    """Only what warehouses told twice, and what never came, waits for an officer."""
    repeats = sum(told.repeats for told in goods.notices(date.max) if not told.again)
    expected = sorted([*["27111"] * repeats, "27114"])
    if sorted(goods.reasons) != expected:
        yield f"the officer should have found {expected}, and found {sorted(goods.reasons)}"


def _stock(goods: GoodsAbroad) -> Iterator[str]:
    """Every sum of the stock is what the warehouse knows."""
    found: dict[tuple[str, ...], Any] = {
        (row["warehouse_code"], row["sku"], row["lot"]): row
        for row in goods.asked("/overseas/stock", merchant=goods.case.firm.code)["stock"]
    }
    for run in goods.runs.values():
        known = {(*key[:3], COLUMNS[key[3]]): pieces for key, pieces in run.truth.moved.items()}
        known |= {(*key, "on_hand"): pieces for key, pieces in run.truth.on_hand.items()}
        for (*key, column), pieces in sorted(known.items()):
            kept = found.get(tuple(key), {}).get(column, "0")
            if Decimal(kept) != pieces:
                yield f"{' '.join(key)}: {column} should be {pieces}, and is {kept}"


def _balance(goods: GoodsAbroad) -> Iterator[str]:
    """Exported = on hand + sold less back + lost + destroyed + sent back + on the way: here, and in the window."""
    items = goods.asked(f"/overseas/items/{goods.case.firm.code}")["items"]
    for trade in goods.case.trades:
        truth, place, pieces = goods.runs[trade.id].truth, place_of(trade), int(line_of(trade)["qty"])
        sums = {
            "sold": truth.total("S") - truth.total("R"),
            "lost": -truth.total("A"),
            "destroyed": truth.total("X"),
            "sent_back": truth.total("B"),
            "left": truth.on_hand.total() + never_there(place),
        }
        if sum(sums.values()) != pieces:
            yield f"the simulator itself has {sum(sums.values())} of {pieces} pieces"
        item: dict[str, Any] = next((one for one in items if one["country"] == place.country), {})
        for name, quantity in {**sums, "exported": pieces, "received": pieces - never_there(place)}.items():
            if Decimal(item.get(name, 0)) != quantity:
                yield f"of what went to {place.country} {name} should be {quantity}, and is {item.get(name, 0)}"
