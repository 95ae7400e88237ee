"""Judges ships by what the window answered, and by what it shows of boxes and parcels in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulators.receipt_log import ReceiptLog
from simulators.sailings.sailings import Sailings
from simulators.sailings.ship import EVENT, KOREA_LIST, MANIFEST, OUTCOME, PACKING, Ship

ANSWERED = tuple(f"{code}Return" for code in (EVENT, PACKING, MANIFEST, KOREA_LIST, OUTCOME))
TOLD_ALONE = frozenset({*ANSWERED, "PortAdvice", "KoreaAdvice"})
"""Types of receipts that name no trade."""
GONE, RELEASED = "899", "800"
CLEARED, ANNOUNCED = "cleared", "announced"
"""Korea's customs clears by itself what nobody tells of, once it has arrived; a list tells that it has to come."""
AT_TWO_TERMINALS, LEFT_BEHIND = "T", "S"
CLEARED_BY_ITSELF, ACCEPTED = "cleared", "accepted"


def complaints(sailings: Sailings, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield a sentence for each thing that was not as it must have been."""
    found = (*_answers(receipt_log), *_cases(sailings))
    ships = (complaint for ship in sailings.ships for complaint in _ship(ship, sailings, receipt_log))
    for complaint in (*sailings.refused, *found, *ships):
        yield f"ships to Incheon: {complaint}"


def _answers(receipt_log: ReceiptLog) -> Iterator[str]:
    """Nothing that is told is refused."""
    for code in ANSWERED:
        answers = [told for told in receipt_log.of_type(code) if told.status != "2"]
        if not answers:
            yield f"there is no {code}"
        for told in answers:
            if told.status == "100":
                yield f"{code} refuses {sorted(told.head.values())}: {' '.join(told.codes)}"


def _cases(sailings: Sailings) -> Iterator[str]:
    """Yield contradictions that the port's desk does not have, or has and should not."""
    expected = sorted(
        (kind, ship.container_no, state)
        for ship in sailings.ships
        for told, kind, state in (
            (ship.habits.elsewhere, AT_TWO_TERMINALS, CLEARED_BY_ITSELF),
            (ship.habits.behind, LEFT_BEHIND, ACCEPTED),
        )
        if told
    )
    found = sorted((case["kind"], case["container_no"], case["state"]) for case in sailings.cases())
    if found != expected:
        yield f"the cases of the port should be {expected}, and are {found}"


def _ship(ship: Ship, sailings: Sailings, receipt_log: ReceiptLog) -> Iterator[str]:
    """Yield parcels that did not come to their end here, or are not known as what Korea's customs told of them."""
    last = RELEASED if ship.habits.behind else GONE
    for trade in ship.trades:
        statuses = receipt_log.statuses_of(trade.id, "604")
        if statuses[-1:] != [last]:
            yield f"the list {trade.id} should come to {last}, and comes to {statuses}"
    shown = {parcel["hbl_no"]: _known(parcel) for parcel in sailings.parcels()}
    for parcel in ship.parcels:
        state = ANNOUNCED if ship.habits.behind else ship.korea.states.get(parcel, CLEARED)
        if shown.get(parcel) != state:
            yield f"the parcel {parcel} should be {state} in Korea, and is {shown.get(parcel)}"


def _known(parcel: Any) -> str:
    return str(parcel["state"])
