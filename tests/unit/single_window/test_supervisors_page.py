"""The page of whoever watches over desks: what waits how long, what came and was decided, by whom, with what result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from declarations.calendar import HOUR, instant_of
from gateways.circumstances import Options
from single_window.accounts.people import OPERATOR, Person
from single_window.api.app import create_app
from single_window.cases import supervision
from single_window.clock import Clock, system_now
from single_window.frame.desks import overdue, scope_of
from single_window.settings import Settings
from single_window.store import case_figures
from single_window.store.case_figures import Inspected, Scope
from single_window.store.desks import desks
from single_window.store.engine import reading, writing
from single_window.store.tables import decision_log, declaration, participant, work_case
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, kept_open, made_database, read_by
from tests.officers import signed_in
from tests.tables import each

pytestmark = ON_BOTH
WEDNESDAY = date(2026, 11, 11)
NOON = instant_of(WEDNESDAY, 12)
ALL = Scope()
CUSTOMS = Person("qian", "supervisor", "钱", "customs")


def waits(connection: Connection, number: int, opened: int, desk: str = "review", **more: object) -> None:
    """A case; the others of its facts are those of a list of Qingdao that waits in review and is not overdue."""
    connection.execute(
        insert(work_case).values(
            {
                "sandbox": "s",
                "subject": "declaration",
                "subject_id": str(number),
                "desk": desk,
                "office": "4227",
                "state": "in_review",
                "declaration_id": number,
                "company": "3702960A73",
                "opened_at": opened,
                "due": NOON + HOUR,
                "waiting": 1,
                **more,
            }
        )
    )


def decided(connection: Connection, sequence: int, number: int, at: int, **more: object) -> None:
    """A decision that was carried out: li concluded the list in review."""
    connection.execute(
        insert(decision_log).values(
            {
                "sandbox": "s",
                "sequence": sequence,
                "subject": "declaration",
                "subject_id": str(number),
                "by": "li",
                "action": "conclude",
                "before": "in_review",
                "outcome": "done",
                "filed_at": at,
                "answered_at": at,
                **more,
            }
        )
    )


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """A window whose sandbox `s` stands at noon of a Wednesday."""
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        yield from kept_open(opened)


def seen(window: Window, scope: Scope = ALL, day: date | None = None) -> supervision.Overview:
    return read_by(window.engine, supervision.overview, "s", scope, day)


def test_what_waits_is_reported_by_working_days_since_it_began_to_wait(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, (month, day) in enumerate(
            ((11, 11), (11, 10), (11, 9), (11, 8), (11, 7), (11, 6), (11, 4), (11, 3), (10, 1))
        ):
            waits(connection, number, instant_of(date(2026, month, day), 11), due=NOON - (number == 8))
        waits(connection, 20, NOON - HOUR, "inspection", office="5141")
        waits(connection, 21, NOON - HOUR, waiting=0, ended_at=NOON)
    rows = {row.desk: (tuple(row.by_age), row.all, row.overdue) for row in seen(window).waiting}
    # the weekend of 7 and 8 November adds nothing to the age of what came on them
    assert rows["review"] == ((1, 2, 4, 2), 9, 1)
    assert rows["inspection"] == ((1, 0, 0, 0), 1, 0)
    assert rows["registrations"] == ((0, 0, 0, 0), 0, 0), "a desk without cases is shown, too"


def test_a_backlog_is_empty_when_the_pace_of_the_last_day_has_worked_it_off(window: Window) -> None:
    with writing(window.engine) as connection:
        for number in range(4):
            waits(connection, number, NOON - 2 * 24 * HOUR)
        waits(connection, 5, NOON - 24 * HOUR)
        waits(connection, 6, NOON - 24 * HOUR - 1)
        for number, (at, more) in enumerate(
            (
                (NOON, {}),
                (NOON - 24 * HOUR, {}),
                (NOON - 1, {}),
                (NOON - 24 * HOUR - 1, {}),
                (NOON, {"outcome": "refused"}),
            ),
            1,
        ):
            waits(connection, 10 + number, NOON - 9 * 24 * HOUR, waiting=0, ended_at=at)
            decided(connection, number, 10 + number, at, **more)
        waits(connection, 30, NOON - HOUR, "inspection")
    rows = {row.desk: row for row in seen(window).waiting}
    review = rows["review"]
    assert (review.all, review.came, review.decided) == (6, 1, 3)
    assert review.empty_at(NOON) == NOON + 3 * 24 * HOUR, "six wait, and two more are decided a day than come"
    assert rows["inspection"].empty_at(NOON) is None, "one came and none was decided"


@each(
    ("today", "days", "earliest"),
    [
        (date(2026, 11, 11), 0, date(2026, 11, 11)),
        (date(2026, 11, 11), 2, date(2026, 11, 9)),
        (date(2026, 11, 9), 0, date(2026, 11, 9)),
        (date(2026, 11, 9), 1, date(2026, 11, 6)),
        (date(2026, 11, 8), 0, date(2026, 11, 6)),
        (date(2026, 10, 8), 1, date(2026, 9, 30)),
    ],
)
def test_weekends_and_holidays_make_nothing_older(today: date, days: int, earliest: date) -> None:
    assert supervision.earliest(today, days) == earliest


def test_arrivals_and_decisions_of_a_day_are_reported_by_the_hour(window: Window) -> None:
    midnight = instant_of(WEDNESDAY)
    with writing(window.engine) as connection:
        for number, opened in enumerate(
            (
                midnight - 1,
                midnight,
                midnight + 9 * HOUR,
                midnight + 10 * HOUR - 1,
                midnight + 24 * HOUR - 1,
                midnight + 24 * HOUR,
            )
        ):
            waits(connection, number, opened, waiting=number % 2)
        decided(connection, 1, 2, midnight + 9 * HOUR)
        decided(connection, 2, 3, midnight + 11 * HOUR)
        decided(connection, 3, 4, midnight + 24 * HOUR)
    overview = seen(window)
    assert {hour: count for hour, count in enumerate(overview.arrived) if count} == {0: 1, 9: 2, 23: 1}
    assert {hour: count for hour, count in enumerate(overview.decided) if count} == {9: 1, 11: 1}
    assert sum(seen(window, day=date(2026, 11, 12)).arrived) == sum(seen(window, day=date(2026, 11, 12)).decided) == 1


def test_officers_hold_decide_are_refused_and_take_their_time(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, took in ((1, 1), (2, 5), (3, 2)):
            waits(connection, number, NOON - took * HOUR, waiting=0, ended_at=NOON)
            decided(connection, number, number, NOON)
        decided(connection, 4, 3, NOON, outcome="refused")
        decided(connection, 5, 99, NOON, by="wang")
        waits(connection, 4, NOON, "inspection", state="under_inspection")
        decided(connection, 6, 4, NOON, action="inspect", by="wang")
        waits(connection, 5, NOON, assignee="li", lease_until=system_now() + HOUR)
        waits(connection, 6, NOON, assignee="zhao", lease_until=1)
    officers = seen(window).officers
    assert officers.each == [supervision.Officer("li", 1, 3, 1, 2 * HOUR), supervision.Officer("wang", 0, 2, 0, None)]
    assert (officers.decisions, officers.timed) == (6, 3), "what went to another desk, or is gone, has no time"


def test_refusals_are_ranked_by_reason_and_by_company(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, (action, reason, outcome) in enumerate(
            (
                ("reject", "price", "done"),
                ("reject", "goods", "done"),
                ("reject", "price", "done"),
                ("refuse", "", "done"),
                ("reject", "price", "refused"),
                ("conclude", "", "done"),
            ),
            1,
        ):
            waits(connection, number, NOON, company=f"C{number % 2}")
            decided(connection, number, number, NOON, action=action, reason=reason, outcome=outcome)
    refusals = seen(window, day=date(2026, 1, 1)).refusals
    assert (refusals.looked_at, refusals.refusals) == (6, 4)
    assert list(refusals.by_reason) == [("price", 2), ("", 1), ("goods", 1)]
    assert list(refusals.by_company) == [("C0", 2), ("C1", 2)]


def test_ranked_refusals_name_the_company_and_translate_a_prepared_reason(window: Window) -> None:
    with writing(window.engine) as connection:
        connection.execute(insert(participant).values(sandbox="s", code="3702960A73", name="青岛甲"))
        waits(connection, 1, NOON)
        decided(connection, 1, 1, NOON, action="reject", reason="申报价格不实", outcome="done")
    browser = signed_in(create_app(window).test_client(), window, "qian", "supervisor")
    page = browser.get("/supervision", query_string={"sandbox": "s", "lang": "en", "day": "2026-11-11"}).text
    assert "The declared price is not credible</th>" in page
    assert '青岛甲 <span class="key">3702960A73</span></th>' in page


def test_inspection_hits_what_is_detained_or_sent_back_of_lists_that_were_drawn_and_of_others(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, (desk, state, ended, became, lane) in enumerate(
            (
                ("inspection", "under_inspection", NOON, "released", "inspection"),
                ("inspection", "under_inspection", NOON, "sent_back", "inspection"),
                ("inspection", "detained", NOON, "rejected", "green"),
                ("inspection", "detained", NOON, "sent_back", "inspection"),
                ("inspection", "detained", 0, "detained", ""),
                ("inspection", "detained", 0, "detained", "inspection"),
                ("inspection", "under_inspection", 0, "under_inspection", "inspection"),
                ("review", "in_review", NOON, "rejected", "green"),
            ),
            1,
        ):
            waits(connection, number, NOON, desk, state=state, ended_at=ended, waiting=int(not ended), lane=lane)
            connection.execute(insert(declaration).values(sandbox="s", id=number, key=str(number), state=became))
    drawn, chosen = seen(window).inspected
    assert (drawn, chosen) == (Inspected(True, 4, 2, 1), Inspected(False, 2, 2, 0))
    assert (drawn.hits, drawn.sound, chosen.hits, chosen.sound) == (3, 1, 2, 0)
    assert seen(window, Scope(["review"])).inspected == [Inspected(True, 0, 0, 0), Inspected(False, 0, 0, 0)]


def test_a_supervisor_sees_his_own_desks_and_office(window: Window) -> None:
    assert scope_of(CUSTOMS) == Scope(
        ["review", "inspection", "batches", "quality", "approvals", "profile_approvals", "parameter_approvals"]
    )
    assert scope_of(CUSTOMS._replace(office="4227")).office == "4227"
    assert scope_of(Person("audit", "auditor")) == Scope([], "")
    assert scope_of(OPERATOR).desks == list(desks())
    with writing(window.engine) as connection:
        for number, (desk, office) in enumerate((("review", "4227"), ("review", "5141"), ("refunds", "")), 1):
            waits(connection, number, NOON, desk, office=office, assignee="li", lease_until=system_now() + HOUR)
            decided(connection, number, number, NOON, **({"subject": "refund_claim"} if desk == "refunds" else {}))
    for scope, number in (
        (ALL, 3),
        (scope_of(CUSTOMS), 2),
        (scope_of(CUSTOMS._replace(office="4227")), 1),
    ):
        overview = seen(window, scope)
        assert (
            sum(row.all for row in overview.waiting),
            sum(overview.arrived),
            sum(overview.decided),
            overview.officers.decisions,
            overview.officers.each[0].held,
        ) == (number,) * 5, scope


def test_refusals_are_of_the_newest_decisions_of_all_desks(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, before in enumerate(("in_review", "under_inspection", "in_review", "under_inspection"), 1):
            decided(connection, number, number, NOON + number, before=before)
    declarations = read_by(window.engine, case_figures.newest, "s", Scope(["review"]), most=3)
    assert [newest.sequence for newest in declarations] == [3], "of the three newest, one is of this desk"


@each("scope", [ALL, Scope(["review", "inspection"]), Scope(["review"], "4227")])
def test_every_figure_is_led_by_an_index_or_by_what_waits(window: Window, scope: Scope) -> None:
    if window.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole")
    queries: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        queries.append((statement, parameters))

    event.listen(window.engine, "before_cursor_execute", note)
    with reading(window.engine) as connection:
        supervision.overview(connection, "s", scope)
        overdue(connection, "s", scope, NOON)
        supervision.overdue_first(connection, "s", scope, NOON)
    event.remove(window.engine, "before_cursor_execute", note)
    with reading(window.engine) as connection:
        steps = [
            (row[3], statement)
            for statement, parameters in queries
            if re.search("work_case|_log", statement)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    # the indexes that begin with a desk, an officer or the due day hold what waits, and nothing else
    waits = re.compile(r"USING (COVERING )?INDEX ix_work_case_(desk|assignee|due) ")
    assert len(steps) > 10
    assert [
        step
        for step, statement in steps
        if re.match(r"SCAN (work_case|decision_log|declaration)", step)
        or (step.endswith("(sandbox=?)") and not waits.search(step) and "LIMIT" not in statement)
        or "PRIMARY KEY (sandbox=?)" in step
        or "TEMP B-TREE FOR ORDER BY" in step
    ] == []


def test_the_page_shows_it_to_supervisors_and_auditors_alone(window: Window) -> None:
    with writing(window.engine) as connection:
        waits(connection, 1, NOON - 2 * HOUR, due=NOON - HOUR)
        decided(connection, 1, 1, NOON, action="reject", reason="<价格>")
        waits(connection, 2, NOON, "inspection", state="detained", lane="inspection")
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        assert client.get("/supervision?sandbox=s").status_code in {302, 303, 403}
        browser = signed_in(client, window, "audit", role="auditor")
        for language in ("zh", "en"):
            page = browser.get(f"/supervision?sandbox=s&lang={language}").text
            assert "&lt;价格&gt;" in page and "<价格>" not in page
        assert 'alt="Arrivals and decisions, by hour: ' in page
        assert "100.0 %" in page and "does not shrink" in page
        assert browser.get("/supervision/hours.svg?sandbox=s").mimetype == "image/svg+xml"
        assert browser.get("/supervision/nothing.svg?sandbox=s").status_code == 404
        assert re.search(r">li</a>\s*</th>\s*<td class=\"number\">0</td>\s*<td class=\"number\">1</td>", page)
        assert "view=overdue" in page and "2026-11-11" in page
        for day in ("2026-11-10", "0001-01-01", "9999-12-31", "soon"):
            assert browser.get(f"/supervision?sandbox=s&day={day}").status_code == 200
        browser = signed_in(client, window, "li", role="reviewer")
        assert browser.get("/supervision?sandbox=s").status_code == 403


def test_a_late_case_says_why_it_waits_with_its_money_and_how_late_it_is(window: Window) -> None:
    with writing(window.engine) as connection:
        late = {"goods": "橄榄油", "value": 12_00000, "tax": 1_09000, "kind": "inventory"}
        waits(connection, 1, NOON - 3 * HOUR, due=NOON - 2 * HOUR, **late)
        connection.execute(update(work_case).values(number="4227|42272026I000000001"))
    browser = signed_in(create_app(window).test_client(), window, "qian", "supervisor")
    row = browser.get("/supervision?sandbox=s&lang=en").text.partition('<h2 id="overdue">')[2].partition("</tbody>")[0]
    assert re.search(r">橄榄油</a>\s*<span class=\"no\">4227<i>2026I</i>", row)
    assert re.search(r'<p class="says">[^<]', row), "the sentence"
    assert "12.00 yuan" in row and "tax\n1.09" in row
    assert re.search(r"<b class=\"late\">2 h late</b>", row)


def test_desks_at_which_nothing_waits_are_folded_and_a_day_of_nothing_has_no_picture(window: Window) -> None:
    browser = signed_in(create_app(window).test_client(), window, "qian", "supervisor")
    with writing(window.engine) as connection:
        waits(connection, 1, NOON - HOUR)
    for day, drawn in (("2026-11-11", True), ("2026-11-10", False)):
        page = browser.get(f"/supervision?sandbox=s&lang=en&day={day}").text
        assert ('src="/supervision/hours.svg' in page, "The same as numbers" in page) == (drawn, drawn)
    waiting = page.partition("Waiting, by age</h2>")[2].partition('<h2 id="overdue">')[0]
    shown, folded = waiting.split("<details", 1)
    assert ">Review</a>" in shown and ">Inspection</a>" not in shown
    assert ">Inspection</a>" in folded and folded.count("<tr>") == int(folded.partition("nothing waits at ")[2][:2]) + 1
