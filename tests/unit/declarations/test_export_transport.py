"""Consolidation, arrival and departure notes, by the cases of tests/specifications/export/transport.toml."""

from __future__ import annotations

from clean_trade import document, file_cases
from hypothesis import given
from hypothesis import strategies as st

from declarations.export import transport
from schemas.receipt_texts import words
from tests.tables import each

CASES = file_cases("export/transport")


@each("case", [case for case in CASES if "count" in case.values[0]])
def test_which_parts_are_missing(case):
    assert list(transport.find_missing_parts(case["count"], case["here"])) == case["missing"]


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


@given(st.integers(1, 40), st.sets(st.integers(1, 40)))
def test_what_is_here_and_what_is_missing_make_the_whole(count, here):
    result = transport.find_missing_parts(count, here)
    assert sorted({*result, *here} & set(range(1, count + 1))) == list(range(1, count + 1))
    assert not set(result) & here
