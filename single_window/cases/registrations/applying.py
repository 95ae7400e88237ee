"""Builds the XML message of an application from its fields, for clients that send JSON."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from declarations.calendar import stamp14
from schemas.message import Transfer
from schemas.writing import write

FIELDS = (
    "appType",
    "code",
    "creditCode",
    "name",
    "kinds",
    "dxpId",
    "customsCode",
    "expressLicence",
    "paymentLicence",
    "agentCode",
    "zone",
    "taxpayerKind",
    "refundKind",
    "taxCredit",
    "netAssets",
    "lastRefund",
    "note",
)
"""Elements of an application in order, without guid and time."""
NAMESPACE = uuid.UUID("b7b9a3a4-5a0c-5d6c-9a55-5d1f6f6e8a21")


def message(given: Mapping[str, str], now: int) -> bytes:
    """Return the message (Registration) of an application, sent by the company at the instant `now`.

    The same fields in the same second give the same message, which is processed once. Raises `Unwritable` with every
    finding of the schema.
    """
    head = {
        "appTime": stamp14(now),
        "appType": "1",
        **{name: value for name in FIELDS if (value := given.get(name, ""))},
    }
    key = "|".join(f"{name}={value}" for name, value in sorted(head.items()))
    transfer = Transfer(head.get("code", ""), head.get("name", ""), "DXP", head.get("dxpId", ""))
    return write(
        "Registration", [({"guid": _guid("document", key), **head}, [])], guid=_guid("message", key), transfer=transfer
    )


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "|".join(parts))).upper()
