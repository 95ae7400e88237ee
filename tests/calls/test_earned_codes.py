"""Codes of refusal that are earned: every row of the tables can be sent, and the list of codes that nothing names can
only become shorter."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from schemas.receipt_texts import texts
from simulators.entry.windows import sample
from tests.calls import agency_codes, earned_codes, requested
from tests.calls.changed_messages import FLOWS, changed, read_changes
from tests.mutants.planting import ROOT

UNNAMED = Path(__file__).with_name("unnamed_codes.txt")
"""Codes that the program can answer with, and that no table, test, known fault or scenario names so far."""
REFUSALS = re.compile(r"-\d{4,6}|1[34]\d{3}|1313|13\d\d|130126|1[57-9]\d{3}|2[0-2]\d{3}")
"""Codes that refuse: the port's, customs', and those of the other agencies."""
PROGRAM, OUTSIDE = (
    ("declarations", "gateways", "single_window", "schemas"),
    ("simulators", "tests"),
)
TABLES, TEXTS = {".py", ".toml"}, {".py", ".toml", ".csv"}


@cache
def source(folders: tuple[str, ...], kinds: frozenset[str]) -> str:
    """All that stands in the files of some folders."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*")) if file.suffix in kinds)
    return "\n".join(file.read_text("utf-8") for file in files)


def answered() -> set[str]:
    """The codes of refusal that the program can answer with."""
    program = source(PROGRAM, frozenset(TABLES))
    return {code for code in texts() if REFUSALS.fullmatch(code) and f'"{code}"' in program}


def named() -> set[str]:
    """The codes that stand in a table, a test, a known fault or a scenario."""
    return set(re.findall(r"(?<![\w-])-?\d{4,6}(?!\w)", source(OUTSIDE, frozenset(TEXTS))))


@pytest.mark.parametrize("row", earned_codes.table(), ids=lambda row: f"{row.code} {row.message} {row.change}")
def test_each_row_changes_the_message_and_names_known_codes(row: earned_codes.EarnedCode) -> None:
    messages = sample(FLOWS.get(row.message, row.message), "earned", 0).messages
    earning, neighbour = (changed(messages, row.message, change) for change in (row.change, row.neighbour))
    assert earning not in (messages, neighbour)
    assert set(row.code.split("/")) <= set(texts()) or row.port == earned_codes.INVALID


@pytest.mark.parametrize("row", agency_codes.table(), ids=lambda row: f"{row.code} {row.message} {row.change}")
def test_each_row_about_an_agency_says_two_messages(row: agency_codes.AgencyCode) -> None:
    messages = sample(row.message, "agency", 0).messages
    earning, neighbour = (changed(messages, row.message, change) for change in (row.change, row.neighbour))
    assert earning != neighbour
    assert row.code in texts()


@pytest.mark.parametrize("row", requested.table(), ids=lambda row: f"{row.code} {row.message} {row.change}")
def test_each_row_about_a_request_says_two_messages(row: requested.RequestedChange) -> None:
    messages = sample(row.message, "requested", 0).messages
    changes = [change for change in (row.change, row.neighbour) if change != requested.NONE]
    assert len({changed(messages, row.message, change)[row.message] for change in changes}) == len(changes)
    assert row.code in {*texts(), "399"}


@pytest.mark.parametrize("written", ["qty", "-qty=1", "*qty=1", "=1", "qty[1]+=2"])
def test_what_is_no_change_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no change"):
        read_changes("621", written)


@pytest.mark.parametrize(
    ("written", "body"),
    [
        ("*b[2]", "<a><p:b>1</p:b><p:b>2</p:b><p:b>2</p:b></a>"),
        ("b=x", "<a><p:b>x</p:b><p:b>x</p:b></a>"),
        ("b[2]=x&", "<a><p:b>1</p:b><p:b>x&amp;</p:b></a>"),
        ("-b[1]", "<a><p:b>2</p:b></a>"),
        ("b+c=x", "<a><p:b>1</p:b><p:c>x</p:c><p:b>2</p:b></a>"),
        ("b[2]=x;-b[1]", "<a><p:b>x</p:b></a>"),
    ],
)
def test_a_message_is_changed_as_it_is_written(written: str, body: str) -> None:
    assert changed({"311": b"<a><p:b>1</p:b><p:b>2</p:b></a>"}, "311", written) == {"311": body.encode()}


def test_a_change_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError, match="no element b 3"):
        changed({"311": b"<a><b>1</b><b>2</b></a>"}, "311", "b[3]=x")


@pytest.mark.long
def test_codes_that_nothing_names_become_fewer() -> None:
    unnamed, listed = answered() - named(), set(UNNAMED.read_text("utf-8").split())
    print(f"{len(answered())} codes of refusal, {len(unnamed)} of them earned by nothing")
    assert unnamed - listed == set(), (
        "earn them in tests/calls (earned_codes.csv, agency_codes.csv, requested.csv) in a test or in a scenario"
    )
    assert listed - unnamed == set(), "these are named now: take them out of unnamed_codes.txt"
