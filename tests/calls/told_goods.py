"""EPCIS events: taken once, corrected beside what they correct, found by the parameters of the standard, whatever way
an identifier is written (`told_goods.csv`), and refused where one is wrong."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox
from tests.calls.statuses import status_of_call

MOMENT = "2026-11-24T08:00:00+08:00"
_MAILBOX = "DXPENT0000000001"
_ITEM, _LOT = "urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/09521141012345/10/LOT1"
_CAPTURE = f"/epcis/capture?mailbox={_MAILBOX}"
_TOLD = {"type": "ObjectEvent", "eventTimeZoneOffset": "+08:00", "action": "OBSERVE", "bizStep": "receiving"}
_EVENTS: Sequence[Mapping[str, Any]] = (
    {**_TOLD, "eventTime": "2026-11-20T08:00:00+08:00", "epcList": [_ITEM], "eventID": "urn:x:first"},
    {**_TOLD, "eventTime": "2026-11-20T01:00:00Z", "epcList": [_ITEM], "action": "ADD", "bizStep": "commissioning"},
    {
        **_TOLD,
        "eventTime": "2026-11-21T08:00:00+08:00",
        "quantityList": [{"epcClass": _LOT, "quantity": 12}],
        "disposition": "recalled",
        "readPoint": {"id": "https://id.gs1.org/414/9521141000014"},
    },
    {
        **_TOLD,
        "type": "AggregationEvent",
        "eventTime": "2026-11-22T08:00:00+08:00",
        "parentID": "urn:epc:id:sscc:5200001.0111111146",
        "childEPCs": [_ITEM],
    },
)


def wrong(client: WindowClient) -> Iterator[str]:
    """Yield what is wrong;."""
    with fresh_sandbox(client, "goods", "tests", MOMENT) as sandbox:
        body = f"code,name,kinds,dxp_id\n3702961003,示例,merchant,{_MAILBOX}\n".encode()
        sandbox.call("PUT", "/master-data/participants", body=body, headers={"Content-Type": "text/csv"})
        wrong = {**_EVENTS[0], "bizStep": "recieving"}
        if (status := status_of_call(sandbox, "POST", _CAPTURE, body=_document(wrong))) != 400:
            yield f"an event with a misspelt step is answered with HTTP {status}"
        for number, expected in enumerate((4, 0)):
            if (taken := _captured(sandbox, *reversed(_EVENTS))) != expected:
                yield f"of four events {taken} are taken as new, not {expected}, at time {number + 1}"
        yield from _queries(sandbox)
        yield from _corrected(sandbox)


def _queries(sandbox: SandboxClient) -> Iterator[str]:
    times = [event["eventTime"] for event in _EVENTS]
    for row in csv.DictReader(Path(__file__).with_name("told_goods.csv").read_text("utf-8").splitlines()):
        got = [event["eventTime"] for event in _found(sandbox, dict(parse_qsl(row["query"])))]
        if got != [times[int(number)] for number in row["found"].split()]:
            yield f"events by [{row['query']}]: {got}, not those of {row['found'] or 'none'}"
    for strange in ("EQ_bizTransaction_po=urn:x:1", "EXISTS_ilmd=true", "orderBy=recordTime", "EQ_action=BOGUS", "x=1"):
        if (status := status_of_call(sandbox, "GET", f"/epcis/events?{strange}")) != 400:
            yield f"a query by [{strange}], which is not understood, is answered with HTTP {status}"
    paged = _found(sandbox, {"perPage": "1"})
    if [event["eventTime"] for event in paged] != times[:1]:
        yield f"a page of one event has {len(paged)}"


def _corrected(sandbox: SandboxClient) -> Iterator[str]:
    declared = {"declarationTime": "2026-11-23T08:00:00Z", "reason": "did_not_occur"}
    taken = [_captured(sandbox, {**_EVENTS[0], "errorDeclaration": declared}) for _ in range(2)]
    both = _found(sandbox, {"EQ_eventID": "urn:x:first"})
    alone = _found(sandbox, {"EXISTS_errorDeclaration": "true"})
    if ["errorDeclaration" in event for event in alone] != [True]:
        yield f"of one correction {len(alone)} are found"
    if taken != [1, 0] or [("errorDeclaration" in event) for event in both].count(True) != 1 or len(both) != 2:
        yield f"a correction told twice is taken as {taken}, and {len(both)} events have its id"


def _captured(sandbox: SandboxClient, *events: Mapping[str, Any]) -> int:
    return int(sandbox.call("POST", _CAPTURE, json=_whole(*events))["taken"])


def _found(sandbox: SandboxClient, query: Mapping[str, str]) -> Sequence[Any]:
    answer = sandbox.call("GET", "/epcis/events", query=query)
    events: Sequence[Any] = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def _whole(*events: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def _document(*events: Mapping[str, Any]) -> bytes:
    return json.dumps(_whole(*events)).encode()
