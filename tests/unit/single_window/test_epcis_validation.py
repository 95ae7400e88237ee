"""EPCIS documents are validated by the call and by the command, by their standard alone."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from serving_http import Client, sample

from tests.commands import run_command
from tests.tables import each

RECEIVED = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-20T08:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "receiving",
    "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
}
ID = "ni:///sha-256;"
GTIN, OTHER = "https://id.gs1.org/01/0952114101234", "https://example.com/01/0952114101234"
PACKED = {**{name: value for name, value in RECEIVED.items() if name != "epcList"}, "childEPCs": ["urn:x:1"]}
PACKED["type"] = "AggregationEvent"
ACTIONS, SAME = ("ADD", "OBSERVE", "ADD"), ["epcis-same-id"]
MALFORMED = ["epcis-malformed-key"]


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def answered(*events: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """A query document."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}, **beside}
    return {**document(), "type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}}


def validation_of(client: Client, body: Any) -> Any:
    answer = client.call("POST", "/api/v1/validate", json.dumps(body).encode())
    assert answer.status == 200
    return answer.json


@each(
    "body, kind, count, codes",
    [
        (document(RECEIVED, RECEIVED), "EPCISDocument", 2, []),
        ({"@context": "urn:x:1", **RECEIVED}, "ObjectEvent", 1, []),
        (document({**RECEIVED, "bizStep": "recieving"}), "EPCISDocument", 0, ["epcis-wrong-word"]),
        (document({**RECEIVED, "eventID": f"{ID}00?ver=CBV2.0"}), "EPCISDocument", 1, ["epcis-other-id"]),
        (document({**RECEIVED, "eventID": f"{ID}00?ver=CBV2.1"}), "EPCISDocument", 1, []),
        (document({**RECEIVED, "epcList": [f"{GTIN}4/21/1"]}), "EPCISDocument", 0, ["epcis-check-digit"]),
        (document({**RECEIVED, "epcList": [f"{OTHER}4/21/1"]}), "EPCISDocument", 1, ["epcis-check-digit"]),
        (document({**RECEIVED, "epcList": [f"{GTIN}5/21/1", f"{OTHER}5/21/1"]}), "EPCISDocument", 1, []),
        (document({**RECEIVED, "readPoint": {"id": "urn:epc:id:sgln:952114.1.0"}}), "EPCISDocument", 0, MALFORMED),
        (document({**RECEIVED, "epcList": ["urn:epc:id:sgtin:0614141.107346"]}), "EPCISDocument", 0, MALFORMED),
        (document({**RECEIVED, "bizStep": "cbv:BizStep-bogus"}), "EPCISDocument", 0, ["epcis-wrong-word"]),
        (document({**PACKED, "action": "ADD"}), "EPCISDocument", 0, ["epcis-missing"]),
        (document({**PACKED, "action": "DELETE"}), "EPCISDocument", 0, ["epcis-missing"]),
        (document(PACKED), "EPCISDocument", 1, []),
        (document(*[{**RECEIVED, "eventID": "urn:x:1", "action": one} for one in ACTIONS]), "EPCISDocument", 3, SAME),
        (document(*[RECEIVED] * 501), "EPCISDocument", 501, ["epcis-too-many-events"]),
        (answered(RECEIVED), "EPCISQueryDocument", 1, ["epcis-query-document"]),
        ({"@context": []}, "", 0, ["epcis-missing"]),
        (RECEIVED, "ObjectEvent", 0, ["epcis-missing"]),
        ([RECEIVED], "", 0, ["epcis-no-document"]),
        ({"@context": [], "type": 5}, "", 0, ["epcis-wrong-value"]),
    ],
)
def test_the_call_says_type_count_and_findings(
    client: Client, body: Any, kind: str, count: int, codes: list[str]
) -> None:
    validation = validation_of(client, body)
    found = [finding["code"] for finding in validation["findings"]]
    assert (validation["type"], validation["count"], found[: len(codes)]) == (kind, count, codes)
    assert validation["valid"] is all(finding["warning"] for finding in validation["findings"])
    assert bool(found) is bool(codes)


def test_what_an_answer_says_is_ignored_is_ignored_in_its_ids(client: Client) -> None:
    event = {**RECEIVED, "x:note": "y"}
    (finding,) = validation_of(client, document({**event, "eventID": f"{ID}00?ver=CBV2.0"}))["findings"]
    other = validation_of(client, answered({**event, "eventID": finding["expected"]}))
    assert [one["code"] for one in other["findings"]] == ["epcis-query-document"]
    without = answered({**event, "eventID": finding["expected"]}, **{"x:ignoreFields": ["x:note"]})
    assert [one["code"] for one in validation_of(client, without)["findings"]][1:] == ["epcis-other-id"]


def test_a_misspelt_word_is_answered_by_the_nearest(client: Client) -> None:
    (finding,) = validation_of(client, document({**RECEIVED, "bizStep": "recieving"}))["findings"]
    assert finding["path"] == "/epcisBody/eventList/0/bizStep"
    assert "receiving" in finding["remedy_en"] and "receiving" in finding["remedy_zh"]


def test_documents_of_both_kinds_are_validated_in_their_order(client: Client) -> None:
    bodies = [json.dumps(document(RECEIVED)).encode(), sample("311"), b"{", b'{"@context": 1']
    sent = {"messages": [b64encode(body).decode() for body in bodies]}
    answers = client.call("POST", "/api/v1/validate", json.dumps(sent).encode()).json["messages"]
    assert [answer["type"] for answer in answers] == ["EPCISDocument", "CEB311Message", "", ""]
    assert [bool(answer["findings"]) for answer in answers] == [False, False, True, True]
    assert answers[3]["findings"][0]["code"] == "epcis-not-json"


def test_the_command_counts_events_and_fails_where_one_is_wrong(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonld", tmp_path / "bad.jsonld"
    good.write_text(json.dumps(document(RECEIVED)))
    bad.write_text(json.dumps(document({**RECEIVED, "action": "add"})))
    result = run_command("validate", good, bad, code=1, env={"SINGLE_WINDOW_DATA": str(tmp_path / "data")})
    assert "EPCISDocument, edition 2.0, 1 event(s): no finding" in result.output
    assert "/epcisBody/eventList/0/action" in result.output and "ADD / OBSERVE / DELETE" in result.output
