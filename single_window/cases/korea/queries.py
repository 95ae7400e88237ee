"""Queries of parcels to and from Korea, certificates and inspections."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from declarations.korea.origin import KoreaCertificate, certificate_key
from gateways.korea.repository import TO_KOREA, KoreaParcel
from single_window.cases.korea.answers import (
    KOREA_KIND,
    KoreaCertificateOut,
    KoreaInspectionOut,
    KoreaParcelOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.pages.masking import mask_number
from single_window.frame.typed import history_out
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.gateways.korea import KOREA_CERTIFICATES, KOREA_INSPECTIONS, KOREA_PARCELS
from single_window.store.tables import declaration

WAITING = ("doubtful", "disputed", "guaranteed")
KOREA_ROWS = CaseRows(korea_parcel, KOREA_PARCELS.select, KOREA_PARCELS.make, WAITING)
OWN = "I"


def find_parcel(connection: Connection, sandbox: str, number: str) -> KoreaParcel | None:
    """Return a parcel by its parcelNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = korea_parcel.c
    return KOREA_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.parcel_no == number)


def tracked_parcel(connection: Connection, sandbox: str, house: str, year: int) -> KoreaParcel | None:
    """Return the parcel to Korea by its house number and the year of its arrival."""
    column = korea_parcel.c
    return KOREA_ROWS.find(
        connection, sandbox, (column.direction == TO_KOREA) & (column.hbl_no == house) & (column.year == year)
    )


def names_certificate(connection: Connection, sandbox: str, number: str, companies: Collection[str]) -> bool:
    """True if a parcel that one of these companies declared or owns names a certificate."""
    columns, owner = korea_parcel.c, declaration.c.ebc_code
    chosen = (
        select(columns.id)
        .outerjoin(declaration, declaration.c.id == columns.declaration_id)
        .where(
            columns.sandbox == sandbox,
            columns.cert_key != "",
            columns.cert_key == certificate_key(number),
            columns.agent_code.in_(companies) | owner.in_(companies),
        )
    )
    return connection.execute(chosen.limit(1)).first() is not None


def certificate_out(connection: Connection, sandbox: str, number: str) -> KoreaCertificateOut:
    """Return a certificate by its number, with or without hyphens; one of which no data came says so."""
    found = KOREA_CERTIFICATES.load(connection, sandbox, "key", [certificate_key(number)])
    unknown = KoreaCertificate(
        key="",
        cert_no=number,
        agreement="",
        state="not_exchanged",
        issued="",
        exporter="",
        bl_no="",
        hs6=(),
        digest="",
        told_at=0,
        document_id=0,
    )
    return KoreaCertificateOut.of(next(iter(found), unknown), confidence="C")


def parcel_out(parcel: KoreaParcel, our_state: str = "", **more: Any) -> KoreaParcelOut:
    """Return the answer about a parcel."""
    consignee = f"{parcel.id_type} {mask_number(parcel.consignee_id)}" if parcel.consignee_id else ""
    return KoreaParcelOut.of(parcel, our_state=our_state, confidence=OWN, consignee=consignee, **more)


def _show(connection: Connection, sandbox: str, number: str) -> KoreaParcelOut | None:
    parcel = find_parcel(connection, sandbox, number)
    if parcel is None:
        return None
    ours = select(declaration.c.state).where(declaration.c.id == parcel.declaration_id)
    inspected = KOREA_INSPECTIONS.load(connection, sandbox, "hbl_no", [parcel.hbl_no])
    return parcel_out(
        parcel,
        connection.execute(ours).scalar() or "" if parcel.declaration_id else "",
        certificate=certificate_out(connection, sandbox, parcel.cert_no) if parcel.cert_no else None,
        inspection=KoreaInspectionOut.of(inspected[0]) if inspected else None,
        history=history_out(case_rows.history(connection, sandbox, parcel.parcel_no, "korea_parcel")),
    )


KOREA_READER: CaseReader[Any, Any, Any] = CaseReader(
    kind=KOREA_KIND, listed=KOREA_ROWS.newest, out=parcel_out, show=_show
)
