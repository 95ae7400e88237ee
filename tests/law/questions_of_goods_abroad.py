"""Questions about stock abroad: business days, what is on hand, of which export pieces are. Texts in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from declarations.calendar import DAY, HOUR, instant_of
from declarations.money import amount_text, scaled_from_text
from declarations.overseas.allocation import DESTROYED, LOST, SENT_BACK, SOLD, allocate, quantities
from declarations.overseas.drafting import AheadLine, DraftTerms, draft_line
from declarations.overseas.ledger import replay
from declarations.overseas.moves import StockMove, Supply
from declarations.overseas.times import UnfitTime, business_day, instant_told
from declarations.overseas.transfers import disagreements
from declarations.overseas.undoing import inherit_evidence
from tests.law.comparing import codes, or_none
from tests.law.imported import law

HERE, THERE, SKU = "TYO01", "TYO02", "SKU1"
FIRST = instant_of(date(2026, 9, 1))


def business_day_abroad(told: str, zone: str) -> str:
    """Return the business day at home of a time that a warehouse tells; none for a time that there is not."""
    return or_none(UnfitTime, lambda: business_day(instant_told(told, zone), date(2026, 11, 20), law()))


def on_hand_abroad(exported: str, moves: str) -> str:
    """Return what is on hand after moves, what of it is damaged, and the codes of what contradicts what."""
    found = replay(_moves(moves), [_supply("A", exported, 0)], {})
    (sums,) = found.sums.values()
    reasons = sorted(set(codes(finding.reason for finding in found.findings)))
    return " ".join((_text(sums.on_hand), _text(sums.damaged), *reasons))


def pieces_of_exports(exports: str, moves: str) -> str:
    """Return what moves have taken of each export: sold (S), lost (A), destroyed (X), sent back (B). `exports`:
    item:quantity:day of departure."""
    told_of = [export.split(":") for export in exports.split()]
    supplies = [_supply(item, quantity, int(left)) for item, quantity, left in told_of]
    taken = allocate(_moves(moves), supplies).taken
    told = []
    for item in sorted(supply.item_no for supply in supplies):
        by_event = {event: quantities(taken, event).get(item, 0) for event in (SOLD, LOST, DESTROYED, SENT_BACK)}
        told.append(" ".join([item, *(f"{event}{_text(sum_of)}" for event, sum_of in by_event.items() if sum_of)]))
    return ", ".join(told)


def drafted_line(claimed: str, left: str, sold_before: str, moves: str) -> str:
    """Return the draft of a line that was refunded ahead of its sale, 13 yuan and 100 dollars a piece: sold and for how
    much, lost, destroyed, sent back, unsold, outcome, and the right refund. Of the goods so many were exported as
    `claimed`; so many are `left` in the claim, and others have claimed what was `sold_before`."""
    whole, rest = scaled_from_text(claimed), scaled_from_text(left)
    line = AheadLine(
        link_no="L1",
        item_no="A",
        qty=whole,
        quantity_left=rest,
        refund_left=13 * rest,
        currency="USD",
        fob=100 * whole,
        claimed=whole,
        sold_before=scaled_from_text(sold_before),
    )
    taken = allocate(_moves(moves), [_supply("A", claimed, 0)]).taken
    found = draft_line(line, taken, DraftTerms(date(2027, 4, 30), False, law()))
    quantities_of = (found.sold_qty, found.amount, found.lost, found.destroyed, found.sent_back, found.unsold)
    return " ".join((*map(_text, quantities_of), found.outcome, amount_text(found.correct)))


def arrivals_abroad(exports: str, moves: str, sailing: str) -> str:
    """Return the codes of what contradicts what, where a country is so many days away by sea. `exports`:
    item:quantity:day of departure, of which the names of those by sea begin with S."""
    told_of = [export.split(":") for export in exports.split()]
    supplies = [_supply(item, quantity, int(left)) for item, quantity, left in told_of]
    found = replay(_moves(moves), supplies, {"JPN": int(sailing)})
    return " ".join(sorted(set(codes(finding.reason for finding in found.findings)))) or "nothing"


def transfers_abroad(sent: str, received: str) -> str:
    """Return the codes of what two warehouses do not agree about, each side as quantity[:lot]@day."""
    sides = ((sent, HERE, THERE), (received, THERE, THERE))
    moves = [_transfer(told, here, to) for side, here, to in sides for told in side.split()]
    found = disagreements(moves, FIRST + 365 * DAY, "overseas.transfer_days")
    return " ".join(codes(reason for _, reason in found)) or "nothing"


def evidence_kept(replaced: str, new: str) -> str:
    """Return the voucher of a sale after its notice was replaced, and whether the sale counts. Sales are
    reference:voucher, with a third part for one that an officer does not count."""
    before, after = _sale(replaced), _sale(new)
    inherit_evidence([after], [before])
    return f"{after.voucher_no or '–'} {'does not count' if after.uncounted else 'counts'}"


def _transfer(told: str, here: str, to: str) -> StockMove:
    goods, _, day = told.partition("@")
    quantity, _, lot = goods.partition(":")
    move = _move(int(day), f"T:{quantity}@R1")
    return replace(move, warehouse_code=here, to_warehouse=to, lot=lot)


def _sale(told: str) -> StockMove:
    ref, voucher_no, *uncounted = told.split(":")
    return replace(_move(1, f"S:1@{ref}"), voucher_no=voucher_no, uncounted=bool(uncounted))


def _supply(item: str, quantity: str, left_after_days: int) -> Supply:
    left = FIRST + left_after_days * DAY
    return Supply(item, SKU, "JPN", scaled_from_text(quantity), "011", left, by_sea=item.startswith("S"))


def _moves(text: str) -> Sequence[StockMove]:
    """Moves a day apart, as event:quantity[:condition][@reference][>item], T by its sign in or out."""
    return [_move(number, told) for number, told in enumerate(text.split(), 1)]


def _move(number: int, told: str) -> StockMove:
    told, _, item = told.partition(">")
    told, _, ref = told.partition("@")
    event, quantity, *condition = told.split(":")
    is_transfer, comes = event == "T", not quantity.startswith("-")
    at = FIRST + (30 + number) * DAY + HOUR
    return StockMove(
        id=number,
        notice_id=1,
        line=number,
        ebc_code="3702961003",
        warehouse_code=HERE,
        country="JPN",
        event=event,
        at=at,
        told=str(at),
        day="2026-10-01",
        recorded_at=at,
        sku=SKU,
        lot="",
        qty=scaled_from_text(quantity.lstrip("-") if is_transfer else quantity),
        unit="011",
        condition="".join(condition),
        ref=ref,
        to_warehouse=("" if not is_transfer else HERE if comes else THERE),
        item_no=item,
    )


def _text(quantity: int) -> str:
    return amount_text(quantity).removesuffix(".00")
