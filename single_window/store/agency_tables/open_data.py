"""The tables of open data, and what a version of a month shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, LargeBinary

from single_window.store.columns import (
    big,
    id_column,
    index,
    integer,
    number_key,
    sandbox_column,
    seal_column,
    table,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.open_data.repository import OpenDataMonth

open_data_lock = table(
    "open_data",
    "open_data_lock",
    columns=[sandbox_column(True), text_key("code", 18)],
    sqlite_with_rowid=False,
)
open_data_month = table(
    "open_data",
    "open_data_month",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("release_no", "state", "month"),
        *(integer(name) for name in ("edition", "lists", "cells", "shut")),
        big("opened_at"),
        integer("version", 1),
        big("ended_at"),
        *texts("decided_by", "reasons"),
        seal_column(),
    ],
)
index(open_data_month, "release_no", "sandbox", "release_no", unique=True)
index(open_data_month, "month", "sandbox", "month")
index(open_data_month, "state", "sandbox", "state")
open_data_base = table(
    "open_data",
    "open_data_base",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("traded", "closed"),
        seal_column(),
    ],
)
index(open_data_base, "sandbox", "sandbox", "id")
open_data_file = table(
    "open_data",
    "open_data_file",
    columns=[
        sandbox_column(True),
        text_key("month", 7),
        number_key("edition"),
        text_key("name", 40),
        *texts("media_type", "sha256"),
        big("month_id"),
        Column("body", LargeBinary, nullable=False),
    ],
    sqlite_with_rowid=False,
)


def _case(month: OpenDataMonth) -> dict[str, Any]:
    return {
        "kind": "open_data_month",
        "flow": "",
        "number": month.release_no,
        "order_no": month.release_no,
        "company": "",
        "goods": month.month,
        "terms": f"{month.month} {month.release_no}",
    }


SUBJECTS = {"open_data_month": Kept(open_data_month, _case)}
NUMBERED = (NumberedRows("open_data_month", open_data_month, "release_no", "releaseNo", "month"),)
