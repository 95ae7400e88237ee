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


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


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
        ({"@context": []}, "", 0, ["epcis-missing"]),
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
