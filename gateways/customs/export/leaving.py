"""Release of an export list (800), and its end when its parcel has left (899): in whichever order they come."""

from __future__ import annotations

from gateways.customs.batches import joining
from gateways.customs.outcome import advance, close, event, step
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import ParcelsLeft


def release(declaration: Declaration, desk: CustomsDesk) -> None:
    """A list is in order: release it, and close it at once where its parcel has left already."""
    if declaration.state == "accepted":
        advance(declaration, "pass")
    step(declaration, "release", desk)
    declaration.released_at = desk.now
    joining.settled(declaration, "released", desk)
    parcel = desk.repository.parcels([declaration.logistics_key]).get(declaration.logistics_key)
    if parcel is not None and parcel.departed_at:
        depart(declaration, desk)
        if parcel.departure_id:
            desk.send(ParcelsLeft(parcel.departure_id, 1))
            parcel.departure_id = 0
            desk.repository.put_parcel(parcel)


def depart(declaration: Declaration, desk: CustomsDesk) -> None:
    """The parcel of a released list has left: the list is closed."""
    close(declaration, desk)
    desk.note(event(declaration, desk.now, "departed"))
