"""Consolidation, arrival and departure notes, by the cases of tests/specifications/export/transport.toml."""

from __future__ import annotations

from clean_trade import document, file_cases

from declarations.export import transport
from schemas.receipt_texts import words
from tests.tables import each

CASES = file_cases("export/transport")


@each("case", [case for case in CASES if "kind" in case.values[0]])
def test_what_notes_contradict(case):
    kind = case["kind"]
    if "other" in case:
        reasons = transport.compare_parts(document(kind, case["part"]), document(kind, case["other"]))
    else:
        reasons = transport.compare_with_list(
            document(kind, case.get("note")), document("export_inventory", case["list"])
        )
    assert [reason.rule for reason in reasons] == case["reasons"]
    if "fields" in case:
        assert [reason.values["field"] for reason in reasons] == case["fields"]
    for reason in reasons:
        assert words(reason.rule, reason.values) != words(reason.rule, reason.values, "en")
