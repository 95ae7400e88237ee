"""Statistics of a month, the same on the page and from the command: decisions by desk and action, and their hours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from declarations.calendar import HOUR, instant_of
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.cases import monthly, supervision
from single_window.cases.monthly import Month, MonthRowOut
from single_window.cases.supervision import quantile
from single_window.clock import Clock
from single_window.settings import Settings
from single_window.store.case_figures import ROWS_PER_QUERY, Scope, decision_timings
from single_window.store.engine import reading, writing
from single_window.store.tables import decision_log, work_case
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import ON_BOTH, kept_open, made_database, read_by
from tests.officers import signed_in
from tests.tables import each

pytestmark = ON_BOTH
FIRST = instant_of(date(2026, 10, 1))
OCTOBER = Month("2026-10", FIRST, instant_of(date(2026, 11, 1)))
HEADING = "month,desk,action,decisions,refused,timed,median_hours,p90_hours\r\n"
LISTS = "2026-10,review,conclude,11,1,10,5.00,9.00\r\n"
REST = "2026-10,refunds,approve,1,0,0,,\r\n2026-10,,suspend,1,0,0,,\r\n"


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """A window in whose October ten lists were concluded, after one to ten hours, and a decision was refused; a claim
    and a company that did not wait were decided, too; and one list just before the month and one just after it."""
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", OCTOBER.until - 1, 0, 0))
        lists = [("declaration", "in_review", "conclude", "done", FIRST + 20 * HOUR)] * 11
        others = [
            ("refund_claim", "in_review", "approve", "done", FIRST),
            ("registration", "registered", "suspend", "done", OCTOBER.until - 1),
            ("declaration", "in_review", "conclude", "done", FIRST - 1),
            ("declaration", "in_review", "conclude", "done", OCTOBER.until),
        ]
        with writing(opened.engine) as connection:
            for number, (subject, before, action, outcome, at) in enumerate([*lists, *others]):
                connection.execute(
                    insert(decision_log).values(
                        sandbox="s",
                        sequence=number + 1,
                        subject=subject,
                        subject_id=str(number),
                        by="li",
                        before=before,
                        action=action,
                        outcome="refused" if number == 0 else outcome,
                        filed_at=at,
                        answered_at=at,
                    )
                )
                if subject == "declaration":
                    connection.execute(
                        insert(work_case).values(
                            sandbox="s",
                            subject=subject,
                            subject_id=str(number),
                            desk="review",
                            waiting=0,
                            opened_at=at - number * HOUR,
                        )
                    )
        yield from kept_open(opened)


def test_decisions_of_a_month_are_counted_and_timed(window: Window) -> None:
    with reading(window.engine) as connection:
        assert supervision.of_month(connection, "s", Scope(), OCTOBER) == [
            MonthRowOut("2026-10", "review", "conclude", 11, 1, 10, 5.0, 9.0),
            MonthRowOut("2026-10", "refunds", "approve", 1, 0, 0, None, None),
            MonthRowOut("2026-10", "", "suspend", 1, 0, 0, None, None),
        ]
        assert [row.action for row in supervision.of_month(connection, "s", Scope(["refunds"]), OCTOBER)] == ["approve"]
        assert supervision.of_month(connection, "s", Scope(), Month("2026-01", 1, 2)) == []


def test_months_with_many_decisions_are_read_piece_by_piece_without_gap_or_repetition(window: Window) -> None:
    with writing(window.engine) as connection:
        connection.execute(
            insert(decision_log),
            [
                {
                    "sandbox": "s",
                    "sequence": 100 + number,
                    "answered_at": FIRST + number // 700,
                    "by": "li",
                    "outcome": "done",
                }
                for number in range(2 * ROWS_PER_QUERY)
            ],
        )
    sequences = [
        declaration.sequence
        for declaration in read_by(window.engine, decision_timings, "s", Scope(), OCTOBER.since, OCTOBER.until)
    ]
    assert len(sequences) == len(set(sequences)) == 2 * ROWS_PER_QUERY + 13


@each(
    ("text", "month"),
    [
        ("2026-10", OCTOBER),
        ("2026-12", Month("2026-12", instant_of(date(2026, 12, 1)), instant_of(date(2027, 1, 1)))),
        ("2026-13", None),
        ("2026-00", None),
        ("0000-01", None),
        ("9999-12", None),
        ("2026-1", None),
        ("2026-10-01", None),
        ("２０２６-10", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_month_is_four_figures_a_dash_and_two(text: str, month: Month | None) -> None:
    assert monthly.month_of(text) == month


@each(
    ("values", "part", "expected"),
    [
        ([], 0.5, None),
        ([7], 0.5, 7),
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1),
        ([3, 1, 2], 0.5, 2),
        (range(1, 11), 0.9, 9),
        (range(1, 12), 0.9, 10),
        ([5, 1], 0, 1),
        ([5, 1], 1, 5),
    ],
)
def test_a_quantile_is_one_of_the_values(values: list[int], part: float, expected: int | None) -> None:
    assert quantile(values, part) == expected


def test_the_page_gives_the_month_of_the_supervisors_desks(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "audit", role="auditor")
        answer = browser.get("/supervision/statistics.csv?sandbox=s&month=2026-10")
        assert answer.text == HEADING + LISTS + REST and answer.mimetype == "text/csv"
        assert "decisions-2026-10.csv" in answer.headers["Content-Disposition"]
        assert browser.get("/supervision/statistics.csv?sandbox=s").text == answer.text, "the present month"
        assert browser.get("/supervision/statistics.csv?sandbox=s&month=2026-13").status_code == 400
        browser = signed_in(client, window, "qian", agency="customs")
        assert browser.get("/supervision/statistics.csv?sandbox=s").text == HEADING + LISTS
        browser = signed_in(client, window, "li", role="reviewer")
        assert browser.get("/supervision/statistics.csv?sandbox=s").status_code == 403


def test_the_command_gives_the_same_as_table_csv_and_json(window: Window) -> None:
    if window.engine.dialect.name != "sqlite":
        pytest.skip("the command reads the same rows")
    command = ["audit", "statistics", "--data", str(window.settings.data), "--sandbox", "s", "--month"]
    assert run_command(*command, "2026-10", "--csv").stdout_bytes.decode() == HEADING + LISTS + REST
    answer = json.loads(run_command(*command, "2026-10", "--json").stdout)
    assert (answer["month"], answer["rows"][0]["p90_hours"], answer["rows"][1]["median_hours"]) == (
        "2026-10",
        9.0,
        None,
    )
    assert "5.00" in run_command(*command, "2026-10").stdout
    assert "nothing was decided" in run_command(*command, "2026-08", "--lang", "en").stdout
    wrong = run_command(*command, "2026-13")
    assert wrong.exit_code == 2 and "2026-13" in wrong.stderr
