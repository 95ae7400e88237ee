"""EDIFACT interchanges are validated by the call and by the command, by the tables of their messages alone."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from serving_http import Client, sample

import schemas.edifact
from tests.commands import run_command
from tests.tables import each

SAMPLES = Path(schemas.edifact.__file__).parent / "samples"
RECEIPT = (SAMPLES / "RECADV_D96A.edi").read_bytes()
WRONG = RECEIPT.replace(b"QTY+194:480", b"QTY+194:many")


@each(
    "body, kind, edition, count, codes",
    [
        (RECEIPT, "RECADV:D96A", "EDIFACT 3", 1, []),
        (WRONG, "RECADV:D96A", "EDIFACT 3", 1, ["edifact-not-a-number"]),
        (RECEIPT.replace(b"'", b"'\r\n"), "RECADV:D96A", "EDIFACT 3", 1, []),
        (b"UNB+UNOC:3'", "", "EDIFACT", 0, ["edifact-missing-element"]),
        (b"UNA++++++", "", "EDIFACT", 0, ["edifact-service-string"]),
    ],
)
def test_the_call_says_type_count_and_findings(
    client: Client, body: bytes, kind: str, edition: str, count: int, codes: list[str]
) -> None:
    answer = client.call("POST", "/api/v1/validate", body, content_type="application/edifact")
    assert answer.status == 200
    found = [finding["code"] for finding in answer.json["findings"]]
    assert (answer.json["type"], answer.json["edition"], answer.json["count"]) == (kind, edition, count)
    assert found[: len(codes)] == codes and answer.json["valid"] is not bool(found)


def test_a_finding_has_its_place_and_its_remedy_in_both_languages(client: Client) -> None:
    (finding,) = client.call("POST", "/api/v1/validate", WRONG).json["findings"]
    at = WRONG.index(b"QTY+194:many")
    assert (finding["stage"], finding["path"], finding["line"]) == ("form", f"RECADV:1/11/QTY/1.2@{at}", 12)
    assert (finding["document"], finding["found"], finding["expected"]) == (1, "many", "n..15")
    assert "quantity (6060)" in finding["en"] and "数量（6060）" in finding["zh"]
    assert finding["remedy_en"] and finding["remedy_zh"]


def test_interchanges_and_messages_are_validated_in_their_order(client: Client) -> None:
    bodies = [RECEIPT, sample("311"), b'{"@context": 1', WRONG]
    sent: Any = {"messages": [b64encode(body).decode() for body in bodies]}
    answers = client.call("POST", "/api/v1/validate", json.dumps(sent).encode()).json["messages"]
    assert [answer["type"] for answer in answers] == ["RECADV:D96A", "CEB311Message", "", "RECADV:D96A"]
    assert [answer["valid"] for answer in answers] == [True, True, False, False]


def test_an_interchange_is_not_taken_as_a_message_of_the_window(client: Client) -> None:
    assert client.call("POST", "/api/v1/messages", RECEIPT).status >= 400


def test_the_command_counts_messages_and_fails_where_one_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.edi"
    wrong.write_bytes(WRONG)
    where = {"SINGLE_WINDOW_DATA": str(tmp_path / "data")}
    result = run_command("validate", SAMPLES / "RECADV_D96A.edi", wrong, code=1, env=where)
    assert "RECADV:D96A, edition EDIFACT 3, 1 message(s): no finding" in result.output
    assert "[edifact-not-a-number]" in result.output and "RECADV:1/11/QTY/1.2@" in result.output
    answer = json.loads(run_command("validate", wrong, "--json", code=1, env=where).output)
    assert answer["valid"] is False and answer["findings"][0]["found"] == "many"
