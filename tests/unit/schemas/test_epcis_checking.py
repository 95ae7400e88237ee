"""An EPCIS document is taken as the standard says, and what is wrong is named with place and remedy."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import jsonschema_rs
import pytest
from epcis_samples import OUTSIDE, RECEIVED, document, event, outside, raw
from hypothesis import given
from hypothesis import strategies as st

from schemas.epcis.checking import check, events_of
from schemas.epcis.reading import MAX_DEPTH, MAX_DOCUMENT_BYTES, NotReadable, read
from schemas.findings import Finding
from tests.tables import each

AGGREGATION = event("quantityList", type="AggregationEvent", parentID="urn:epc:id:sscc:5200001.0111111146")
TRANSFORMATION = {
    name: value for name, value in event("quantityList", type="TransformationEvent").items() if name != "action"
}
GOODS = RECEIVED["quantityList"]
REPORT = "/sensorElementList/0/sensorReport/0"


def wrong(sent: bytes) -> list[Finding]:
    try:
        return [found for found in check(read(sent).document) if not found.warning]
    except NotReadable as error:
        return [error.finding]


WIDER = {"AggregationEvent_with_persistentDisposition.json": "epcis-unknown-field"}
"""Documents that a schema before GS1's correction let pass: EPCIS 2.0, 7.3.6.2.2 (github.com/gs1/EPCIS, issue 440)."""


@each("path", ["gs1/*.jsonld", "openepcis/Documents/*.json", "hashes/*.jsonld"])
def test_every_valid_document_from_outside_is_taken(path: str) -> None:
    refused = {sample.name: found for sample in outside(path) if (found := wrong(sample.read_bytes()))}
    assert {name: found for name, found in refused.items() if [one.code for one in found] != [WIDER.get(name)]} == {}


@each(
    ("told", "code", "path"),
    [
        ({"persistentDisposition": {"set": ["completeness_verified"]}}, "epcis-unknown-field", "persistentDisposition"),
        ({"parentID": "urn:epc:idpat:sscc:5200001.*"}, "epcis-class-as-item", "parentID"),
        ({"childEPCs": ["urn:epc:idpat:sgtin:0614141.107346.*"]}, "epcis-class-as-item", "childEPCs/0"),
        (
            {"childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": -1}]},
            "epcis-negative",
            "childQuantityList/0/quantity",
        ),
    ],
)
def test_what_is_not_of_an_event_is_refused(told: dict[str, Any], code: str, path: str) -> None:
    found = wrong(json.dumps({"@context": "urn:x:1", **AGGREGATION, **told}, default=str).encode())
    assert (code, path) in [(one.code, one.path.lstrip("/")) for one in found]


def test_every_invalid_document_from_outside_is_refused_with_place_and_remedy() -> None:
    for sample in outside("openepcis/Invalid/*.json"):
        found = wrong(sample.read_bytes())
        assert found, sample.name
        assert all(one.path and one.remedy_en and one.remedy_zh and one.document for one in found), sample.name


def test_a_document_of_ours_is_taken() -> None:
    assert wrong(raw(document(RECEIVED))) == []
    assert wrong(raw({**RECEIVED, "@context": "https://example.com/context"})) == []
    assert events_of(read(raw(document(RECEIVED, RECEIVED))).document) == [RECEIVED, RECEIVED]


@each(
    "changed, code, path",
    [
        (event("eventTime"), "epcis-missing", "/eventTime"),
        (event("eventTimeZoneOffset"), "epcis-missing", "/eventTimeZoneOffset"),
        (event("action"), "epcis-missing", "/action"),
        (event(eventTimeZoneOffset="+8"), "epcis-wrong-value", "/eventTimeZoneOffset"),
        (event(eventTimeZoneOffset="+14:01"), "epcis-wrong-value", "/eventTimeZoneOffset"),
        (event(eventTime="2026-02-30T08:00:00Z"), "epcis-wrong-value", "/eventTime"),
        (event(eventTime="2026-11-20T08:00:00"), "epcis-wrong-value", "/eventTime"),
        (event(eventTime="2026-11-20T08:00:00.1+08:00x"), "epcis-wrong-value", "/eventTime"),
        (event(action="add"), "epcis-wrong-value", "/action"),
        (event(bizStep="sampled"), "epcis-wrong-word", "/bizStep"),
        (event(bizStep="urn:epcglobal:cbv:bizstep:sampled"), "epcis-wrong-word", "/bizStep"),
        (event(disposition=["active"]), "epcis-wrong-word", "/disposition"),
        (event(quantityList=[{"epcClass": "x:1", "quantity": "12"}]), "epcis-wrong-value", "/quantityList/0/quantity"),
        (event(quantityList=[{"epcClass": "x:1", "quantity": True}]), "epcis-wrong-value", "/quantityList/0/quantity"),
        (event(quantityList=[{"epcClass": "x:1", "uom": "kg"}]), "epcis-wrong-value", "/quantityList/0/uom"),
        (event(quantityList=[{"epcClass": "x:1", "weight": 5}]), "epcis-unknown-field", "/quantityList/0/weight"),
        (event(quantityList=[{"quantity": 5}]), "epcis-missing", "/quantityList/0/epcClass"),
        (event(quantityList={"epcClass": "x:1"}), "epcis-no-list", "/quantityList"),
        (event(quantityList=["x:1"]), "epcis-no-object", "/quantityList/0"),
        (event(epcList=["a b"]), "epcis-wrong-value", "/epcList/0"),
        (event(epcList=["x:1", "x:1"]), "epcis-not-distinct", "/epcList"),
        (event(readPoint="urn:x:1"), "epcis-no-object", "/readPoint"),
        (event(note="x"), "epcis-unknown-field", "/note"),
        (event(sourceList=[{"source": "x:1"}]), "epcis-missing", "/sourceList/0/type"),
        (event(persistentDisposition={"set": []}), "epcis-empty-list", "/persistentDisposition/set"),
        (event(sensorElementList=[{"sensorReport": [{}]}]), "epcis-missing", f"{REPORT}/type"),
        (event("quantityList"), "epcis-no-goods", "/epcList"),
        (event(quantityList=[]), "epcis-no-goods", "/epcList"),
        (event(ilmd={"port:a": 1}), "epcis-ilmd-without-add", "/ilmd"),
        (event(action="ADD", ilmd={"lotNumber": 1}), "epcis-unknown-field", "/ilmd/lotNumber"),
        (AGGREGATION, "epcis-no-goods", "/childEPCs"),
        ({**AGGREGATION, "type": "AssociationEvent", "childEPCs": []}, "epcis-no-goods", "/childEPCs"),
        (event("quantityList", type="TransactionEvent"), "epcis-no-goods", "/epcList"),
        (event("bizTransactionList", type="TransactionEvent"), "epcis-missing", "/bizTransactionList"),
        (TRANSFORMATION, "epcis-no-goods", "/inputEPCList"),
        ({**TRANSFORMATION, "inputQuantityList": GOODS}, "epcis-no-goods", "/outputEPCList"),
        ({**TRANSFORMATION, "transformationID": "x:1"}, "epcis-no-goods", "/inputEPCList"),
        (event(type="SaleEvent"), "epcis-wrong-value", "/type"),
        ("x", "epcis-no-object", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_event_is_named_with_its_place(changed: Any, code: str, path: str) -> None:
    found = wrong(raw(document(RECEIVED, changed)))
    assert (code, f"/epcisBody/eventList/1{path}", 2) in [(one.code, one.path, one.document) for one in found]


@each(
    "changed",
    [
        event(bizStep="https://example.com/voc/BizStep-customs_releasing"),
        event(eventTime="2026-12-31T23:59:60Z"),
        event(eventTime="2026-11-20t08:00:00z"),
        event(**{"port:note": {"port:by": ["x", 1]}}),
        event(quantityList=[], epcList=[]),
        event("quantityList", readPoint={"id": "x:1"}, sensorElementList=[{"sensorReport": [{"type": "Mass"}]}]),
        event(sensorElementList=[{"sensorReport": [{"exception": "ALARM_CONDITION"}]}]),
        event(type="port:SaleEvent", note="x"),
        event(certificationInfo=["x:1", "x:2"]),
        {**AGGREGATION, "action": "DELETE"},
        {**TRANSFORMATION, "inputQuantityList": GOODS, "outputQuantityList": GOODS},
        {**TRANSFORMATION, "inputQuantityList": GOODS, "transformationID": "x:1"},
        {**event(errorDeclaration={"declarationTime": "2026-11-21T08:00:00Z", "reason": "did_not_occur"})},
    ],
)
def test_what_the_standard_allows_is_taken(changed: Any) -> None:
    assert wrong(raw(document(changed))) == []


@each(
    "sent, code",
    [
        (b"{", "epcis-not-json"),
        (b"\xff", "epcis-wrong-encoding"),
        (b'{"type": "\\ud800"}', "epcis-wrong-encoding"),
        (b'{"\\uDFFF": "\\ud83d\\ude00"}', "epcis-wrong-encoding"),
        (b'{"type": "\\ud83d\\ude00 \\\\ud800"}', "epcis-wrong-value"),
        (b"[]", "epcis-no-document"),
        (b'{"type": NaN}', "epcis-number"),
        (b'{"type": 1e999}', "epcis-number"),
        (b'{"type": ' + b"9" * 41 + b"}", "epcis-number"),
        (b'{"type": ' + b"9" * 5_000 + b"}", "epcis-number"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "epcis-too-deep"),
        (b"[" * 100_000, "epcis-too-deep"),
        (b" " * (MAX_DOCUMENT_BYTES + 1), "too-large"),
        (raw({"type": "ObjectEvent"}), "epcis-missing"),
        (raw(document(RECEIVED, epcisBody={})), "epcis-missing"),
        (raw(document(RECEIVED, **{"@context": ["x"]})), "epcis-wrong-value"),
        (raw({**document(RECEIVED), "type": 5}), "epcis-wrong-value"),
        (raw({**document(RECEIVED), "type": ["ObjectEvent"]}), "epcis-wrong-value"),
    ],
    ids=lambda value: value[:40] if isinstance(value, bytes) else value,
)
def test_what_is_no_document_is_refused_and_never_by_a_crash(sent: bytes, code: str) -> None:
    assert code in [found.code for found in wrong(sent)]


def test_a_name_that_stands_twice_is_warned_about() -> None:
    sent = raw(document(RECEIVED)).replace(b'"action": "OBSERVE"', b'"action": "ADD", "action": "OBSERVE"')
    assert [(found.code, found.warning) for found in read(sent).warnings] == [("epcis-name-twice", True)]


def test_a_measurement_of_a_later_vocabulary_is_warned_about() -> None:
    measured = event(sensorElementList=[{"sensorReport": [{"type": "MolarConcentration"}]}])
    assert [(found.code, found.warning) for found in check(document(measured))] == [("epcis-wrong-word", True)]


@each(
    "word, meant",
    [
        ("urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("urn:epcglobal:cbv:bizstep:shiping", "shipping"),
        ("http://ns.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-void_shiping", "void_shipping"),
        ("cbv:BizStep-recieving", "receiving"),
        ("shiping", "shipping"),
    ],
)
def test_the_word_that_is_meant_is_named_whatever_it_is_written_in(word: str, meant: str) -> None:
    (found,) = wrong(raw(document(event(bizStep=word))))
    assert (found.code, found.remedy_en.split("?")[0]) == ("epcis-wrong-word", f"do you mean {meant}")


def test_no_more_than_a_thousand_findings_are_listed() -> None:
    assert len(wrong(raw(document(*[{}] * 1_200)))) == 1_000


def edits(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Each place of a document with each of a few values in it, and each field left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        for other in (None, 7, "x", "urn:x:1", [], {}, True, ["OBSERVE"], {"id": "x"}):
            yield (*path, key), other
        yield from edits(one, (*path, key))


def edited(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    copy = json.loads(json.dumps(value))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    if other is None and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = other
    return copy


@pytest.mark.long
def test_whatever_gs1s_schema_refuses_is_refused() -> None:
    schema = jsonschema_rs.validator_for(
        json.loads(outside("EPCIS-JSON-Schema.json")[0].read_text()), validate_formats=True
    )
    taken = []
    for sample in outside("gs1/*.jsonld")[::4]:
        good = json.loads(sample.read_text())
        for path, other in islice(edits(good), 3_000):
            changed = edited(good, path, other)
            if not schema.is_valid(changed) and not wrong(raw(changed)):
                taken.append((sample.name, path, other))
    assert taken == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(RECEIVED)), JSON)
def test_any_value_in_any_field_is_taken_or_explained(name: str, value: Any) -> None:
    assert all(found.en and found.remedy_en for found in wrong(raw(document(event(**{name: value})))))


def test_the_samples_are_where_they_are_looked_for_or_nowhere() -> None:
    assert not OUTSIDE.parent.is_dir() or OUTSIDE.is_dir()
