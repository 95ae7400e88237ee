"""What a code means: command, API and reference page say the same, from the same records."""

from __future__ import annotations

import json
from typing import Any

from serving_http import Client

from schemas.receipt_texts import texts
from single_window.language import rule_records
from single_window.reference.pages import pages
from tests.commands import run_command
from tests.tables import each


def shown(*words: str, status: int = 0) -> str:
    result = run_command("rules", "show", *words, code=status)
    return result.output


@each("code", ["1320", "1332", "15019", "-301008/15019", "-301014", "14208.expired", "-10102", "17104"])
def test_command_and_api_say_the_same(client: Client, code: str) -> None:
    response = client.call("GET", f"/api/v1/rules/{code}")
    assert response.status == 200 and response.json == json.loads(shown("--json", "--", code))
    assert response.json["zh"] and response.json["en"] and response.json["fields"]
    assert response.json["remedy_zh"] in shown("--lang", "en", "--", code)


def test_a_check_names_its_kind_its_sentence_and_its_source() -> None:
    record = rule_records.record("-301008/15019")
    (check,) = record.checks
    assert (check.kind, check.source) == ("order", "S22 311, acturalPaid; rules 1.2, live order of 2023")
    (field,) = record.fields
    assert field.elements == ("acturalPaid", "goodsValue", "freight", "taxTotal", "discount")
    assert {row.kind for row in rule_records.record("15015").fields} >= {"waybill", "inventory", "export_order"}


@each("code", ["wrong-encoding", "habit-unit", "signature-value", "element-missing", "epcis-same-id"])
def test_a_finding_about_a_message_is_explained_too(client: Client, code: str) -> None:
    response = client.call("GET", f"/api/v1/rules/{code}")
    assert response.status == 200 and response.json == json.loads(shown("--json", "--", code))
    assert response.json["remedy_zh"] and response.json["remedy_zh"] in shown("--lang", "en", "--", code)


@each("code, near", [("13200", "1320"), ("-30108", "-301008"), ("1332x", "1332"), ("-301009/15019", "-301008/15019")])
def test_a_mistyped_code_is_answered_with_the_nearest(client: Client, code: str, near: str) -> None:
    response = client.call("GET", f"/api/v1/rules/{code}")
    assert response.status == 404 and response.codes == ["no-such-rule"]
    assert near in response.json["findings"][0]["expected"] and near in shown("--", code, status=1)


def test_all_codes_are_listed_page_by_page(client: Client) -> None:
    codes: list[str] = []
    after: Any = ""
    while after is not None:
        page = client.call("GET", f"/api/v1/rules?limit=400&after={after}").json
        codes += [rule["code"] for rule in page["rules"]]
        after = page["next"]
    assert codes == list(texts())
    of_payments = client.call("GET", "/api/v1/rules?kind=payment&limit=1000").json["rules"]
    assert {"1332", "1327"} <= {rule["code"] for rule in of_payments} < set(codes)
    assert client.call("GET", "/api/v1/rules?after=nothing").codes == ["no-such-rule"]


def test_the_reference_page_says_the_same() -> None:
    page = pages()["findings.md"]
    for record in rule_records.records():
        if record.remedy_en:
            assert record.remedy_zh in page and record.remedy_en.replace("|", "\\|") in page, record.code
