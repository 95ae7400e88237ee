"""Export messages that were damaged, swollen or mixed up are read, explained or refused, and never by a crash."""

from __future__ import annotations

import pytest
from golden import EVERY, sample, sample_text
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue import by_root
from schemas.parsing import Unreadable
from schemas.reading import open_message, read
from schemas.repeated_transfer import drop_repeated
from tests.tables import each

EXPORTS = [(root, edition) for root, edition in EVERY if by_root(root).flow == "export"]


def often(short: int, whole: int) -> pytest.MarkDecorator:
    """How many examples of a property are tried, in the quick suite and in the long proofs."""
    return pytest.mark.parametrize("examples", [short, pytest.param(whole, marks=pytest.mark.long)])


@often(50, 400)
def test_damaged_bytes_are_read_explained_or_refused(examples: int) -> None:
    settings(max_examples=examples)(given(st.sampled_from(EXPORTS), st.data())(damaged_bytes))()


def damaged_bytes(which: tuple[str, str], data: st.DataObject) -> None:
    root, edition = which
    whole = sample(root)
    place = data.draw(st.integers(0, len(whole) - 1))
    body = whole[:place] + data.draw(st.binary(max_size=3)) + whole[place + data.draw(st.integers(0, 40)) :]
    try:
        opened = open_message(body)
    except Unreadable as refused:
        assert refused.status in {400, 413, 415, 422}
        return
    drop_repeated(opened)
    message = read(opened, edition)
    assert bool(message.blocks) != bool(message.findings)


@often(25, 200)
def test_any_text_in_any_element_is_taken_or_explained(examples: int) -> None:
    texts = st.text("&<>\"'汉 \t\n\r\u00a0]]>A1", max_size=12)
    settings(max_examples=examples)(given(st.sampled_from(EXPORTS), texts)(text_in_elements))()


def text_in_elements(which: tuple[str, str], text: str) -> None:
    root, edition = which
    result = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    for start in ("<ceb:copNo>", "<ceb:trafMode>", "<ceb:appStatus>", "<ceb:msgSeqNo>", "<ceb:invtNo>", "<ceb:gmodel>"):
        before, outcome, rest = sample_text(root).partition(start)
        if outcome:
            message = read(open_message((before + start + result + rest[rest.index("<") :]).encode()), edition)
            assert bool(message.blocks) != bool(message.findings)
            assert all(finding.path.endswith(start[5:-1]) for finding in message.findings)


@pytest.mark.long
@each(
    ("root", "line"),
    [
        ("CEB507Message", "ArrivalList"),
        ("CEB509Message", "DepartureList"),
        ("CEB607Message", "WayBillList"),
        ("CEB701Message", "SummaryApplyList"),
    ],
)
def test_a_note_with_many_wrong_lines_is_explained_by_its_first_thousand(root: str, line: str) -> None:
    text = sample_text(root)
    start, end = text.index(f"<ceb:{line}>"), text.index(f"</ceb:{line}>") + len(f"</ceb:{line}>")
    wrong = text[start:end].replace("SF2022060100101", "S" * 33).replace("42402022E000000001", "4" * 21)
    body = (text[:start] + wrong * 3_000 + text[end:]).encode()
    findings = read(open_message(body)).findings
    assert len(findings) == 1_000 and findings[-1].code == "too-many-findings"
    assert findings[998].path.partition(f"/{line}[")[2].startswith("999]/")


@each(
    ("root", "line"),
    [("CEB509Message", "DepartureList"), ("CEB607Message", "WayBillList"), ("CEB701Message", "SummaryApplyList")],
)
def test_a_note_of_2018_holds_a_hundred_lines(root: str, line: str) -> None:
    text = sample_text(root)
    start, end = text.index(f"<ceb:{line}>"), text.index(f"</ceb:{line}>") + len(f"</ceb:{line}>")
    opened = open_message((text[:start] + text[start:end] * 101 + text[end:]).encode())
    assert read(opened).findings == ()
    (finding,) = read(opened, "2018").findings
    assert (finding.code, finding.expected, finding.found) == ("element-repeated", "≤ 100", "101")


def test_an_export_element_is_judged_by_the_export_schema() -> None:
    both = sample_text("CEB603Message").replace("CEB603Message", "CEB621Message")
    assert {finding.code for finding in read(open_message(both.encode())).findings} >= {"element-misplaced"}
