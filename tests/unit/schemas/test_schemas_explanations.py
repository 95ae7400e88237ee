"""A refused message is explained: every finding with place, expectation and remedy, in both languages."""

from __future__ import annotations

import re
from typing import Any

from composing import table
from golden import sample_text

from schemas.findings import Finding
from schemas.reading import open_message, read
from schemas.validation import MAX_FINDINGS, explain
from schemas.wording import words
from tests.tables import each

CHINESE = re.compile("[\u4e00-\u9fff]")
CASES = table("explanations.toml")["case"]


def broken(case: dict[str, Any]) -> str:
    text = sample_text(case["message"])
    for old, new in case.get("replace", []):
        assert old in text, f"{case['message']} has no {old}"
        text = text.replace(old, new, 1)
    if case.keys() & {"without_signature", "signature_before_transfer"}:
        start, rest = text.split("<ds:Signature", 1)
        signature, end = rest.split("</ds:Signature>", 1)
        text = start + end
        if "signature_before_transfer" in case:
            text = text.replace("<ceb:BaseTransfer>", f"<ds:Signature{signature}</ds:Signature><ceb:BaseTransfer>")
    return text


def matches(finding: Finding, expected: dict[str, Any]) -> bool:
    whole = ("code", "path", "expected", "found")
    parts = ("zh", "en", "remedy_zh", "remedy_en")
    return (
        (finding.document or 0) == expected["document"]
        and all(getattr(finding, name) == expected[name] for name in whole if name in expected)
        and all(expected[name] in getattr(finding, name) for name in parts if name in expected)
    )


@each("case", CASES, ids=lambda case: case["name"])
def test_findings_are_as_the_table_says(case: dict[str, Any]) -> None:
    findings = read(open_message(broken(case).encode())).findings
    assert len(findings) == len(case["findings"]), findings
    assert [finding.line for finding in findings] == sorted(finding.line or 0 for finding in findings)
    for expected in case["findings"]:
        assert any(matches(finding, expected) for finding in findings), (expected, findings)


@each("case", CASES, ids=lambda case: case["name"])
def test_every_finding_has_words_remedy_and_line_in_both_languages(case: dict[str, Any]) -> None:
    for finding in read(open_message(broken(case).encode())).findings:
        assert finding.zh and finding.en and finding.remedy_zh and finding.remedy_en and finding.line
        assert "{" not in finding.zh + finding.en + finding.remedy_zh + finding.remedy_en
        assert not CHINESE.search(finding.en)


def test_findings_come_in_the_order_of_the_lines() -> None:
    text = sample_text("CEB311Message").replace("<ceb:unit>125", "<ceb:unit>1")
    text = text.replace("<ceb:appType>1", "<ceb:appType>")
    findings = read(open_message(text.encode())).findings
    assert [finding.path.rpartition("/")[2] for finding in findings] == ["appType", "unit"]
    lines = text.splitlines()
    assert [finding.path.rpartition("/")[2] in lines[(finding.line or 0) - 1] for finding in findings] == [True, True]


def test_a_finding_names_its_document() -> None:
    text = sample_text("CEB411Message")
    start, end = text.index("<ceb:Payment>"), text.index("</ceb:Payment>") + len("</ceb:Payment>")
    good = text[start:end]
    bad = good.replace("<ceb:payTime>2022", "<ceb:payTime>")
    [finding] = read(open_message((text[:start] + good * 36 + bad + good + text[end:]).encode())).findings
    assert finding.document == 37
    assert finding.path == "/CEB411Message/Payment[37]/PaymentHead/payTime"


def test_at_most_a_thousand_findings_are_reported_and_the_last_says_so() -> None:
    text = sample_text("CEB411Message")
    start, end = text.index("<ceb:Payment>"), text.index("</ceb:Payment>") + len("</ceb:Payment>")
    bad = (
        text[start:end]
        .replace("1</ceb:", "11111111111111111111</ceb:")
        .replace("青岛", "青" * 100)
        .replace("<ceb:telephone>", f"<ceb:telephone>{'1' * 60}")
        .replace("<ceb:note></ceb:note>", "<ceb:nota/><ceb:notb/>" * 6)
    )
    findings = read(open_message((text[:start] + bad * 100 + text[end:]).encode())).findings
    assert len(findings) == MAX_FINDINGS
    assert findings[-1].code == "too-many-findings"


def test_a_valid_message_has_nothing_to_explain() -> None:
    assert explain(open_message(sample_text("CEB621Message").encode()), "2022-05") == []


def test_the_words_of_every_code_are_complete() -> None:
    for code, texts in words().items():
        assert all(texts), code
        assert CHINESE.search(texts.zh) and CHINESE.search(texts.remedy_zh), code
        assert not CHINESE.search(texts.en + texts.remedy_en), code


@each(("wrapped", "names"), [("Inventory", {"InventoryHead", "InventoryList"})])
def test_what_stands_outside_of_its_parent_is_told_so(wrapped: str, names: set[str]) -> None:
    text = sample_text("CEB603Message")
    outside = text.replace(f"<ceb:{wrapped}>", "", 1).replace(f"</ceb:{wrapped}>", "", 1)
    found = read(open_message(outside.encode())).findings
    assert {finding.code for finding in found} == {"element-outside"}
    assert {finding.found for finding in found} == names
    assert all(finding.expected == f"{wrapped}/{finding.found}" for finding in found)


def test_the_stand_in_that_the_standard_prescribes_is_no_stand_in() -> None:
    """没有条形码填“无”."""
    found = read(open_message(sample_text("CEB603Message").encode())).findings
    assert [finding for finding in found if finding.code == "habit-placeholder"] == []
