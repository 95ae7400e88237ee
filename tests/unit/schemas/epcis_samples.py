"""EPCIS documents for tests: one of ours, and those from outside where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

OUTSIDE = Path(__file__).parents[4] / "shared" / "samples" / "epcis"

RECEIVED: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-20T08:00:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "receiving",
    "disposition": "in_progress",
    "quantityList": [{"epcClass": "https://id.gs1.org/01/09521141012345/10/LOT1", "quantity": 12, "uom": "KGM"}],
    "readPoint": {"id": "https://id.gs1.org/414/9521141000014"},
    "bizTransactionList": [{"type": "recadv", "bizTransaction": "urn:cbec:book:T4230W000001"}],
}


def document(*events: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A document of these events."""
    return {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"port": "https://example.com/port/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00+08:00",
        "epcisBody": {"eventList": list(events)},
        **fields,
    }


def event(without: str = "", **fields: Any) -> dict[str, Any]:
    """The event of a lot received, with these fields changed and without one."""
    return {name: value for name, value in {**RECEIVED, **fields}.items() if name != without}


def raw(document: Any) -> bytes:
    """A document as it is sent."""
    return json.dumps(document).encode()


def outside(pattern: str) -> list[Path]:
    """Documents from outside, by pattern; the test is skipped where there are none."""
    found = sorted(OUTSIDE.glob(pattern))
    if not found:
        pytest.skip("samples from outside are not at hand")
    return found
