"""Parcels by sea that are released, and in no container that the port knows: nobody can load them, and their lists stay
open. After a time that is a case, one for a bill of lading, until their containers are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations.calendar import HOUR
from declarations.reasons import Reason
from gateways.port import outcomes
from gateways.port.outcomes import PortFinding
from gateways.port.repository import LOADABLE, PortDesk, PortParcel
from gateways.topics.port import PortParcelDue

IN_NONE = "29404"
MOST_NAMED = 5
"""Parcels that a reason names."""


def shortened(numbers: Sequence[str]) -> str:
    """Return numbers of parcels as a reason names them: the first, and how many there are."""
    return ", ".join(numbers[:MOST_NAMED]) + (f" … {len(numbers)}" if len(numbers) > MOST_NAMED else "")


def expect_container(parcel: PortParcel, desk: PortDesk) -> None:
    """Look in some days whether the container of a parcel is known that was released, or taken out of another."""
    if parcel.state == LOADABLE:
        hours = desk.value_today("port.packed_hours").amount
        desk.schedule(desk.now + int(hours * HOUR), PortParcelDue(parcel.key, parcel.steps))


def handle_unpacked(due: Sequence[PortParcelDue], desk: PortDesk) -> None:
    """Look at parcels whose container should be known by now, as they were released then."""
    parcels = desk.repository.parcels({one.parcel for one in due})
    late = [parcels[one.parcel] for one in due if one.parcel in parcels and parcels[one.parcel].steps == one.step]
    if desk.options.port != "full" or not late:
        return
    for parcel in late:
        parcel.sought = True
    desk.repository.put_parcels(late)
    seek(late, desk)


def seek(parcels: Iterable[PortParcel], desk: PortDesk) -> None:
    """Compare the bills of those of these parcels whose container is sought with their cases."""
    sought = [parcel for parcel in parcels if parcel.sought]
    for about, bill in sorted({(bill_or_parcel(parcel), parcel.bill_no) for parcel in sought}):
        of_bill = desk.repository.parcels_in((), {bill}) if bill else sought
        still, found = _missing([one for one in of_bill if one.sought and bill_or_parcel(one) == about], desk), {}
        if still:
            hours = desk.value_today("port.packed_hours")
            named = {"parcels": shortened([one.logistics_no for one in still]), "list": still[0].invt_no}
            reason = Reason(IN_NONE, {**named, "hours": f"{hours.amount:f}"}, (hours.id,))
            owners = desk.repository.owners({one.key for one in still})
            told = sorted({code for codes in owners.values() for code in codes})
            found = {f"N|{about}": PortFinding(outcomes.UNPACKED, reason, told)}
        outcomes.settle(about, found, desk)


def bill_or_parcel(parcel: PortParcel) -> str:
    """What a case is about that a parcel's container is not known: its bill of lading, or the parcel."""
    return f"N|{parcel.bill_no or parcel.key}"


def _missing(sought: Sequence[PortParcel], desk: PortDesk) -> list[PortParcel]:
    """Those of these parcels that are released and in no known container; the others are sought no more."""
    only = desk.repository.only_boxes({parcel.bill_no for parcel in sought if parcel.bill_no})
    still = [parcel for parcel in sought if parcel.state == LOADABLE and not parcel.box(only)]
    for parcel in sought:
        parcel.sought = parcel in still
    desk.repository.put_parcels(sought)
    return still
