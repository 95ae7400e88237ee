"""EDIFACT interchanges are validated by the call and by the command, by the tables of their messages alone."""

from __future__ import annotations

from pathlib import Path

from serving_http import Client

import schemas.edifact
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


@each(
    "sample, part, codes",
    [
        ("RECADV_D96A", "QTY+194:", ["edifact-negative"]),
        ("DESADV_D01B", "QTY+12:", ["edifact-negative"]),
        ("COARRI_D95B", "MEA+AAE+G+KGM:", ["edifact-negative"]),
        ("BAPLIE_D95B", "MEA+WT++KGM:", ["edifact-negative"]),
        ("INVRPT_D96A", "QTY+61:", []),
        ("SLSRPT_D01B", "QTY+61:", []),
    ],
)
def test_what_is_measured_sent_or_received_is_not_below_zero(
    client: Client, sample: str, part: str, codes: list[str]
) -> None:
    body = (SAMPLES / f"{sample}.edi").read_text("latin-1").replace(part, f"{part}-", 1)
    path = "/api/v1/validate?trial=false"
    answer = client.call("POST", path, body.encode("latin-1"), content_type="application/edifact")
    found = [finding for finding in answer.json["findings"] if finding["code"] == "edifact-negative"]
    assert [finding["code"] for finding in found] == codes and answer.json["valid"]
    assert all(finding["warning"] and "{" not in finding["en"] and finding["zh"] for finding in found)


def test_quantities_that_are_no_numbers_are_refused_and_not_added(client: Client) -> None:
    body = (
        (SAMPLES / "RECADV_D01B.edi").read_text("latin-1").replace(":480:", ":9E999999:").replace(":500:", ":9E999999:")
    )
    body = body.replace("CNT+2:2", "CNT+1:2").encode("latin-1")
    answer = client.call("POST", "/api/v1/validate", body, content_type="application/edifact")
    assert (answer.status, [finding["code"] for finding in answer.json["findings"]]) == (
        200,
        ["edifact-not-a-number"] * 2,
    )


def test_a_finding_has_its_place_and_its_remedy_in_both_languages(client: Client) -> None:
    (finding,) = client.call("POST", "/api/v1/validate", WRONG).json["findings"]
    at = WRONG.index(b"QTY+194:many")
    assert (finding["stage"], finding["path"], finding["line"]) == ("form", f"RECADV:1/11/QTY/1.2@{at}", 12)
    assert (finding["document"], finding["found"], finding["expected"]) == (1, "many", "n..15")
    assert "quantity (6060)" in finding["en"] and "数量（6060）" in finding["zh"]
    assert finding["remedy_en"] and finding["remedy_zh"]


def test_an_interchange_is_not_taken_as_a_message_of_the_window(client: Client) -> None:
    assert client.call("POST", "/api/v1/messages", RECEIPT).status >= 400
