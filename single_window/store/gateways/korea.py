"""The state of Korea's customs in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, select, update

from declarations.korea.aeo import KoreaAeoStatus, valid_number
from declarations.korea.draw import KoreaInspected, KoreaStanding
from declarations.korea.origin import KoreaCertificate
from declarations.reasons import Reason
from gateways.korea.repository import FROM_KOREA, KoreaParcel, OurList
from single_window.store.agency_tables.korea import (
    korea_aeo,
    korea_certificate,
    korea_file,
    korea_inspection,
    korea_parcel,
)
from single_window.store.bulk import one_of
from single_window.store.gateways.agency_state import AgencyState, lock_agency
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration, participant

KOREA_CERTIFICATES = Records(KoreaCertificate, korea_certificate, {"hs6": decoder(tuple[str, ...], tuple)})
KOREA_AEO = Records(KoreaAeoStatus, korea_aeo)
KOREA_INSPECTIONS = Records(KoreaInspected, korea_inspection)
KOREA_PARCELS = Records(KoreaParcel, korea_parcel, {"reasons": decoder(tuple[Reason, ...], tuple)})
_LOCK = "korea"


def standing_of(connection: Connection, sandbox: str, company: str, parcel: str, day: str) -> KoreaStanding:
    """Return what Korea told of a parcel and the company that imports it, valid on a day (yyyy-MM-dd)."""
    column = korea_aeo.c
    chosen = select(column.aeo_no).where(
        column.sandbox == sandbox, column.company_code != "", column.company_code == company
    )
    numbers = sorted(set(connection.execute(chosen).scalars()))
    aeo_no = valid_number(KOREA_AEO.load(connection, sandbox, "aeo_no", numbers), company, day)
    inspected = KOREA_INSPECTIONS.load(connection, sandbox, "hbl_no", [parcel])
    seals = select(korea_parcel.c.seal_no).where(
        korea_parcel.c.sandbox == sandbox, korea_parcel.c.hbl_no == parcel, korea_parcel.c.direction == FROM_KOREA
    )
    seal_no = connection.execute(seals.order_by(korea_parcel.c.id.desc()).limit(1)).scalar() or ""
    return KoreaStanding(aeo_no, next(iter(inspected), None), seal_no)


class StoredKoreaRepository(AgencyState):
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def begin(self) -> None:
        self._certificates = self.rows(KOREA_CERTIFICATES, "key")
        self._aeo = self.rows(KOREA_AEO, "key")
        self._inspections = self.rows(KOREA_INSPECTIONS, "hbl_no")
        self._parcels = self.rows(KOREA_PARCELS, cases="korea_parcel")

    def lock(self) -> None:
        lock_agency(self._connection, self._sandbox, korea_file, code=_LOCK)

    def registered(self, codes: Collection[str]) -> Collection[str]:
        if not codes:
            return ()
        column = participant.c
        wanted = one_of(self._connection, column.code, sorted(codes))
        chosen = select(column.code).where(column.sandbox == self._sandbox, wanted)
        return set(self._connection.execute(chosen).scalars())

    def certificates(self, keys: Collection[str]) -> Mapping[str, KoreaCertificate]:
        return self._certificates.by_key(keys)

    def certificates_for(self, bl_no: str) -> Sequence[KoreaCertificate]:
        column = korea_certificate.c
        return self._certificates.chosen(
            column.bl_no != "", column.bl_no == bl_no, fits=lambda row: bool(bl_no) and row.bl_no == bl_no
        )

    def put_certificate(self, certificate: KoreaCertificate) -> None:
        self._certificates.put(certificate)

    def put_aeo(self, told: Sequence[KoreaAeoStatus]) -> None:
        for row in told:
            self._aeo.put(row)

    def inspections(self, parcels: Collection[str]) -> Mapping[str, KoreaInspected]:
        return self._inspections.by_key(parcels)

    def put_inspections(self, inspections: Sequence[KoreaInspected]) -> None:
        for row in inspections:
            self._inspections.put(row)

    def parcels(self, ids: Collection[int]) -> Mapping[int, KoreaParcel]:
        return self._parcels.by_key(ids)

    def parcels_of(self, house_numbers: Collection[str]) -> Sequence[KoreaParcel]:
        return self._parcels.grouped("hbl_no", house_numbers)

    def parcels_by_certificate(self, key: str) -> Sequence[KoreaParcel]:
        column = korea_parcel.c
        return self._parcels.chosen(
            column.cert_key != "", column.cert_key == key, fits=lambda parcel: parcel.cert_key == key
        )

    def put_parcel(self, parcel: KoreaParcel) -> None:
        self._parcels.put(parcel)

    def our_lists(self, parcels: Collection[str]) -> Mapping[str, OurList]:
        if not parcels:
            return {}
        column = declaration.c
        wanted = one_of(self._connection, column.logistics_key, sorted(parcels))
        chosen = select(column.logistics_key, column.id, column.key, column.order_no, column.invt_no).where(
            column.sandbox == self._sandbox, column.flow == "E", wanted
        )
        # sorted here: asked to sort, SQLite walks the sandbox by number rather than the index of parcels
        rows = sorted(self._connection.execute(chosen), key=lambda row: row.id)
        return {row.logistics_key: OurList(row.id, row.key, row.order_no, row.invt_no or "") for row in rows}


REPOSITORY = StoredKoreaRepository


def mask_people(connection: Connection, parcels: Sequence[int], mask: str) -> None:
    """Replace what parcels, by id, say of their consignees."""
    columns = korea_parcel.c
    masked = dict.fromkeys((columns.consignee_id, columns.consignee_name, columns.phone, columns.postcode), mask)
    connection.execute(update(korea_parcel).where(columns.id.in_(list(parcels))).values(masked | {columns.seal: 0}))
