"""Who is alerted about a case counts it until he has opened it; others, and other cases, stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.records import Options
from single_window.store import alerts, decision_log
from single_window.wiring import Window
from tests.databases import kept_open, read_by, window_in, write_by

CASE, OTHER = ("declaration", "7"), ("refund_claim", "7")


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    for sandbox in ("s", "t"):
        opened.make_sandbox(sandbox, Options())
    yield from kept_open(opened)


def alert(window: Window, key: tuple[str, str], *accounts: str, sandbox: str = "s") -> int:
    number: int = write_by(
        window.engine, decision_log.append_notes, sandbox, [key], decision_log.NOTED, ("li", "reviewer"), "text", 5
    )
    write_by(window.engine, alerts.add, sandbox, accounts, key, number)
    return number


def unseen(window: Window, account: str, sandbox: str = "s") -> list[int]:
    rows = read_by(window.engine, alerts.unseen, sandbox, account, 9)
    assert read_by(window.engine, alerts.count, sandbox, account, 9) == len(rows)
    return [row.sequence for row in rows]


def test_each_is_told_once_of_each_row_newest_first(window: Window) -> None:
    first, second = alert(window, CASE, "wang", "zhao", "wang"), alert(window, OTHER, "wang")
    assert (unseen(window, "wang"), unseen(window, "zhao"), unseen(window, "li")) == ([second, first], [first], [])
    assert read_by(window.engine, alerts.count, "s", "wang", 1) == 1


def test_who_opens_a_case_has_seen_what_is_about_it(window: Window) -> None:
    first, second = alert(window, CASE, "wang", "zhao"), alert(window, OTHER, "wang")
    elsewhere = alert(window, CASE, "wang", sandbox="t")
    opened = read_by(window.engine, alerts.unseen_of, "s", "wang", [CASE])
    assert opened == [first]
    write_by(window.engine, alerts.see, "s", "wang", opened, 9)
    assert (unseen(window, "wang"), unseen(window, "zhao")) == ([second], [first])
    assert unseen(window, "wang", "t") == [elsewhere]


def test_rows_about_a_case_are_found_oldest_first(window: Window) -> None:
    first, _, third = alert(window, CASE), alert(window, OTHER), alert(window, CASE)
    rows = read_by(window.engine, decision_log.of_subjects, "s", [CASE], {decision_log.NOTED}, 9)
    assert [row.sequence for row in rows] == [first, third]
    newest = read_by(window.engine, decision_log.of_subjects, "s", [CASE], {decision_log.NOTED}, 1)
    assert [row.sequence for row in newest] == [third]
    assert not read_by(window.engine, decision_log.of_subjects, "s", [CASE], {decision_log.GIVEN}, 9)
