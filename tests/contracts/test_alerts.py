"""Who is alerted about a case counts it until he has opened it; others, and other cases, stay as they are. Absences and
webhooks as both databases keep them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.circumstances import Options
from single_window.settings import Settings
from single_window.store import absences, alert_webhooks, alerts, decision_log
from single_window.store.absences import Absence
from single_window.store.alert_webhooks import AlertWebhook
from single_window.store.tables import case_alert
from single_window.wiring import Window, open_window
from single_window.work import resetting
from tests.databases import ON_BOTH, fetch, kept_open, read_by, write_by

pytestmark = ON_BOTH
CASE, OTHER = ("declaration", "7"), ("refund_claim", "7")


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    opened = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
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


def test_alerts_go_with_their_sandbox(window: Window) -> None:
    alert(window, CASE, "wang")
    kept = alert(window, CASE, "wang", sandbox="t")
    resetting.reset(window, "s", "zhao")
    assert (unseen(window, "wang"), unseen(window, "wang", "t")) == ([], [kept])
    assert len(fetch(window.engine, case_alert.select()).all()) == 1


def test_an_alert_is_claimed_by_one_and_due_again_when_it_failed(window: Window) -> None:
    write_by(window.engine, alert_webhooks.put, AlertWebhook("wang", "https://one.example/", "secret"))
    write_by(window.engine, alert_webhooks.put, AlertWebhook("wang", "https://two.example/", "other"))
    number = alert(window, CASE, "wang", "zhao")
    (due,) = read_by(window.engine, alert_webhooks.due, 10, 9)
    assert (due.sequence, due.account, due.address, due.subject_id) == (number, "wang", "https://two.example/", "7")
    claimed = [write_by(window.engine, alert_webhooks.claim, due, 40) for _ in range(2)]
    assert (claimed, read_by(window.engine, alert_webhooks.due, 30, 9)) == ([True, False], [])
    write_by(window.engine, alert_webhooks.settle, due, 40, 70, "HTTP 500")
    (again,) = read_by(window.engine, alert_webhooks.due, 70, 9)
    kept = read_by(window.engine, alert_webhooks.find, "wang")
    assert (again.attempts, kept and kept.last_error) == (1, "HTTP 500")
    assert write_by(window.engine, alert_webhooks.remove, "wang")
    assert not write_by(window.engine, alert_webhooks.remove, "wang")
    assert read_by(window.engine, alert_webhooks.due, 10**15, 9) == []


def test_an_absence_begins_is_handed_over_and_ends(window: Window) -> None:
    for absence in (Absence("wang", 10, 20, "li", "zhao"), Absence("wang", 10, 30), Absence("li", 40, 50)):
        write_by(window.engine, absences.put, absence)
    assert [each.account for each in read_by(window.engine, absences.all_from, 25)] == ["wang", "li"]
    assert read_by(window.engine, absences.absent, 29) == {"wang"}
    assert read_by(window.engine, absences.absent, 30) == set()
    (begun,) = read_by(window.engine, absences.begun, 10)
    write_by(window.engine, absences.note_handed_over, begun, 11)
    assert (begun.until_at, read_by(window.engine, absences.begun, 12)) == (30, [])
    assert write_by(window.engine, absences.remove, "wang", 10)
    assert not write_by(window.engine, absences.remove, "wang", 10)
