"""A supervisor gives cases to officers: to one, or spread so that all of the desk hold alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert, select, update

from gateways.circumstances import Options
from single_window.accounts import keeping
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking
from single_window.api.app import create_app
from single_window.cases import reassigning
from single_window.clock import Clock, system_now
from single_window.settings import Settings
from single_window.store.engine import writing
from single_window.store.tables import work_case
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, carry_out, fetch, kept_open, made_database
from tests.officers import account, signed_in
from tests.stories.story import NOON

pytestmark = ON_BOTH
HOUR = 3_600_000
BOSS = Person("qian", "supervisor", "钱", "customs")
KEYS = [("declaration", str(number)) for number in range(1, 7)]
NAMES = some.sampled_from(["chen", "li", "sun", "wang", "zhao"])


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """A window with four lists in review at Qingdao, one at Guangzhou and one under inspection; all are overdue. Its
    officers: li and wang review anywhere, sun at Qingdao only, zhao inspects, qian is their supervisor."""
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        with writing(opened.engine) as connection:
            for number, (desk, office) in enumerate(
                [("review", "4227")] * 4 + [("review", "5141"), ("inspection", "4227")], 1
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
                        waiting=1,
                        opened_at=NOON - 9 * HOUR,
                        due=NOON - HOUR + number,
                    )
                )
        for name, role, office in (
            ("li", "reviewer", ""),
            ("wang", "reviewer", ""),
            ("sun", "reviewer", "4227"),
            ("zhao", "inspector", ""),
            ("qian", "supervisor", ""),
            ("wu", "tax_officer", ""),
        ):
            account(opened, name, role, office=office, **({"agency": "customs"} if name == "qian" else {}))
        yield from kept_open(opened)


def holders(window: Window) -> dict[str, str]:
    rows = fetch(
        window.engine,
        select(work_case.c.subject_id, work_case.c.assignee).where(
            work_case.c.assignee != "", work_case.c.lease_until > system_now()
        ),
    )
    return {number: name for number, name in rows}


def test_cases_are_given_to_an_officer_whoever_holds_them(window: Window) -> None:
    reassigning.give_cases(window, "s", BOSS, KEYS[:2], "li")
    assert holders(window) == {"1": "li", "2": "li"}
    assert reassigning.give_cases(window, "s", BOSS, KEYS[1:3], "wang") == KEYS[1:3]
    assert holders(window) == {"1": "li", "2": "wang", "3": "wang"}


def test_an_officer_gets_no_case_that_he_may_not_decide(window: Window) -> None:
    assert reassigning.give_cases(window, "s", BOSS, KEYS[3:], "sun") == [KEYS[3]], (
        "not of another office, nor to inspect"
    )
    assert reassigning.give_cases(window, "s", BOSS, KEYS, "wu") == []
    assert reassigning.give_cases(window, "s", BOSS, KEYS, "nobody") == []
    keeping.set_disabled(window.engine, "li", True)
    assert reassigning.give_cases(window, "s", BOSS, KEYS, "li") == []


def test_a_supervisor_gives_cases_of_his_own_desks_and_office_only(window: Window) -> None:
    assert reassigning.give_cases(window, "s", BOSS._replace(office="5141"), KEYS, "li") == [KEYS[4]]
    assert reassigning.give_cases(window, "s", BOSS._replace(agency="tax"), KEYS, "li") == []
    assert len(reassigning.give_cases(window, "s", OPERATOR, KEYS, "li")) == 5
    for person in (Person("li", "reviewer"), Person("audit", "auditor")):
        with pytest.raises(Lacking, match="give cases"):
            reassigning.give_cases(window, "s", person, KEYS, "li")
        with pytest.raises(Lacking, match="give cases"):
            reassigning.spread_out(window, "s", person, KEYS)


def test_cases_are_spread_over_the_officers_of_desk_and_office(window: Window) -> None:
    assert sorted(reassigning.spread_out(window, "s", BOSS, KEYS)) == KEYS
    # the first by name among equals; the list at Guangzhou is none of sun's; qian gives cases, and gets none
    assert holders(window) == {"1": "li", "2": "sun", "3": "wang", "4": "li", "5": "wang", "6": "zhao"}


def test_what_somebody_holds_already_counts_but_for_what_is_taken_from_him(window: Window) -> None:
    reassigning.give_cases(window, "s", BOSS, KEYS[:3], "li")
    reassigning.spread_out(window, "s", BOSS, KEYS[2:5])
    # li holds two that stay with him, so that he gets none of the three
    assert holders(window) == {"1": "li", "2": "li", "3": "sun", "4": "wang", "5": "wang"}


def test_what_has_ended_is_given_to_nobody(window: Window) -> None:
    carry_out(window.engine, update(work_case).values(waiting=0))
    assert (
        reassigning.give_cases(window, "s", BOSS, KEYS, "li") == reassigning.spread_out(window, "s", BOSS, KEYS) == []
    )


@given(count=some.integers(0, 60), names=some.sets(NAMES, min_size=1))
def test_where_all_may_take_all_loads_differ_by_at_most_one(count: int, names: set[str]) -> None:
    given = reassigning.spread_cases([(("declaration", str(number)), names) for number in range(count)], {})
    loads = Counter({name: 0 for name in names})
    loads.update(given.values())
    assert sum(loads.values()) == count and max(loads.values()) - min(loads.values()) <= 1


@given(allowed=some.lists(some.sets(NAMES), max_size=40), held=some.dictionaries(NAMES, some.integers(0, 9)))
def test_each_case_goes_to_one_who_may_take_it_and_holds_the_least(
    allowed: list[set[str]], held: dict[str, int]
) -> None:
    cases = [(("request", str(number)), names) for number, names in enumerate(allowed)]
    given, loads = reassigning.spread_cases(cases, held), Counter(held)
    for key, names in cases:
        assert (key in given) == bool(names)
        if names:
            assert given[key] in names and loads[given[key]] == min(loads[name] for name in names)
            loads[given[key]] += 1
    assert held == {name: loads[name] - sum(text == name for text in given.values()) for name in held}


def test_the_page_gives_ticked_cases_and_shows_how_many(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        browser = signed_in(client, window, "qian")
        page = browser.get("/supervision?sandbox=s&lang=en").text
        assert re.findall(r'value="declaration~(\d)"', page) == ["1", "2", "3", "4", "5", "6"]
        offered = page.partition('<select id="to"')[2].partition("</select>")[0]
        assert re.findall(r'<option value="(\w+)"', offered) == ["li", "qian", "sun", "wang", "zhao"]
        answer = browser.post(
            "/supervision/cases?sandbox=s&lang=en",
            data={"act": "give", "to": "sun", "case": ["declaration~1", "declaration~5", "x"]},
        )
        assert answer.status_code == 303 and holders(window) == {"1": "sun"}
        result = re.sub(r"\s+", " ", browser.get(answer.location).text)
        assert re.search(r"Cases given:? 1 ?; left where they were [^:]*: 2\s*<", result)
        assert "Cases given" not in browser.get("/supervision?sandbox=s&lang=en&given=<b>&left=x").text
        browser.post("/supervision/cases?sandbox=s", data={"act": "spread", "case": ["declaration~6"]})
        assert holders(window) == {"1": "sun", "6": "zhao"}
        assert browser.post("/supervision/cases?sandbox=s", data={"act": "keep"}).status_code == 400


def test_overdue_cases_are_counted_where_a_supervisor_is_led_from(window: Window) -> None:
    with create_app(window, runtime=Runtime(window)).test_client() as client:
        badge = re.compile(r'href="/supervision[^>]*>\w+ <span class="n late">(\d+) late</span>')
        browser = signed_in(client, window, "qian")
        assert badge.findall(browser.get("/declarations?sandbox=s&lang=en").text) == ["6"]
        carry_out(window.engine, update(work_case).where(work_case.c.subject_id > "2").values(due=NOON))
        assert badge.findall(browser.get("/declarations?sandbox=s&lang=en").text) == ["2"]
        browser = signed_in(client, window, "audit", role="auditor")
        assert 'name="case"' not in browser.get("/supervision?sandbox=s").text
        assert browser.post("/supervision/cases?sandbox=s", data={"act": "spread"}).status_code == 403
        browser = signed_in(client, window, "li", role="reviewer")
        assert not badge.findall(browser.get("/declarations?sandbox=s&lang=en").text)
