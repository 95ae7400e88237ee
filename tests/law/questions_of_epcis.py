"""Questions about EPCIS documents: what is wrong in an event, its canonical id, GS1 keys. Texts in and out."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from schemas.epcis.checking import check, events_of
from schemas.epcis.event_ids import event_id
from schemas.epcis.facts import facts_of
from schemas.epcis.identifiers import canonical, has_check_digit, read_link
from schemas.epcis.reading import NotReadable, read
from schemas.epcis.tables import fields_of, further_of
from schemas.epcis.values import has_form

_RECEIVED: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-20T08:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "receiving",
    "quantityList": [{"epcClass": "https://id.gs1.org/01/09521141012345/10/LOT1", "quantity": 12, "uom": "KGM"}],
    "readPoint": {"id": "https://id.gs1.org/414/9521141000014"},
}


def epcis_event(without: str, changed: str) -> str:
    """Return the end of the id of a received lot without some fields and with those of a JSON object; or the codes of
    what is wrong, each with its place."""
    kept = {name: value for name, value in _RECEIVED.items() if name not in without.split()}
    document = {
        "@context": {"port": "https://example.com/port/"},
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00+08:00",
        "epcisBody": {"eventList": [{**kept, **json.loads(changed or "{}")}]},
    }
    return epcis_document(json.dumps(document))


def epcis_document(text: str) -> str:
    """Return the ends of the ids of a document's events, or what is wrong with it."""
    try:
        document, warnings = read(text.encode())
    except NotReadable as error:
        return error.finding.code
    found = [*warnings, *check(document)]
    told = "; ".join(f"{one.code} {one.path.removeprefix('/epcisBody/eventList')}".strip() for one in found)
    if any(not one.warning for one in found):
        return told
    ids = " ".join(event_id(event, document)[14:26] for event in events_of(document))
    return f"{ids} {told}".strip()


def epcis_part(part: str) -> str:
    """Return which further fields a part of a document takes, and a digest of its own."""
    fields = (f"{field.name}:{field.kind}{field.number}{field.required and '!'}" for field in fields_of(part).values())
    return f"{further_of(part)} {sha256(' '.join(fields).encode()).hexdigest()[:12]}"


def epcis_value(kind: str, value: str) -> str:
    """Return whether a value in JSON has the form of its kind."""
    return "yes" if has_form(json.loads(value), kind) else "no"


def gs1_key(identifier: str) -> str:
    """Return the canonical Digital Link of an EPC URN or Digital Link, and whether its check digit is right."""
    link = canonical(identifier)
    named = read_link(link) if link else None
    if link is None or named is None:
        return "none"
    return f"{link} {named.key.name}{'' if has_check_digit(named.key, named.value) else ', wrong check digit'}"


def epcis_facts(changed: str) -> str:
    """Return the facts by which an event is found: words, instant, and the part of each item, lot and family."""
    facts = facts_of({**_RECEIVED, **json.loads(changed or "{}")})
    goods = " ".join(f"{name if ':' in name else name[:6]}:{role}" for name, role in facts.goods)
    words = (facts.kind, facts.action, facts.biz_step, facts.disposition)
    return f"{' '.join(words)} {facts.read_point[:6]} {facts.at} {goods}"
