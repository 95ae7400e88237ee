"""The queue of cases: due first, taken by one officer at a time, filtered, counted, decided many at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, insert, update

from gateways.circumstances import Options
from single_window.accounts.people import Person
from single_window.api.app import create_app
from single_window.cases import queue
from single_window.cases.open_case import standing_of
from single_window.clock import Clock
from single_window.settings import Settings
from single_window.store import case_queue
from single_window.store.case_queue import QueueFilter
from single_window.store.case_search import with_words
from single_window.store.engine import reading, writing
from single_window.store.tables import participant, work_case
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, carry_out, kept_open, made_database, write_by
from tests.officers import signed_in
from tests.stories.story import NOON
from tests.tables import each

pytestmark = ON_BOTH
HOUR = 3_600_000
LI, WANG = Person("li", "reviewer", "李", "customs"), Person("wang", "reviewer", "王", "customs")
INSPECTOR = Person("zhao", "inspector", "赵", "customs")
OF_QINGDAO = Person("sun", "reviewer", "孙", "customs", "4227")
AUDITOR = Person("audit", "auditor")


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """A window with six lists: four to review, two of them of another office, two to inspect; one has ended."""
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        with writing(opened.engine) as connection:
            for number, (desk, office, due, waits) in enumerate(
                (
                    ("review", "4227", 3, 1),
                    ("review", "4227", 1, 1),
                    ("review", "5141", -2, 1),
                    ("review", "5141", 2, 1),
                    ("inspection", "4227", 0, 1),
                    ("inspection", "4227", 5, 1),
                    ("review", "4227", -9, 0),
                ),
                1,
            ):
                connection.execute(
                    insert(work_case).values(
                        sandbox="s",
                        subject="declaration",
                        subject_id=str(number),
                        desk=desk,
                        office=office,
                        flow="I",
                        state="in_review",
                        kind="inventory",
                        number=f"N{number}",
                        declaration_id=number,
                        waiting=waits,
                        opened_at=NOON - HOUR,
                        due=NOON + due * HOUR,
                        terms=f"n{number} 3702960a7{number} 8471_ 张三",
                    )
                )
        yield from kept_open(opened)


def listed(window: Window, person: Person, **filters: str) -> list[str]:
    with reading(window.engine) as connection:
        page = queue.queue_page(connection, "s", queue.queue_query(connection, "s", person, **filters))
        return [case.number for case in page.cases]


@each(
    ("person", "filters", "numbers"),
    [
        (LI, {}, ["N3", "N2", "N4", "N1"]),
        (INSPECTOR, {}, ["N5", "N6"]),
        (AUDITOR, {}, ["N3", "N5", "N2", "N4", "N1", "N6"]),
        (OF_QINGDAO, {}, ["N2", "N1"]),
        (LI, {"desk": "inspection"}, ["N5", "N6"]),
        (LI, {"view": "overdue"}, ["N3"]),
        (LI, {"view": "mine"}, []),
        (LI, {"words": "N2"}, ["N2"]),
        (LI, {"words": "张三 3702960A73"}, ["N3"]),
        (LI, {"words": "8471_"}, ["N3", "N2", "N4", "N1"]),
        (LI, {"words": "847%"}, []),
        (LI, {"flow": "E"}, []),
        (LI, {"flow": "x", "view": "x", "desk": "x"}, ["N3", "N2", "N4", "N1"]),
    ],
)
def test_an_officer_sees_what_waits_at_his_desks_due_first(
    window: Window, person: Person, filters: dict[str, str], numbers: list[str]
) -> None:
    assert listed(window, person, **filters) == numbers


def test_pages_follow_each_other_without_gap_or_repetition(window: Window) -> None:
    results, after = [], ""
    with reading(window.engine) as connection:
        filters = queue.queue_query(connection, "s", AUDITOR)
        while True:
            shown = queue.queue_page(connection, "s", filters, after, limit=2)
            results += [case.number for case in shown.cases]
            if not (after := shown.after):
                break
        assert results == ["N3", "N5", "N2", "N4", "N1", "N6"]
        assert [case.number for case in queue.queue_page(connection, "s", filters, "nonsense").cases] == results


def test_the_counts_are_those_of_the_lists(window: Window) -> None:
    queue.take_next(window, "s", LI)
    with reading(window.engine) as connection:
        shown = queue.queue_page(connection, "s", queue.queue_query(connection, "s", LI))
    assert shown.by_desk == {"review": 4, "inspection": 2}
    assert shown.views == {
        "": 4,
        "mine": 1,
        "free": 3,
        "overdue": 1,
        "held": 1,
        "put_off": 0,
        "trader": 0,
        "proposed": 0,
    }


def test_each_officer_takes_another_case_and_goes_on_with_his_own(window: Window) -> None:
    first = queue.take_next(window, "s", LI)
    second = queue.take_next(window, "s", WANG)
    assert first is not None and second is not None
    assert (first.number, second.number) == ("N3", "N2")
    again = queue.take_next(window, "s", LI)
    assert again is not None and (again.key, again.lease_until >= first.lease_until) == (first.key, True)
    third = queue.take_next(window, "s", LI, but=[first.key])
    assert third is not None and third.number == "N4"
    assert queue.take_next(window, "s", AUDITOR) is None, "who decides nowhere takes nothing"


def test_of_many_who_take_at_once_no_two_get_the_same(window: Window) -> None:
    people = [Person(f"officer{number}", "reviewer") for number in range(4)]
    start, taken = Barrier(len(people)), []

    def take(person: Person) -> None:
        start.wait()
        taken.append(queue.take_next(window, "s", person))

    threads = [Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(case.number for case in taken if case) == ["N1", "N2", "N3", "N4"]


def test_a_case_is_free_again_once_its_lease_has_ended_or_it_was_let_go(window: Window) -> None:
    first = queue.take_next(window, "s", LI)
    assert first is not None and queue.hold_cases(window, "s", WANG, [first.key]) == []
    carry_out(window.engine, update(work_case).where(work_case.c.assignee == "li").values(lease_until=1))
    assert queue.hold_cases(window, "s", WANG, [first.key]) == [first.key]
    assert queue.release_cases(window, "s", LI, [first.key]) == [], "it is not his any more"
    assert queue.release_cases(window, "s", WANG, [first.key]) == [first.key]
    assert queue.hold_cases(window, "s", INSPECTOR, [first.key]) == [], "it is of another desk"
    assert queue.hold_cases(window, "s", OF_QINGDAO, [first.key]) == [], "it is of another office"


@each(
    ("filtered", "numbers"),
    [
        ({}, ["3", "2", "4", "1"]),
        ({"view": "overdue"}, ["3"]),
        ({"words": "n4"}, ["4"]),
        ({"flow": "E"}, []),
        ({"desk": "inspection"}, []),
        ({"view": "mine", "words": "n1"}, ["1"]),
    ],
)
def test_the_next_case_is_one_of_those_that_the_filter_shows(
    window: Window, filtered: dict[str, str], numbers: list[str]
) -> None:
    write_by(window.engine, case_queue.release, "s", [("declaration", str(number)) for number in range(1, 7)])
    taken = []
    while (
        case := queue.take_next(window, "s", LI, filtered, [("declaration", number) for number in taken])
    ) is not None:
        taken.append(case.subject_id)
    assert taken == numbers


def test_the_page_keeps_the_filter_from_case_to_case(window: Window) -> None:
    browser = signed_in(create_app(window).test_client(), window, "li", "reviewer")
    form = {"filtered": "1", "words": "n4"}
    assert browser.post("/review/next?sandbox=s", data=form).location.startswith("/declarations/4")
    write_by(window.engine, case_queue.release, "s", [("declaration", "4")])
    assert browser.post("/review/next?sandbox=s", data={}).location.startswith("/declarations/4")
    assert browser.post("/review/next?sandbox=s", data={"filtered": "1"}).location.startswith("/declarations/4")


def test_what_has_ended_is_not_taken(window: Window) -> None:
    with writing(window.engine) as connection:
        connection.execute(update(work_case).values(waiting=0))
        assert case_queue.take_next(connection, "s", QueueFilter(who="li", clock=1)) is None


def test_the_page_takes_the_next_case_and_leads_to_it(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "li", role="reviewer")
        page = browser.get("/review?sandbox=s&lang=en").text
        assert re.findall(r'value="declaration~(\d)~\d+"', page) == ["3", "2", "4", "1"] and "late</b>" in page
        answer = browser.post("/review/next?sandbox=s", data={})
        assert (answer.status_code, answer.location) == (303, "/declarations/3?sandbox=s")
        assert browser.get("/review/changes?sandbox=s").json == {"desks": {"inspection": 2, "review": 4}, "waiting": 4}
        browser.post("/review/cases?sandbox=s", data={"act": "hold", "case": ["declaration~1~1", "declaration~2~1"]})
        assert "Held by you 3" in browser.get("/review?sandbox=s&lang=en").text
        many = {"act": "declaration.conclude", "case": ["declaration~1~1", "x~y~1"]}
        response = browser.post("/review/cases?sandbox=s&lang=en", data=many, follow_redirects=True)
        assert response.status_code == 200 and response.text.count("chip bad") >= 2, (
            "no such lists: reported row by row"
        )
        assert browser.get("/review?sandbox=s&after=9~declaration").status_code == 200


def test_all_cases_of_a_filter_are_decided_if_their_number_is_confirmed(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "li", role="reviewer")
        where = "/review/cases?sandbox=s&lang=en&flow=I"
        waiting = len(re.findall(r'value="declaration~', browser.get("/review?sandbox=s&lang=en&flow=I").text))
        refused = browser.post(where, data={"act": "hold", "case": ["declaration~1~1"], "whole": waiting + 1})
        assert refused.status_code == 409 and f"has {waiting} by now" in refused.text
        assert "Held by you 0" in browser.get("/review?sandbox=s&lang=en").text
        browser.post(where, data={"act": "hold", "case": ["declaration~1~1"], "whole": waiting})
        assert f"Held by you {waiting}" in browser.get("/review?sandbox=s&lang=en").text
        assert browser.post(where, data={"act": "hold", "whole": "x", "case": []}).status_code == 303


def test_an_empty_queue_names_the_sandboxes_in_which_cases_wait(window: Window) -> None:
    window.make_sandbox("main", Options())
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "wang", role="reviewer")
        page = browser.get("/review?lang=en").text
        assert "Cases wait in other sandboxes" in page
        assert re.search(r'href="/review\?[^"]*sandbox=s[^"]*">s \(4\)</a>', page)
        assert "Cases wait in other sandboxes" not in browser.get("/review?sandbox=s&lang=en").text
        browser = signed_in(client, window, "xu", role="registrar")
        assert "Cases wait in other sandboxes" not in browser.get("/review?lang=en").text, "none of his desk"


def test_cases_are_sorted_by_what_the_officer_chooses(window: Window) -> None:
    for number, (value, tax, lane, opened) in {
        1: (5, 1, "review", 3),
        2: (9, 0, "green", 2),
        4: (5, 7, "x", 1),
    }.items():
        chosen = update(work_case).where(work_case.c.subject_id == str(number))
        carry_out(window.engine, chosen.values(value=value, tax=tax, lane=lane, opened_at=NOON - opened * HOUR))
    carry_out(window.engine, update(work_case).where(work_case.c.subject_id == "3").values(lane="inspection"))
    assert listed(window, LI, sort="value") == ["N2", "N4", "N1", "N3"], "equal ones by what is at stake"
    assert listed(window, LI, sort="tax") == ["N4", "N1", "N2", "N3"]
    assert listed(window, LI, sort="age") == ["N1", "N2", "N4", "N3"]
    carry_out(window.engine, update(work_case).values(due=NOON))
    assert listed(window, LI) == ["N2", "N4", "N1", "N3"], "due at once: the most at stake first"
    assert listed(window, LI, sort="risk") == ["N3", "N1", "N2", "N4"]
    assert listed(window, LI, sort="x") == listed(window, LI, sort="due") == listed(window, LI)
    taken = queue.take_next(window, "s", LI, {"sort": "value"})
    assert taken is not None and taken.number == "N2", "the next one is the first in the order chosen"


@each("sort", ["due", "value", "tax", "age", "risk"])
def test_pages_of_each_order_follow_each_other_and_have_numbers(window: Window, sort: str) -> None:
    carry_out(
        window.engine, update(work_case).where(work_case.c.subject_id == "4").values(value=3, tax=3, lane="review")
    )
    with reading(window.engine) as connection:
        wanted = queue.queue_query(connection, "s", AUDITOR, sort=sort)
        every = [case.number for case in queue.queue_page(connection, "s", wanted).cases]
        followed, after = [], ""
        for number in (1, 2, 3):
            shown = queue.queue_page(connection, "s", wanted, after, limit=2)
            jumped = queue.queue_page(connection, "s", wanted, limit=2, number=number)
            assert [case.number for case in jumped.cases] == [case.number for case in shown.cases]
            followed += [case.number for case in shown.cases]
            after = shown.after
    assert followed == every and len(every) == 6 and after == ""


@each(
    "place",
    [
        *(f"{sign}{'9' * digits}~x~1~y" for sign in ("", "-") for digits in (18, 19)),
        f"1~x~{'9' * 19}~y",
        "-~x",
        "x~y~1~z",
        "~~~",
    ],
)
def test_a_place_that_no_page_gave_is_answered_with_a_page(window: Window, place: str) -> None:
    with reading(window.engine) as connection:
        for sort in ("due", "value", "risk"):
            wanted = queue.queue_query(connection, "s", AUDITOR, sort=sort)
            assert len(queue.queue_page(connection, "s", wanted, place).cases) in {0, 6}


def test_like_cases_are_counted_and_shown_by_their_reason(window: Window) -> None:
    for number, reason in {1: "14204", 2: "14204", 3: "14025", 5: "14204"}.items():
        carry_out(window.engine, update(work_case).where(work_case.c.subject_id == str(number)).values(reason=reason))
    with reading(window.engine) as connection:
        shown = queue.queue_page(connection, "s", queue.queue_query(connection, "s", LI, reason="14204"))
        assert [case.number for case in shown.cases] == ["N2", "N1"] and shown.matching == 2
        assert shown.reasons == {"14204": 2, "14025": 1}, "those of the officer's desks, whichever is chosen"


@each(
    ("words", "office", "numbers"),
    [
        ("n4", "", ["N4"]),
        ("张三", "", ["N3", "N5", "N2", "N4", "N1", "N6", "N7"]),
        ("张三 3702960A71", "", ["N1"]),
        ("海燕", "", ["N2"]),
        ("海燕 n1", "", []),
        ("n7", "", ["N7"]),
        ("n3", "4227", []),
        ("100%", "", []),
        ("  ", "", []),
    ],
)
def test_a_case_is_found_by_any_words_those_that_wait_first(
    window: Window, words: str, office: str, numbers: list[str]
) -> None:
    company = insert(participant).values(sandbox="s", code="3702960X2", name="青岛海燕国际贸易有限公司（模拟）")
    carry_out(window.engine, delete(participant).where(participant.c.sandbox == "s"))
    carry_out(window.engine, company)
    carry_out(window.engine, update(work_case).where(work_case.c.subject_id == "2").values(company="3702960X2"))
    carry_out(window.engine, update(work_case).where(work_case.c.subject_id == "7").values(ended_at=NOON))
    with reading(window.engine) as connection:
        assert [case.number for case in with_words(connection, "s", words, 50, office)] == numbers
        assert [case.number for case in with_words(connection, "s", words, 2, office)] == numbers[:2]


def test_the_search_leads_to_the_only_case_and_lists_several(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "li", role="reviewer")
        found = browser.get("/declarations?sandbox=s&number=3702960A74")
        assert (found.status_code, found.location) == (303, "/declarations/4?sandbox=s")
        page = browser.get("/declarations?sandbox=s&lang=en&number=张三").text
        assert page.count("data-row") == 6 and "Cases</h2>" in page


def test_a_case_stands_with_its_due_instant_and_its_holder_as_long_as_it_waits(window: Window) -> None:
    key = ("declaration", "1")
    with reading(window.engine) as connection:
        free = standing_of(connection, "s", key)
        assert standing_of(connection, "s", ("declaration", "7")) is None, "it has ended"
    assert free is not None and (free.case.due - free.now, free.holder, free.held_for) == (3 * HOUR, "", 0)
    queue.hold_cases(window, "s", LI, [key])
    with reading(window.engine) as connection:
        held = standing_of(connection, "s", key)
    assert held is not None and held.holder == "li" and held.held_for > 0
    carry_out(window.engine, update(work_case).where(work_case.c.subject_id == "1").values(lease_until=1))
    with reading(window.engine) as connection:
        over = standing_of(connection, "s", key)
    assert over is not None and (over.holder, over.held_for) == ("", 0), "his lease is over"


def test_a_case_that_has_ended_is_found_with_its_end_and_without_a_due_time(window: Window) -> None:
    carry_out(window.engine, update(work_case).where(work_case.c.subject_id == "7").values(ended_at=NOON))
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        page = signed_in(client, window, "li", role="reviewer").get("/declarations?sandbox=s&lang=en&number=张三").text
    rows = re.findall(r"<li data-row.*?</li>", page, re.DOTALL)
    assert len(rows) == 7 and "left the desk 2026-11-20 12:00" in rows[-1]
    assert ">late<" not in rows[-1] and "waits" not in rows[-1] and "waits" in rows[0]
