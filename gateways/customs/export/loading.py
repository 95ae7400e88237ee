"""Closes the lists whose parcels have departed when the port tells that their containers were loaded."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.customs.export import leaving, port_told
from gateways.customs.outcome import make_event
from gateways.customs.repository import CustomsDesk
from gateways.holds import Held
from gateways.topics.customs import ParcelLoaded, ParcelsLeft


def handle_loaded(payloads: Sequence[ParcelLoaded], desk: CustomsDesk) -> None:
    """Lift the holds of lists whose parcels were loaded, and close those that have departed; place them again where the
    port stops a parcel."""
    declarations = desk.repository.declarations([payload.declaration_id for payload in payloads])
    for payload in payloads:
        declaration = declarations.get(payload.declaration_id)
        if declaration is None or declaration.state != "released":
            continue
        if not payload.loaded:
            port_told.hold(declaration, desk)
            desk.add_event(make_event(declaration, desk.now, "port_awaits_loading"))
            continue
        desk.lift(Held.LIST, str(declaration.id), port_told.PORT, publish=False)
        desk.add_event(make_event(declaration, desk.now, "port_loaded"))
        parcel = desk.repository.parcels([declaration.logistics_key]).get(declaration.logistics_key)
        if parcel is not None and parcel.departed_at:
            leaving.record_departure(declaration, desk)
            if parcel.departure_id:
                desk.send(ParcelsLeft(parcel.departure_id, 1))
                parcel.departure_id = 0
                desk.repository.put_parcel(parcel)
            desk.repository.put_declaration(declaration)
