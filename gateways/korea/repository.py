"""The rows of Korea's customs: certificates, AEO companies, parcels, inspections. One lock a sandbox covers all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from declarations.korea.aeo import KoreaAeoStatus
from declarations.korea.draw import KoreaInspected
from declarations.korea.origin import KoreaCertificate
from declarations.money import Scaled
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument

TO_KOREA, FROM_KOREA = "1", "2"


@dataclass(slots=True)
class KoreaParcel:
    """A parcel to Korea (`direction` 1) or from there (2), by its house number and the year of its arrival in Korea.

    `manifest_no`, `list_no`: the documents that told of it. `declaration_id` and what follows: our list of it, if there
    is one. `told_at`, `told_status`: what Korea's customs told last from outside. `steps`: how often its state
    changed."""

    id: int
    parcel_no: str
    direction: str
    year: int
    hbl_no: str
    state: str
    agent_code: str = ""
    logistics_code: str = ""
    bill_no: str = ""
    voyage_no: str = ""
    container_no: str = ""
    seal_no: str = ""
    eta: int = 0
    manifest_no: str = ""
    manifest_weight: Scaled = 0
    list_no: str = ""
    id_type: str = ""
    consignee_id: str = ""
    consignee_name: str = ""
    phone: str = ""
    postcode: str = ""
    hs: str = ""
    goods_name: str = ""
    value: Scaled = 0
    currency: str = ""
    gross_weight: Scaled = 0
    origin: str = ""
    aeo_no: str = ""
    cert_no: str = ""
    cert_key: str = ""
    declaration_no: str = ""
    declaration_id: int = 0
    list_key: str = ""
    order_no: str = ""
    invt_no: str = ""
    told_at: int = 0
    told_status: str = ""
    steps: int = 0
    opened_at: int = 0
    version: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()


class OurList(NamedTuple):
    """An export list of ours, by its parcel (carrier|waybill)."""

    declaration_id: int
    key: str
    order_no: str
    invt_no: str


class KoreaRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def lock(self) -> None:
        """Lock Korea's customs in the sandbox."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of parties that have one, by their codes."""

    def registered(self, codes: Collection[str]) -> Collection[str]:
        """Those of these codes by which companies are registered."""

    def certificates(self, keys: Collection[str]) -> Mapping[str, KoreaCertificate]:
        """Certificates by key."""

    def certificates_for(self, bl_no: str) -> Sequence[KoreaCertificate]:
        """The certificates that name a bill of lading or parcel."""

    def put_certificate(self, certificate: KoreaCertificate) -> None:
        """Store a new or changed certificate."""

    def put_aeo(self, told: Sequence[KoreaAeoStatus]) -> None:
        """Store what was told of AEO companies."""

    def inspections(self, parcels: Collection[str]) -> Mapping[str, KoreaInspected]:
        """The newest inspection of parcels, by house number."""

    def put_inspections(self, inspections: Sequence[KoreaInspected]) -> None:
        """Store new and changed inspections."""

    def parcels(self, ids: Collection[int]) -> Mapping[int, KoreaParcel]:
        """Parcels by id."""

    def parcels_of(self, house_numbers: Collection[str]) -> Sequence[KoreaParcel]:
        """All parcels of these house numbers, oldest first."""

    def parcels_by_certificate(self, key: str) -> Sequence[KoreaParcel]:
        """The parcels that name a certificate, by its key."""

    def put_parcel(self, parcel: KoreaParcel) -> None:
        """Store a new or changed parcel."""

    def our_lists(self, parcels: Collection[str]) -> Mapping[str, OurList]:
        """The newest export lists of parcels (carrier|waybill)."""

    def new_id(self) -> int:
        """An id for a new row."""


KoreaDesk: TypeAlias = Desk[KoreaRepository]
