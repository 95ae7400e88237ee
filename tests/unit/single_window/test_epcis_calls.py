"""EPCIS events are captured for a mailbox and found by the parameters of the standard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from serving_http import Answer, Client

from gateways.circumstances import Options
from single_window.store import mailboxes
from single_window.wiring import Window
from tests.api_keys import MAILBOX, bearer, issued
from tests.commands import run_command
from tests.databases import write_by
from tests.tables import each

ITEM, LOT = "urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/09521141012345/10/LOT1"
COMPANY = ("send_messages", "read_receipts")
LIMITS = {"gs1-epcis-version": "2.0", "gs1-epcis-capture-limit": "500"}
PALLET = "urn:epc:id:sscc:5200001.0111111146"
BASE = "/api/v1/epcis"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "disposition": "in_progress",
        "epcList": [ITEM],
        **fields,
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"x": "https://example.com/x/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


class Told:
    """A client in a sandbox of its own."""

    def __init__(self, client: Client, sandbox: str) -> None:
        self._client, self.sandbox = client, sandbox

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the API."""
        return self._client.call(method, path, body, **{"X-Sandbox": self.sandbox, **headers})

    def capture(self, *events: dict[str, Any], query: str = "", **headers: str) -> Answer:
        """Capture a document with these events: for the mailbox of a key, else for the one that is there."""
        return self.send(document(*events), query, **headers)

    def send(self, body: Any, query: str = "", **headers: str) -> Answer:
        """Capture a body."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = query or ("" if "Authorization" in headers else f"?mailbox={MAILBOX}")
        return self.call("POST", f"{BASE}/capture{named}", sent, **{"Content-Type": "application/ld+json", **headers})

    def pages(self, path: str) -> Iterator[list[Any]]:
        """The events of a query, page by page."""
        path = f"{BASE}{path}"
        while path:
            answer = self.call("GET", path)
            assert answer.status == 200, answer.body
            yield answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            path = answer.headers.get("Link", "").removeprefix("<").partition(">")[0]

    def found(self, query: str = "", path: str = "/events", **headers: str) -> list[Any]:
        """The events of a query."""
        answer = self.call("GET", f"{BASE}{path}{query}", **headers)
        assert answer.status == 200, answer.body
        events: list[Any] = answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return events


@pytest.fixture
def told(client: Client, served_window: Window, request: pytest.FixtureRequest) -> Told:
    name = f"e{abs(hash(request.node.name)) % 10**9}"
    served_window.make_sandbox(name, Options())
    write_by(served_window.engine, mailboxes.open_for, name, [MAILBOX])
    return Told(client, name)


@pytest.fixture
def filled(told: Told) -> Told:
    assert told.capture(*reversed(EVENTS)).json["taken"] == 4
    return told


def test_what_was_captured_is_told_by_its_location(told: Told) -> None:
    answer = told.capture(event(), event(action="ADD"))
    assert answer.status == 202
    assert {name.lower(): text for name, text in answer.headers.items()}.items() >= LIMITS.items()
    shown = told.call("GET", answer.headers["Location"]).json
    assert shown == answer.json
    assert (shown["success"], shown["running"], shown["sent"], shown["taken"], shown["errors"]) == (
        True,
        False,
        2,
        2,
        [],
    )
    assert shown["captureID"] == answer.headers["Location"].rpartition("/")[2]
    assert told.call("GET", f"{BASE}/capture/0").status == 404


def test_the_same_event_again_changes_nothing_and_its_correction_stands_beside_it(told: Told) -> None:
    said = {"declarationTime": "2026-11-21T08:00:00Z", "reason": "did_not_occur"}
    declared, again = event(errorDeclaration=said), event(errorDeclaration=dict(reversed(said.items())))
    assert [told.capture(one).json["taken"] for one in (event(), event(), declared, again)] == [1, 0, 1, 0]
    both = told.found()
    assert len({one["eventID"] for one in both}) == 1 and both[0]["eventID"].startswith("ni:///sha-256;")
    assert [("errorDeclaration" in one) for one in both].count(True) == 1


@each(
    "name, other",
    [
        ("action", event(action="ADD")),
        ("goods", event(epcList=[ITEM, "urn:x:2"])),
        ("time", event(eventTime="2026-11-20T08:00:01+08:00")),
        ("zone", event(eventTimeZoneOffset="+09:00")),
        ("note", event(**{"x:note": "y"})),
        ("lot", event(ilmd={"x:lot": "1"}, action="ADD")),
        ("type", event(type="TransactionEvent", bizTransactionList=[{"bizTransaction": "urn:x:3"}])),
    ],
)
def test_an_id_stands_for_one_event(told: Told, name: str, other: dict[str, Any]) -> None:
    said, other, unsaid = event(eventID=f"urn:x:{name}"), {**other, "eventID": f"urn:x:{name}"}, event()
    unsaid["epcList"] = [f"urn:x:{name}"]
    before = len(told.found("?perPage=100"))
    refused = told.capture(unsaid, said, other)
    assert (refused.status, refused.codes) == (400, ["epcis-same-id"])
    assert refused.json["findings"][0]["path"] == "/epcisBody/eventList/2/eventID"
    assert len(told.found("?perPage=100")) == before
    assert told.capture(said).json["taken"] == 1
    refused = told.capture(unsaid, other)
    assert (refused.status, refused.codes) == (400, ["epcis-same-id"])
    assert len(told.found("?perPage=100")) == before + 1
    assert told.send({**other, "@context": {"x": "https://example.com/x/"}}).json["findings"][0]["path"] == "/eventID"
    proceeded = told.capture(unsaid, other, **{"GS1-Capture-Error-Behaviour": "proceed"}).json
    assert (proceeded["sent"], proceeded["taken"], proceeded["success"]) == (2, 1, False)
    assert [(error["code"], error["document"]) for error in proceeded["errors"]] == [("epcis-same-id", 2)]


def test_what_is_remarked_on_is_taken_and_told(told: Told) -> None:
    other = event(epcList=["https://example.com/01/09521141012344/21/1"])
    answer = told.capture(event(), other).json
    assert (answer["taken"], answer["success"], answer["errors"]) == (2, True, [])
    (remark,) = answer["warnings"]
    assert (remark["code"], remark["path"]) == ("epcis-check-digit", "/epcisBody/eventList/1/epcList/0")
    assert "should be 5" in remark["en"]
    assert told.call("GET", f"{BASE}/capture/{answer['captureID']}").json == answer


def test_the_pages_of_events_before_1970_lose_nothing(told: Told) -> None:
    for year in ("0001", "1969", "1970", "9999"):
        told.capture(event(eventTime=f"{year}-06-01T00:00:00Z"))
    assert [len(page) for page in told.pages("/events?perPage=1")] == [1, 1, 1, 1]


PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}


def test_no_event_is_taken_that_was_not_looked_at(told: Told) -> None:
    wrong = event(bizStep="q", disposition="q", readPoint="q")
    del wrong["eventTime"]
    many = told.capture(*[wrong] * 400, event(), **PROCEED)
    assert many.status == 400 and len(many.json["findings"]) == 1_000 and told.found() == []
    remarked = [f"https://example.com/01/09521141012344/21/{number}" for number in range(60)]
    some = told.capture(*[event(epcList=remarked, eventID=f"urn:x:{one}") for one in range(30)], wrong, **PROCEED).json
    assert (some["taken"], len(some["warnings"]), {error["document"] for error in some["errors"]}) == (30, 100, {31})


def test_an_answer_to_a_query_is_not_captured_and_the_finding_says_so(told: Told) -> None:
    told.capture(event())
    answer = told.call("GET", f"{BASE}/events").json
    refused = told.send(answer)
    assert (refused.status, refused.codes) == (400, ["epcis-query-document"])


def test_the_same_event_in_other_words_is_the_same(told: Told) -> None:
    other = event(
        eventID="urn:x:1",
        eventTime="2026-11-20T00:00:00.000Z",
        bizStep="https://ref.gs1.org/cbv/BizStep-receiving",
        epcList=["https://example.com/01/10614141073464/21/2017"],
        recordTime="2026-11-20T08:00:00Z",
    )
    said = event(eventID="urn:x:1")
    assert told.capture(said, other, said).json["taken"] == 1
    again = told.capture(dict(reversed(other.items()))).json
    assert (again["sent"], again["taken"], again["success"]) == (1, 0, True)


@each("query", ["?mailbox=DXPENT0000000009", "?mailbox="])
def test_events_are_those_of_a_mailbox_that_is_there(told: Told, query: str) -> None:
    refused = told.capture(event(), query=query)
    assert (refused.status, refused.codes) == (404, ["unknown-mailbox"]) and told.found() == []


def test_an_event_keeps_the_prefixes_that_it_uses_and_a_document_is_bounded(told: Told) -> None:
    many = {f"p{number}": f"https://example.com/{number}/{'x' * 80}/" for number in range(1_000)}
    wide = document(*[event(eventID=f"urn:x:{number}", **{"y:note": "p7:z"}) for number in range(200)])
    wide["@context"] += [{**many, "y": "p8:y/"}, {"@base": "https://example.com/"}]
    assert told.send(wide).json["taken"] == 200
    assert told.found("?perPage=1")[0]["@context"] == [
        {"p7": many["p7"], "p8": many["p8"], "y": "p8:y/", "@base": "https://example.com/"}
    ]
    long = document(*[event(eventID=f"urn:x:l{number}", **{"y:note": 1}) for number in range(60)])
    long["@context"].append({"y": "https://example.com/" + "x" * 90_000})
    refused = told.send(long)
    assert (refused.status, refused.codes) == (400, ["epcis-too-much"])


def test_a_page_ends_where_it_is_large_and_loses_nothing(told: Told) -> None:
    long = [event(eventID=f"urn:x:{number}", **{"x:note": "y" * 90_000}) for number in range(15)]
    assert told.capture(*long).json["taken"] == 15
    pages = list(told.pages("/events?perPage=100"))
    assert [len(page) for page in pages] == [11, 4]
    assert {one["eventID"] for page in pages for one in page} == {one["eventID"] for one in long}


def test_an_event_is_given_back_as_it_was_told(told: Told) -> None:
    lot = [{"epcClass": LOT, "quantity": 12.50, "uom": "KGM"}]
    sent = event(quantityList=lot, eventID="urn:uuid:1", **{"x:note": {"x:by": ["y", 7]}})
    told.capture(sent)
    (given,) = told.found()
    assert given.pop("@context") == [{"x": "https://example.com/x/"}]
    assert given.pop("recordTime").endswith("Z")
    assert given == sent


def test_a_number_is_given_back_to_the_digit(told: Told) -> None:
    sent = json.dumps(document(event(quantityList=[{"epcClass": LOT, "quantity": 12.5}])))
    told.send(sent.replace("12.5", "12.500000000000000000001").encode())
    assert b'"quantity":12.500000000000000000001' in told.call("GET", f"{BASE}/events").body


def test_one_wrong_event_stops_all_or_itself_alone(told: Told) -> None:
    refused = told.capture(event(), event(bizStep="recieving"))
    assert refused.status == 400 and told.found() == []
    (finding,) = refused.json["findings"]
    assert (finding["code"], finding["document"], finding["path"]) == (
        "epcis-wrong-word",
        2,
        "/epcisBody/eventList/1/bizStep",
    )
    proceeded = told.capture(event(), event(bizStep="recieving"), **{"GS1-Capture-Error-Behaviour": "proceed"}).json
    assert (proceeded["success"], proceeded["sent"], proceeded["taken"]) == (False, 2, 1)
    assert [error["code"] for error in proceeded["errors"]] == ["epcis-wrong-word"]
    assert len(told.found()) == 1


@each(
    "body, headers, status",
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (json.dumps({**document(), "type": "EPCISQueryDocument"}).encode(), {}, 400),
        (json.dumps(document(*[event()] * 501)).encode(), {}, 413),
        (json.dumps(document(event())).encode(), {"GS1-Capture-Error-Behaviour": "maybe"}, 400),
        (json.dumps({"@context": "x:1", **event()}).encode(), {}, 202),
        (b"<epcis:EPCISDocument/>", {"Content-Type": "application/xml"}, 415),
        (b"<epcis:EPCISDocument/>", {}, 400),
        (json.dumps(document(event())).encode(), {"GS1-EPCIS-Version": "1.2"}, 415),
        (json.dumps(document(event())).encode(), {"GS1-EPCIS-Version": "2.0", "GS1-CBV-Min": "1.0"}, 202),
    ],
)
def test_what_is_no_document_is_refused(told: Told, body: bytes, headers: dict[str, str], status: int) -> None:
    answer = told.send(body, **headers)
    assert answer.status == status, answer.body


@each(
    "asked, status",
    [
        ({"Accept": "application/json"}, 200),
        ({"Accept": "*/*"}, 200),
        ({"Accept": "application/xml"}, 406),
        ({"GS1-EPCIS-Version": "1.2"}, 406),
        ({"GS1-EPCIS-Min": "2.1"}, 406),
        ({"GS1-EPCIS-Max": "1.2"}, 406),
        ({"GS1-CBV-Version": "two"}, 406),
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0.1"}, 200),
    ],
)
def test_events_are_told_in_what_was_asked_for_or_not_at_all(told: Told, asked: dict[str, str], status: int) -> None:
    assert told.call("GET", f"{BASE}/events", **asked).status == status


EVENTS = (
    event(eventTime="2026-11-20T08:00:00+08:00"),
    event(eventTime="2026-11-20T01:00:00Z", action="ADD", bizStep="https://ref.gs1.org/cbv/BizStep-commissioning"),
    event(eventTime="2026-11-21T08:00:00+08:00", epcList=[], quantityList=[{"epcClass": LOT}], disposition="recalled"),
    {
        **event(eventTime="2026-11-22T08:00:00+08:00", type="AggregationEvent", parentID=PALLET),
        "childEPCs": [ITEM],
    },
)  # fmt: skip
EVENTS[3].pop("epcList")


@each(
    "query, which",
    [
        ("", [0, 1, 2, 3]),
        ("?eventType=AggregationEvent", [3]),
        ("?eventType=AggregationEvent|ObjectEvent", [0, 1, 2, 3]),
        ("?EQ_action=ADD", [1]),
        ("?EQ_bizStep=commissioning", [1]),
        ("?EQ_bizStep=" + quote("https://ref.gs1.org/cbv/BizStep-receiving"), [0, 2, 3]),
        ("?EQ_disposition=recalled", [2]),
        ("?GE_eventTime=2026-11-21T00:00:00Z", [2, 3]),
        ("?LT_eventTime=2026-11-21T00:00:00Z", [0, 1]),
        ("?GE_eventTime=2026-11-20T01:00:00Z&LT_eventTime=2026-11-22T00:00:00Z", [1, 2]),
        ("?LT_recordTime=2000-01-01T00:00:00Z", []),
        ("?GE_recordTime=2000-01-01T00:00:00Z", [0, 1, 2, 3]),
        (f"?MATCH_epc={ITEM}", [0, 1, 3]),
        ("?MATCH_epc=" + quote("https://example.com/01/10614141073464/21/2017"), [0, 1, 3]),
        (f"?MATCH_parentID={ITEM}", []),
        ("?MATCH_parentID=urn:epc:id:sscc:5200001.0111111146", [3]),
        ("?MATCH_anyEPC=urn:epc:id:sscc:5200001.0111111146|urn:x:1", [3]),
        ("?MATCH_epcClass=urn:epc:class:lgtin:952114.0101234.LOT1", [2]),
        ("?MATCH_inputEPCClass=urn:epc:class:lgtin:952114.0101234.LOT1", []),
        (f"?MATCH_epc={ITEM}&eventType=ObjectEvent", [0, 1]),
        ("?EQ_eventID=urn:x:1", []),
        ("?EXISTS_errorDeclaration", []),
        ("?EQ_bizStep=urn:epcglobal:cbv:bizstep:commissioning", [1]),
        ("?EQ_bizStep=cbv:BizStep-commissioning", [1]),
        ("?EQ_bizStep=http://ns.gs1.org/cbv/BizStep-commissioning", [1]),
        ("?EQ_bizStep=https://example.com/step", []),
        ("?EQ_disposition=urn:epcglobal:cbv:disp:recalled", [2]),
        ("?EQ_disposition=https://ref.gs1.org/cbv/Disp-recalled|active", [2]),
        ("?MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.*", [0, 1, 3]),
        ("?MATCH_epc=urn:epc:idpat:sgtin:0614141.107346.2017", [0, 1, 3]),
        ("?MATCH_epc=urn:epc:idpat:sgtin:0614141.*.*", [0, 1, 3]),
        ("?MATCH_epc=urn:epc:idpat:sgtin:*.*.*", [0, 1, 3]),
        ("?MATCH_epc=urn:epc:idpat:sgtin:0614141.107347.*", []),
        ("?MATCH_epc=urn:epc:idpat:sgtin:0614142.*.*|urn:epc:idpat:sscc:*.*", []),
        ("?MATCH_parentID=urn:epc:idpat:sscc:5200001.*", [3]),
        ("?MATCH_parentID=urn:epc:idpat:sscc:5200002.*", []),
        ("?MATCH_anyEPC=urn:epc:idpat:sscc:5200001.*|urn:epc:idpat:sgtin:0614141.107346.*", [0, 1, 3]),
        ("?MATCH_anyEPC=urn:epc:idpat:sgtin:0614141.*.*&MATCH_parentID=urn:epc:idpat:sscc:*.*", [3]),
        ("?MATCH_epcClass=urn:epc:class:lgtin:952114.0101234.*", [2]),
        ("?MATCH_epcClass=urn:epc:idpat:lgtin:952114.*.*", [2]),
        ("?MATCH_anyEPCClass=urn:epc:class:lgtin:*.*.*", [2]),
        ("?MATCH_epcClass=urn:epc:idpat:sgtin:952114.0101234.*", []),
        ("?MATCH_epc=urn:epc:class:lgtin:952114.0101234.*", []),
    ],
)
def test_events_are_found_by_the_parameters_of_the_standard(filled: Told, query: str, which: list[int]) -> None:
    times = [EVENTS[number]["eventTime"] for number in which]
    assert [one["eventTime"] for one in filled.found(query)] == times


@each(
    "epc",
    [ITEM, "https://id.gs1.org/01/10614141073464/21/2017", quote("https://id.gs1.org/01/10614141073464/21/2017", "")],
)
def test_events_of_an_item_are_found_in_any_writing(filled: Told, epc: str) -> None:
    assert len(filled.found(path=f"/epcs/{epc}/events")) == 3


@each(
    "of, count",
    [
        ("urn:epc:idpat:sgtin:0614141.107346.*", 3),
        ("urn:epc:class:lgtin:952114.*.*", 1),
        ("urn:epc:idpat:sscc:5200001.*", 1),
        ("http://[::1", 0),
        ("2017", 0),
    ],
)
def test_events_of_a_pattern_are_found_by_their_address(filled: Told, of: str, count: int) -> None:
    assert len(filled.found(path=f"/epcs/{quote(of, '')}/events")) == count


@each(
    "wrong",
    [
        {"eventTime": "0001-01-01T00:00:00+14:00"},
        {"eventTime": "9999-12-31T23:59:59-14:00"},
        {"eventTime": "9999-12-31T23:59:60Z"},
        {"eventTime": "9999-12-31T23:59:59.9999Z"},
        {"errorDeclaration": {"declarationTime": "0001-01-01T00:00:00+14:00"}},
        {"epcList": ["http://[::1"]},
        {"readPoint": {"id": "http://[::1"}},
        {"eventID": "https://[/01/10614141073464"},
        *[
            {"type": "x:Own", **of_standard}
            for of_standard in (
                {"epcList": "urn:x:1"},
                {"epcList": [{"id": "urn:x:1"}]},
                {"childEPCs": 7},
                {"quantityList": ["urn:x:1"]},
                {"quantityList": [{"quantity": 1}]},
                {"inputQuantityList": {}},
                {"parentID": ["urn:x:1"]},
                {"readPoint": "urn:x:1"},
                {"bizLocation": {"name": "x"}},
                {"sourceList": "urn:x:1"},
                {"bizTransactionList": [7]},
                {"sensorElementList": [{"sensorReport": [7]}]},
                {"sensorElementList": [{"sensorMetadata": {"time": "now"}, "sensorReport": [{"type": "Mass"}]}]},
                {"persistentDisposition": {"set": 7}},
                {"bizStep": {}},
                {"action": []},
                {"disposition": 7},
            )
        ],
        {"type": "epcis:ObjectEvent"},
        {"type": ["ObjectEvent"]},
    ],
)
def test_a_value_that_no_event_has_is_refused_and_never_by_a_crash(told: Told, wrong: dict[str, Any]) -> None:
    refused = told.capture({**event(), **wrong})
    assert refused.status == 400 and refused.json["findings"][0]["remedy_en"]


@each(
    "right",
    [
        {"eventTime": "0001-01-01T14:00:00+14:00"},
        {"eventTime": "9999-12-31T23:59:59.999Z"},
        {"x:note": "http://[::1", "x:web": "http://a\u2100b/"},
        {"x:note": {"sourceList": "abc", "bizTransactionList": [7]}},
        {"readPoint": {"id": "http://[::1]:80/x", "sourceList": 7}},
        {"type": "x:Own", "note": "http://[::1", "epcisBody": 7},
    ],
)
def test_what_an_event_may_have_is_taken(told: Told, right: dict[str, Any]) -> None:
    assert told.capture({**event(), **right}).status == 202


def test_pages_lead_to_each_other_and_lose_nothing(filled: Told) -> None:
    seen = [one for page in filled.pages("/events?perPage=1&eventType=ObjectEvent") for one in page]
    assert [one["eventTime"] for one in seen] == [one["eventTime"] for one in EVENTS[:3]]


@each("serial", ["2017", "a/b", "a%b", "a?b", "a#b", "a%2Fb", "a&b=c", "a+b", "a b", "北京", "a;b", '"a>b"', "//", "."])
def test_the_pages_of_an_item_lose_nothing_whatever_its_identifier_has(told: Told, serial: str) -> None:
    quoted = quote(serial, "")
    for item in (
        f"urn:x:{quoted}",
        f"https://example.com/{quoted}",
        f"https://id.gs1.org/01/10614141073464/21/{quoted}",
    ):
        told.capture(*[event(epcList=[item], eventID=f"{item}:{number}") for number in range(5)])
        for path in (f"/epcs/{quote(item, '')}/events?perPage=2", f"/events?perPage=2&MATCH_epc={quote(item, '')}"):
            assert [len(page) for page in told.pages(path)] == [2, 2, 1], path


@each(
    "query",
    [
        "?GE_eventTime=yesterday",
        "?nextPageToken=x",
        "?nextPageToken=9999999999999999999999-a",
        "?perPage=0",
        "?EQ_action=" + "|".join(["ADD"] * 101),
        "?EQ_bizTransaction_po=urn:x:1",
        "?EXISTS_ilmd",
        "?orderBy=recordTime",
        "?eventCountLimit=1",
        "?persistentDisposition=active",
        "?GE_startTime=2026-11-21T00:00:00Z",
        "?x:note=y",
        "?eq_action=ADD",
        "?EQ_bizstep=receiving",
        "?EQ_acton=ADD",
        "?perpage=1",
        "?mailbox=DXPENT0000000001",
        "?=",
        "?EQ_action=BOGUS",
        "?EQ_action=ADD|add",
        "?EQ_action=|",
        "?eventType=Bogus",
        "?EQ_bizStep=recieving",
        "?EQ_bizStep=cbv:Disp-recalled",
        "?EQ_bizStep=urn:epcglobal:cbv:bizstep:recieving",
        "?EQ_disposition=https://ref.gs1.org/cbv/Disp-bogus",
        "?EQ_readPoint=gate",
        "?EQ_eventID=7",
        "?MATCH_epc=2017",
        "?MATCH_epc=http://[::1",
        "?MATCH_epc=urn:epc:id:sgtin:0614141.10734.2017",
        "?MATCH_epc=urn:epc:idpat:sgtin:0614141.*.2017",
        "?MATCH_epcClass=urn:epc:idpat:sgtin:0614141.1.*",
        "?GE_eventTime=0001-01-01T00:00:00%2B14:00",
        "?LT_eventTime=9999-12-31T23:59:59-14:00",
        "?LT_recordTime=9999-12-31T23:59:60Z",
        "?GE_eventTime=2026-11-21T00:00:00Z&GE_eventTime=2026-11-20T00:00:00Z",
        "?EXISTS_errorDeclaration=false",
    ],
)
def test_a_value_that_cannot_be_is_refused(told: Told, query: str) -> None:
    answer = told.call("GET", f"{BASE}/events{query}")
    assert answer.status in (400, 422) and answer.json["findings"]


def test_a_key_tells_and_reads_for_its_own_mailboxes(told: Told, served_window: Window) -> None:
    def key(wanted: tuple[str, ...], *mailboxes: str) -> dict[str, str]:
        return bearer(issued(served_window, told.sandbox, mailboxes, wanted))

    own = key(COMPANY, "DXPENT0000000001")
    other = key(COMPANY, "DXPENT0000000002", "DXPENT0000000003")
    officer = key(("act_as_officer",))
    mine = told.capture(event(), **own)
    assert mine.json["mailbox"] == "DXPENT0000000001"
    assert told.capture(event(), **other).status == 400
    assert told.capture(event(), **other, query="?mailbox=DXPENT0000000001").status == 404
    assert told.capture(event(), **other, query="?mailbox=DXPENT0000000002").json["taken"] == 1
    assert [len(told.found(**who)) for who in (own, other, officer)] == [1, 1, 2]
    assert told.call("GET", mine.headers["Location"], **other).status == 404
    assert told.call("GET", mine.headers["Location"], **own).status == 200
    assert told.capture(event(), **officer).status == 403


def test_a_text_of_any_length_is_kept_and_found(told: Told) -> None:
    long = "https://example.com/" + "x" * 15_000
    sent = event(bizStep=long, disposition=long, readPoint={"id": long}, epcList=[long], eventID=long)
    assert told.capture(sent).json["taken"] == 1
    (given,) = told.found("?EQ_action=OBSERVE")
    assert given["eventID"] == long and given["readPoint"] == {"id": long}
    refused = told.capture(event(**{"x:note": "y" * 100_000}))
    assert (refused.status, refused.json["findings"][0]["code"]) == (400, "epcis-event-too-large")


def test_what_would_take_long_is_refused_before_it_does(told: Told) -> None:
    many = told.capture(*[event(epcList=[f"urn:x:{number}" for number in range(100)])] * 101)
    assert (many.status, many.json["findings"][0]["code"]) == (400, "epcis-too-many-goods")
    slashes = "https://example.com" + "/01/x" * 15_000
    assert told.capture(event(epcList=[slashes])).json["taken"] == 1


def test_events_of_an_item_are_narrowed_by_the_other_parameters(filled: Told) -> None:
    assert len(filled.found("?EQ_action=ADD", path=f"/epcs/{ITEM}/events")) == 1


def test_the_commands_capture_and_find(tmp_path: Path) -> None:
    where = {"SINGLE_WINDOW_DATA": str(tmp_path / "data")}
    run_command("sandbox", "create", "goods", env=where, code=0)
    company = tmp_path / "company.csv"
    company.write_text(f"code,name,kinds,dxp_id\n3702961003,示例,merchant,{MAILBOX}\n")
    run_command("import", "participants", company, "--sandbox", "goods", env=where, code=0)
    file = tmp_path / "events.jsonld"
    file.write_text(json.dumps(document(*EVENTS)))
    goods, told = ("--sandbox", "goods"), ("--mailbox", MAILBOX, "--sandbox", "goods")
    assert "4 event(s) 事件, 4 new" in run_command("epcis", "capture", file, *told, env=where, code=0).output
    assert "4 event(s) 事件, 0 new" in run_command("epcis", "capture", file, *told, env=where, code=0).output
    shown = run_command("epcis", "events", "--limit", "3", *goods, env=where, code=0).output
    assert shown.count("Event ") == 3 and "There are more" in shown
    assert "There are more" not in run_command("epcis", "events", *goods, env=where, code=0).output
    found = run_command("epcis", "events", "--of", ITEM, "--step", "commissioning", *goods, env=where, code=0).output
    assert found.count("ObjectEvent") == 1 and ITEM in found
    file.write_text(json.dumps(document(EVENTS[0], {**EVENTS[1], "bizStep": "recieving"})))
    refused = run_command("epcis", "capture", file, *told, env=where, code=1).output
    assert "recieving" in refused
    assert "0 new" in run_command("epcis", "capture", file, "--proceed", *told, env=where, code=1).output
