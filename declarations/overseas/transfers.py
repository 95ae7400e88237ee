"""Transfers between warehouses abroad: what one side tells to have sent, and the other to have received.

Sides are paired by reference and goods, since each names the transfer by the same number; of transfers without a
reference only the sums can be compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from declarations.money import Scaled, amount_text
from declarations.overseas.moves import ELSEWHERE, StockMove
from declarations.reasons import Reason

OPEN_TRANSFER, OTHER_LOT, RECEIVED_TOO_EARLY = "27113", "27116", "27121"
Found = tuple[str, Reason]


def crossings(moves: Iterable[StockMove]) -> Mapping[int, Sequence[tuple[str, Scaled]]]:
    """Return what transfers brought from warehouses of other countries: the id of the move that tells its receipt →
    (country that sent it, quantity). Sides are paired by reference, within a country first."""
    told = [move for move in moves if move.event == "T" and move.is_booked]
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    for move in told:
        sent[move.ref][move.country] -= move.effect
    found: dict[int, list[tuple[str, Scaled]]] = defaultdict(list)
    for move in told:
        surplus = sent[move.ref]
        for country in sorted(surplus):
            quantity = min(move.effect, -surplus[move.country], surplus[country])
            if quantity > 0:
                surplus[country] -= quantity
                surplus[move.country] += quantity
                found[move.id].append((country, quantity))
    return found


def disagreements(moves: Sequence[StockMove], until: int, value_id: str) -> Iterator[Found]:
    """Yield what does not agree about the transfers of a company that began until an instant, each with the key by
    which the same is known again; `value_id`: the value that says for how long a side may be silent."""
    pairs: dict[tuple[str, str], list[StockMove]] = defaultdict(list)
    for move in moves:
        pairs[move.ref, move.sku].append(move)
    for (ref, sku), told in sorted(pairs.items()):
        if min(move.at for move in told) > until:
            continue
        sent = [move for move in told if move.effect < 0]
        received = [move for move in told if move.effect > 0]
        out, into = sum(move.qty for move in sent), sum(move.qty for move in received)
        if out != into:
            named = {"ref": ref or "–", "sku": sku, "out": amount_text(out), "into": amount_text(into)}
            yield f"{ref}|{sku}", Reason(OPEN_TRANSFER, named, (value_id,))
        elif ref:
            yield from _other_receivers(ref, sku, sent, received, value_id)
            yield from _other_lots(ref, sku, sent, received)
            yield from _too_early(ref, sku, sent, received)


def _other_receivers(
    ref: str, sku: str, sent: Sequence[StockMove], received: Sequence[StockMove], value_id: str
) -> Iterator[Found]:
    """All has come in, but not where it was sent to."""
    out, into = Counter[str](), Counter[str]()
    for move in sent:
        out[move.to_warehouse] += move.qty
    for move in received:
        into[move.warehouse_code] += move.qty
    for receiver in sorted(out):
        if receiver != ELSEWHERE and out[receiver] > into[receiver]:
            sums = {"out": amount_text(out[receiver]), "into": amount_text(into[receiver])}
            named = {"ref": f"{ref} → {receiver}", "sku": sku, **sums}
            yield f"{ref}|{sku}|{receiver}", Reason(OPEN_TRANSFER, named, (value_id,))


def _other_lots(ref: str, sku: str, sent: Sequence[StockMove], received: Sequence[StockMove]) -> Iterator[Found]:
    """All has come in, but of other lots; what is told without a lot may be of any."""
    missing = Counter[str]()
    for move in sent:
        missing[move.lot] += move.qty
    for move in received:
        missing[move.lot] -= move.qty
    short = {lot: qty for lot, qty in missing.items() if lot and qty > 0}
    if sum(short.values()) > max(0, -missing[""]):
        warehouse = received[0].warehouse_code
        for lot, qty in sorted(short.items()):
            named = {"warehouse": warehouse, "sku": sku, "lot": lot, "short": amount_text(qty)}
            yield f"{ref}|{sku}|{lot}", Reason(OTHER_LOT, named)


def _too_early(ref: str, sku: str, sent: Sequence[StockMove], received: Sequence[StockMove]) -> Iterator[Found]:
    """All has come in, but some of it before it had left."""
    for move in sorted(received, key=lambda one: (one.at, one.id)):
        came = sum(one.qty for one in received if one.at <= move.at)
        if came > sum(one.qty for one in sent if one.at <= move.at):
            named = {"ref": ref, "sku": sku, "at": move.told, "left": max(sent, key=lambda one: one.at).told}
            yield f"{ref}|{sku}|early", Reason(RECEIVED_TOO_EARLY, named)
            return
