"""The canonical id of an event: equal to the published vectors, and the same however the event is written down."""

from __future__ import annotations

from typing import Any

from epcis_samples import RECEIVED, document, event, outside, raw

from schemas.epcis.checking import events_of
from schemas.epcis.event_ids import event_id, pre_hash
from schemas.epcis.reading import read
from tests.tables import each


def id_of(changed: dict[str, Any]) -> str:
    whole = read(raw(document(changed))).document
    return event_id(events_of(whole)[0], whole)


def test_the_ids_are_those_of_the_published_vectors() -> None:
    differ = []
    for sample in outside("hashes/*.jsonld"):
        whole = read(sample.read_bytes()).document
        ids = [event_id(one, whole) for one in events_of(whole)]
        if ids != sample.with_suffix(".hashes").read_text().split():
            differ.append(sample.name)
    assert differ == []


def test_a_received_lot_is_hashed_as_this_text() -> None:
    assert pre_hash(RECEIVED, document(RECEIVED)) == (
        "eventType=ObjectEventeventTime=2026-11-20T00:00:00.000ZeventTimeZoneOffset=+08:00"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/09521141012345/10/LOT1quantity=12uom=KGM"
        "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-receiving"
        "disposition=https://ref.gs1.org/cbv/Disp-in_progressreadPointid=https://id.gs1.org/414/9521141000014"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-recadvbizTransaction=urn:cbec:book:T4230W000001"
    )
    assert id_of(RECEIVED).startswith("ni:///sha-256;")
    assert id_of(RECEIVED).endswith("?ver=CBV2.0")


@each(
    "changed",
    [
        dict(reversed(RECEIVED.items())),
        event(eventTime="2026-11-20T00:00:00Z"),
        event(eventTime="2026-11-20T00:00:00.0004Z"),
        event(eventID="urn:uuid:1", recordTime="2026-11-21T00:00:00Z", **{"rdfs:comment": "x"}),
        event(errorDeclaration={"declarationTime": "2026-11-21T08:00:00Z"}),
        event(bizStep="https://ref.gs1.org/cbv/BizStep-receiving"),
        event(bizStep="cbv:BizStep-receiving"),
        event(bizStep="urn:epcglobal:cbv:bizstep:receiving"),
        event(readPoint={"id": "urn:epc:id:sgln:952114.100001.0"}),
        event(readPoint={"id": "https://example.com/places/gln/9521141000014?x=1"}),
        event(quantityList=[{"uom": "KGM", "quantity": 12.0, "epcClass": "urn:epc:class:lgtin:952114.0101234.LOT1"}]),
    ],
)
def test_the_same_event_written_otherwise_has_the_same_id(changed: dict[str, Any]) -> None:
    assert id_of(changed) == id_of(RECEIVED)


@each(
    "changed",
    [
        event(eventTime="2026-11-20T00:00:00.0005Z"),
        event(eventTimeZoneOffset="+09:00"),
        event(action="ADD"),
        event(disposition="active"),
        event(quantityList=[{**RECEIVED["quantityList"][0], "epcClass": "https://id.gs1.org/01/09521141012345/10/LOT2"}]),
        event(**{"port:note": "x"}),
        event(**{"port:note": {"port:by": "x"}}),
        event(sourceList=[{"type": "location", "source": "urn:x:1"}]),
    ],
)  # fmt: skip
def test_another_event_has_another_id(changed: dict[str, Any]) -> None:
    assert id_of(changed) != id_of(RECEIVED)


@each(
    "changed, text",
    [
        (event(**{"port:flags": [True, False, None]}), "{https://example.com/port/}flags=false"),
        (event(**{"port:a": {"port:c": "007", "port:b": [1, "x"]}}), "{https://example.com/port/}a{https://example.com/port/}b=1"),
        (event(eventTime="2026-11-20T23:59:59.9996+00:00"), "eventTime=2026-11-21T00:00:00.000Z"),
        (event(eventTime="2026-12-31T23:59:60Z"), "eventTime=2027-01-01T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_values_have_one_form(changed: dict[str, Any], text: str) -> None:
    assert text in pre_hash(changed, document(changed))


def test_fields_that_a_document_tells_to_ignore_are_left_out() -> None:
    changed = event(**{"port:hash": "x"})
    assert event_id(changed, document(changed, **{"port:ignoreFields": ["port:hash"]})) == id_of(RECEIVED)
