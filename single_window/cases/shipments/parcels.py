"""The parcels of a shipment, each as port, China's customs and Korea's tell of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from declarations.lifecycle import state_of
from gateways.korea.repository import FROM_KOREA, TO_KOREA, KoreaParcel
from gateways.port.repository import PortParcel
from single_window.cases.shipments.found import FoundShipment


class ShipmentParcel(NamedTuple):
    """A parcel by its waybill; None: who would tell of it does not. `china`: its newest list that stands, by which it
    is declared."""

    number: str
    port: PortParcel | None
    china: Row[Any] | None
    korea: KoreaParcel | None

    def company(self, role: str) -> str:
        """The code of who has a part in it: its `merchant`, its `carrier`, or the `agent` who announced it to Korea;
        empty if it is not told."""
        if role == "merchant":
            return self.china.ebc_code if self.china else ""
        if role == "agent":
            return self.korea.agent_code if self.korea else ""
        key = self.port.key if self.port else self.china.logistics_key if self.china else ""
        return str(key).partition("|")[0] or (self.korea.logistics_code if self.korea else "")


def parcels_of(shipment: FoundShipment) -> Sequence[ShipmentParcel]:
    """Join what is told of the same parcel: by carrier and waybill. What Korea's manifest alone tells, which names no
    carrier, belongs to the only parcel of its waybill. Exports are compared with what went to Korea, imports with what
    came from there."""
    port = {parcel.key: parcel for parcel in shipment.packed}
    china = {row.logistics_key: row for row in shipment.lists if row.logistics_key and stands(row)}
    korea: dict[str, KoreaParcel] = {}
    keys_of = _by_waybill((*port, *china))
    by_list = {row.id: row.logistics_key for row in shipment.lists if row.logistics_key}
    for parcel in sorted(korean_of(shipment), key=lambda parcel: (parcel.year, parcel.eta, parcel.id)):
        of_waybill = keys_of[parcel.hbl_no]
        alone = of_waybill[0] if len(of_waybill) == 1 and not parcel.logistics_code else ""
        korea[by_list.get(parcel.declaration_id) or alone or f"{parcel.logistics_code}|{parcel.hbl_no}"] = parcel
    return [
        ShipmentParcel(key.partition("|")[2], port.get(key), china.get(key), korea.get(key))
        for key in dict.fromkeys((*port, *china, *korea))
    ]


def korean_of(shipment: FoundShipment) -> Sequence[KoreaParcel]:
    """The parcels to Korea of exports, those from there of imports; all, where nobody else tells of any."""
    exports = bool(shipment.packed) or any(row.flow == "E" for row in shipment.lists)
    ways = {TO_KOREA} if exports else {FROM_KOREA} if shipment.lists else {TO_KOREA, FROM_KOREA}
    return [parcel for parcel in shipment.korean if parcel.direction in ways]


def stands(row: Row[Any]) -> bool:
    """True for a list that was not rejected, sent back or cancelled."""
    return not state_of(row.state).ended


def _by_waybill(keys: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        found[key.partition("|")[2]].append(key)
    return found
