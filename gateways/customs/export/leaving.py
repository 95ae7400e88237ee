"""Release (800) and close (899) of an export list. Its parcel may depart before or after the release."""

from __future__ import annotations

from gateways.customs.batches import joining
from gateways.customs.export import port_told
from gateways.customs.outcome import advance, apply_step, close_list, make_event
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import ParcelsLeft


def release_export(declaration: Declaration, desk: CustomsDesk) -> None:
    """Release a list, and close it at once if its parcel has departed already."""
    if declaration.state == "accepted":
        advance(declaration, "pass")
    apply_step(declaration, "release", desk)
    declaration.released_at = desk.now
    joining.report_end(declaration, "released", desk)
    parcel = desk.repository.parcels([declaration.logistics_key]).get(declaration.logistics_key)
    if parcel is not None and parcel.departed_at and not port_told.awaits_loading(declaration, desk):
        record_departure(declaration, desk)
        if parcel.departure_id:
            desk.send(ParcelsLeft(parcel.departure_id, 1))
            parcel.departure_id = 0
            desk.repository.put_parcel(parcel)


def record_departure(declaration: Declaration, desk: CustomsDesk) -> None:
    """Close a released list whose parcel has departed."""
    close_list(declaration, desk)
    desk.add_event(make_event(declaration, desk.now, "departed"))
