"""A document of a known key does what the tables of tests/specifications/submission say."""

from __future__ import annotations

from typing import Any

from clean_trade import cases

from declarations.submission import DeclaredState, StoredVersion, Submission, SubmissionDecision, decide, refusals_of
from schemas.receipt_texts import return_status, words
from tests.tables import each

KEY = {
    "ebc_code": "E",
    "order_no": "N",
    "pay_code": "P",
    "pay_transaction_id": "T",
    "logistics_code": "L",
    "logistics_no": "W",
    "agent_code": "A",
    "cop_no": "C",
    "operator_code": "O",
    "area_code": "R",
    "invt_no": "I",
    "co_el_no": "E",
    "msg_seq_no": "1",
}
CASES = [
    (kind, expected, case)
    for parameter in cases("submission")
    for case in parameter.values
    for kind, expected in case["kinds"].items()
]


def _decide(kind: str, case: dict[str, Any]) -> SubmissionDecision:
    stored = StoredVersion("20260601110000", "G1", "H1", case["stored"]) if "stored" in case else None
    assigned = case.get("assigned", ["", ""])
    listed = case.get("list") if kind not in {"inventory", "export_inventory"} else case.get("stored")
    submission = Submission(
        kind,
        case.get("app_type", "1"),
        case.get("app_status", "2"),
        case.get("app_time", "20260601120000"),
        case.get("guid", "G2"),
        case.get("content_hash", "H2"),
        tuple(case.get("numbers", ["", ""])),
    )
    return decide(submission, stored, DeclaredState(listed, *assigned) if listed else None)


@each(("kind", "expected", "case"), CASES, ids=[f"{kind}: {case['name']}" for kind, _, case in CASES])
def test_a_document_does_what_the_table_says(kind: str, expected: str, case: dict[str, Any]) -> None:
    decision = _decide(kind, case)
    rule = decision.reason.rule if decision.reason else ""
    arguments, _, code = expected.rpartition(" ") if " -" in expected else ("", "", "")
    assert (decision.action, rule) == (
        (arguments, code) if arguments else ("refuse", expected) if expected.startswith("-") else (expected, "")
    )
    if decision.reason:
        text = words(rule, {**KEY, **decision.reason.values})
        assert text == case.get("words", text)
        assert return_status(rule) == rule.partition("/")[0]
        assert words(rule, {**KEY, **decision.reason.values}, "en") != text


STORED, LIST = StoredVersion("20260601110000", "G1", "H1", "released"), DeclaredState("released", "P1", "I1")


@each(
    ("kind", "app_type", "app_time", "numbers", "rules"),
    [
        ("inventory", "2", "20260601120000", ("P1", "I1"), ["-621043"]),
        ("inventory", "2", "20260601100000", ("P1", "I1"), ["-621055", "-621043"]),
        ("inventory", "2", "20260601120000", ("P1", "I2"), ["-621999", "-621043"]),
        ("inventory", "2", "20260601100000", ("", ""), ["-621055", "-621053", "-621043"]),
        ("inventory", "1", "20260601100000", ("", ""), ["-621055", "-621041"]),
        ("order", "2", "20260601100000", ("", ""), ["-301014", "-301011"]),
    ],
)
def test_all_reasons_to_refuse_a_document_are_reported_the_port_s_answer_first(
    kind: str, app_type: str, app_time: str, numbers: tuple[str, str], rules: list[str]
) -> None:
    stored = STORED if kind == "inventory" else STORED._replace(state="declared")
    submission = Submission(kind, app_type, "2", app_time, "G2", "H2", numbers)
    codes = [reason.rule for reason in refusals_of(submission, stored, LIST)]
    first = decide(submission, stored, LIST).reason
    assert codes == rules and first is not None and first.rule == codes[0]


def test_the_same_document_again_has_no_other_fault() -> None:
    again = Submission("inventory", "2", "2", "20260601110000", "G1", "H1")
    assert [reason.rule for reason in refusals_of(again, STORED, LIST)] == ["-621055"]
    assert refusals_of(again._replace(kind="order", app_type="1"), None) == ()
