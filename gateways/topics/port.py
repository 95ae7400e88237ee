"""Payloads that the gateway of the port handles besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple

from gateways.topics.topic import fact


class PortClockDue(NamedTuple):
    """A clock of a ship's call has run out: `clock` is manifest, loading or tally."""

    call: str
    clock: str


class PortParcelDue(NamedTuple):
    """A parcel by sea should be in a container by now: its key, and the step that released it."""

    parcel: str
    step: int


@fact
class ExportListStepped(NamedTuple):
    """Customs did something with an export list by sea that terminals must know; only published where the port is
    `full`."""

    declaration_id: int
    action: str
    """1 release, 2 hold, 3 inspect, 4 no release any more; 0: only its bill of lading became known."""
    parcel_key: str
    """carrier|waybill."""
    bill_no: str = ""
    invt_no: str = ""
    list_key: str = ""
    order_no: str = ""
    office: str = ""
    at: int = 0
    """The instant of it."""
