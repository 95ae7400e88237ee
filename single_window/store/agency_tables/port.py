"""The tables of the port, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    case_columns,
    file_columns,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.port.repository import PortCase

port_file = table("port", "port_file", columns=file_columns(), sqlite_with_rowid=False)
port_event = table(
    "port",
    "port_event",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("terminal_code", "container_no", "event"),
        *bigs("at", "recorded_at"),
        *texts("doc_no", "source", "line_code", "vessel_id", "vessel_name", "voyage_no"),
        *texts("iso_type", "full"),
        *texts("booking_no", "bill_no", "seal_no", "load_port", "discharge_port", "cell"),
        big("weight"),
        *texts("plate_no", "train_no"),
        big("document_id"),
        *texts("call"),
        integer("stay"),
        *texts("mark", "claimed_by"),
        UniqueConstraint(
            *("sandbox", "terminal_code", "container_no", "event", "at", "call", "claimed_by"),
            name="uq_port_event_said",
        ),
        seal_column(),
    ],
)
index(port_event, "container_no", "sandbox", "container_no")
index(port_event, "call", "sandbox", "call", "container_no", "event", where="call <> ''")
index(port_event, "bill_no", "sandbox", "bill_no", "container_no", where="bill_no <> ''")
port_parcel = table(
    "port",
    "port_parcel",
    columns=[
        sandbox_column(True),
        text_key("key", 120),
        *texts("container_no", "listed_in"),
        big("after"),
        *texts("bill_no"),
        big("declaration_id"),
        *texts("invt_no", "list_key", "order_no", "state"),
        *bigs("stepped_at", "steps"),
        *texts("told", "terminal_code"),
        integer("loaded"),
        *texts("releases"),
        integer("sought"),
        text("taken_from"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
index(port_parcel, "container_no", "sandbox", "container_no", where="container_no <> ''")
index(port_parcel, "bill_no", "sandbox", "bill_no", where="bill_no <> ''")
index(port_parcel, "invt_no", "sandbox", "invt_no", where="invt_no <> ''")
index(port_parcel, "taken_from", "sandbox", "taken_from", where="taken_from <> ''")
port_case = table(
    "port",
    "port_case",
    columns=[
        *case_columns("about", "container_no", "voyage_no", "invt_no"),
        text("company"),
        text("told"),
        seal_column(),
    ],
)
index(port_case, "case_no", "sandbox", "case_no", unique=True)
index(port_case, "about", "sandbox", "about")
index(port_case, "state", "sandbox", "state")


def _case(case: PortCase) -> dict[str, Any]:
    return {
        "kind": "port_case",
        "flow": "E",
        "number": case.case_no,
        "order_no": case.case_no,
        "company": case.company,
        "goods": case.container_no or case.voyage_no,
        "terms": f"{case.container_no} {case.voyage_no} {case.invt_no}",
    }


SUBJECTS = {"port_case": Kept(port_case, _case)}
NUMBERED = (NumberedRows("port_case", port_case, "case_no", "caseNo", "container_no", "invt_no"),)
