"""The tables of Korea's customs, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from single_window.store.columns import (
    big,
    bigs,
    file_columns,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.korea.repository import KoreaParcel

korea_file = table(
    "korea",
    "korea_file",
    columns=file_columns(),
    sqlite_with_rowid=False,
)
korea_certificate = table(
    "korea",
    "korea_certificate",
    columns=[
        sandbox_column(True),
        text_key("key", 40),
        *texts("cert_no", "agreement", "state", "issued", "exporter"),
        *texts("bl_no", "hs6", "digest"),
        *bigs("told_at", "document_id"),
        *texts("used_by"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
index(korea_certificate, "bl_no", "sandbox", "bl_no", where="bl_no <> ''")
korea_aeo = table(
    "korea",
    "korea_aeo",
    columns=[
        sandbox_column(True),
        text_key("key", 45),
        *texts("aeo_no", "company_code", "name", "status", "since", "until"),
        *bigs("told_at", "document_id"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
index(korea_aeo, "aeo_no", "sandbox", "aeo_no")
index(korea_aeo, "company_code", "sandbox", "company_code", where="company_code <> ''")
korea_inspection = table(
    "korea",
    "korea_inspection",
    columns=[
        sandbox_column(True),
        text_key("hbl_no", 40),
        *texts("container_no", "seal_no", "method", "result"),
        *bigs("at", "told_at", "document_id"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
korea_parcel = table(
    "korea",
    "korea_parcel",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("parcel_no", "direction"),
        integer("year"),
        *texts("hbl_no", "state", "agent_code", "logistics_code"),
        *texts("bill_no", "voyage_no", "container_no", "seal_no"),
        big("eta"),
        *texts("manifest_no"),
        big("manifest_weight"),
        *texts("list_no", "id_type", "consignee_id", "consignee_name", "phone", "postcode"),
        *texts("hs", "goods_name"),
        big("value"),
        *texts("currency"),
        big("gross_weight"),
        *texts("origin", "aeo_no", "cert_no", "cert_key", "declaration_no"),
        big("declaration_id"),
        *texts("list_key", "order_no", "invt_no"),
        big("told_at"),
        *texts("told_status"),
        integer("steps"),
        big("opened_at"),
        integer("version", 1),
        *texts("decided_by", "reasons"),
        seal_column(),
    ],
)
index(korea_parcel, "parcel_no", "sandbox", "parcel_no", unique=True)
index(korea_parcel, "hbl_no", "sandbox", "hbl_no")
index(korea_parcel, "container_no", "sandbox", "container_no", where="container_no <> ''")
index(korea_parcel, "cert_key", "sandbox", "cert_key", where="cert_key <> ''")
index(korea_parcel, "state", "sandbox", "state")


def _case(parcel: KoreaParcel) -> dict[str, Any]:
    return {
        "kind": "korea_parcel",
        "flow": "E" if parcel.direction == "1" else "I",
        "number": parcel.parcel_no,
        "order_no": parcel.parcel_no,
        "company": parcel.agent_code,
        "goods": parcel.goods_name,
        "terms": f"{parcel.hbl_no} {parcel.invt_no} {parcel.container_no}",
    }


SUBJECTS = {"korea_parcel": Kept(korea_parcel, _case)}
NUMBERED = (NumberedRows("korea_parcel", korea_parcel, "parcel_no", "parcelNo", "hbl_no", "invt_no"),)
