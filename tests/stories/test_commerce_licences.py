"""A registration waits for the register of licences, whose silence is no answer; what it records later is a case."""

from __future__ import annotations

from itertools import count, islice

import pytest
from sqlalchemy import select

from declarations.commerce.licences import digest_of
from gateways.commerce.register import elements_of
from single_window.master_data.csv_files import BadFile
from single_window.store.agency_tables.commerce import licence_query
from single_window.store.tables import delivery
from tests.databases import ON_BOTH
from tests.stories.commerce import COMPANY, OTHER, Commerce
from tests.stories.registering import NEWCOMER, acted, application, known, noted, state

pytestmark = ON_BOTH
WAITS = [("2", "2"), ("120", "26111")]
GREEN = [("120", "21308"), ("800", "21301.filing")]


@pytest.fixture
def commerce(start_story) -> Commerce:
    return Commerce(start_story(commerce="on"))


def test_an_open_licence_lets_a_company_register(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    assert commerce.apply() == WAITS
    assert (state(commerce.story, NEWCOMER), known(commerce.story, NEWCOMER, "kinds")) == ("declared", ())
    commerce.story.pass_time(hours=2)
    assert commerce.answered() == WAITS + GREEN
    assert (state(commerce.story, NEWCOMER), commerce.states()) == ("registered", [])


ENDS = {
    "revoked": ("2020-01-01,1,1", "2026-11-20,1,2", [("100", "26104")], "rejected"),
    "revoked tomorrow": ("2020-01-01,1,1", "2026-11-21,1,2", GREEN, "registered"),
    "open again": ("2020-01-01,1,2", "2026-11-20,1,1", GREEN, "registered"),
    "deregistered": ("2020-01-01,1,3", "", [("100", "26104")], "rejected"),
    "not yet": ("2026-11-21,1,1", "", [("100", "26101")], "rejected"),
    "moved": ("2020-01-01,1,4", "", [("300", "26105"), ("300", "21350")], "in_review"),
    "other name": ("2020-01-01,1,1,name=别的公司", "", [("300", "26103"), ("300", "21350")], "in_review"),
    "abnormal": ("2020-01-01,1,1,abnormal=1", "", [("300", "26106"), ("300", "21350")], "in_review"),
    "severe": ("2020-01-01,1,1,severe=1", "", [("300", "26106"), ("300", "21350")], "in_review"),
    "corrected": ("2020-01-01,1,2", "2020-01-01,2,1", GREEN, "registered"),
}


@pytest.mark.parametrize("case", ENDS)
def test_what_the_licence_was_on_the_day_decides(commerce: Commerce, case: str) -> None:
    first, second, told, ends = ENDS[case]
    commerce.record(*filter(None, (first, second)))
    commerce.apply()
    commerce.story.pass_time(hours=2)
    assert commerce.answered() == WAITS + told
    assert state(commerce.story, NEWCOMER) == ends


def test_the_register_is_silent_and_the_registration_waits(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.force("register_silent", times=1)
    commerce.apply()
    commerce.story.pass_time(days=30)
    assert (commerce.answered(), commerce.states()) == (WAITS, [("S", "open")])
    acted(commerce.story, NEWCOMER.code, "approve")
    assert noted(commerce.story, NEWCOMER.code)[-1] == "action_refused", "an officer cannot stand in for the register"
    assert state(commerce.story, NEWCOMER) == "declared"
    commerce.decide(commerce.cases()[0].case_no, "press")
    commerce.story.pass_time(hours=2)
    assert commerce.answered() == WAITS + GREEN
    assert commerce.states() == [("S", "cleared")]


def test_a_late_answer_clears_the_case_and_counts(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,2")
    commerce.force("register_late")
    commerce.apply()
    commerce.story.pass_time(hours=25)
    assert (commerce.answered(), commerce.states()) == (WAITS, [("S", "open")])
    commerce.story.pass_time(days=1)
    assert commerce.answered() == [*WAITS, ("100", "26104")]
    assert commerce.states() == [("S", "cleared")]


def test_a_double_answer_counts_once(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.force("register_twice")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    assert commerce.answered() == WAITS + GREEN
    assert commerce.states() == []
    assert commerce.story.rows(select(licence_query.c.times_answered)) == [(2,)]


def test_answers_that_contradict_each_other_register_nobody(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.force("register_contradicts")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    assert commerce.answered() == [*WAITS, ("300", "26107"), ("300", "21350")]
    assert (state(commerce.story, NEWCOMER), commerce.states()) == ("in_review", [("X", "open")])
    acted(commerce.story, NEWCOMER.code, "approve")
    assert state(commerce.story, NEWCOMER) == "registered"


def test_a_late_correction_keeps_both_and_is_a_case(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(days=3)
    commerce.record("2020-01-01,2,2")
    (case,) = commerce.cases()
    assert (case.kind, case.state, case.company, case.reasons[0].rule) == ("L", "open", NEWCOMER.code, "26109")
    assert state(commerce.story, NEWCOMER) == "registered", "the register does not undo what was decided"
    (told,) = commerce.told(case.case_no)
    assert (told.code, told.return_status) == ("CommerceAdvice", "300")
    commerce.record("2020-01-01,3,1")
    assert commerce.states() == [("L", "cleared")]


def test_a_licence_that_ends_later_is_a_case(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(days=3)
    commerce.record("2026-11-22,1,4")
    assert [(case.kind, case.reasons[0].rule) for case in commerce.cases()] == [("V", "26110")]
    commerce.decide(commerce.cases()[0].case_no, "accept")
    commerce.record("2026-11-22,2,4,abnormal=1")
    assert commerce.states() == [("V", "accepted")], "what an officer has accepted is not asked again"
    commerce.record("2026-11-23,1,2")
    assert ("V", "open") in commerce.states() and commerce.holds(), "revoked since is something else"


@pytest.mark.parametrize(("row", "rule"), [("2,severe=1", "26110"), ("1,severe=1", "26117"), ("1,abnormal=1", "26117")])
def test_what_the_register_notes_later_of_a_company_is_a_case(commerce: Commerce, row: str, rule: str) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(days=3)
    commerce.record(f"2026-11-21,1,{row}")
    assert [(case.kind, case.reasons[0].rule) for case in commerce.cases()] == [("V", rule)]
    assert bool(commerce.holds()) == row.startswith("2"), "who is on a list may trade"


def test_a_refused_change_does_not_hide_that_a_licence_ended(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    commerce.record("2026-11-20,1,2")
    commerce.story.submit(application(NEWCOMER, 100, app_type="2", taxCredit="A"))
    commerce.story.pass_time(days=1)
    commerce.record("2026-11-20,2,3")
    assert [case.state for case in commerce.cases() if case.kind == "L"] == ["open", "open"] and commerce.holds()


def test_a_company_of_master_data_is_looked_at_whatever_came_first(start_story) -> None:
    """Its licence, the option, or the company itself: the register never answered about it."""
    story = start_story()
    commerce = Commerce(story)
    commerce.record("2020-01-01,1,1", "2026-11-01,1,2", company=OTHER)
    assert commerce.cases() == []
    story.window.set_options(story.sandbox, commerce="on")
    story.window.settle()
    assert [(case.company, case.reasons[0].rule) for case in commerce.cases()] == [(OTHER.code, "26116")]
    commerce.record("2026-11-01,1,3", company=NEWCOMER)
    assert len(commerce.cases()) == 1, "nobody is registered by that code"
    row = f"{NEWCOMER.code},{NEWCOMER.credit_code},{NEWCOMER.name},merchant"
    commerce.bring("participants", "code,credit_code,name,kinds", row)
    assert {case.company for case in commerce.cases()} == {OTHER.code, NEWCOMER.code}


def test_lists_wait_as_long_as_the_register_says_so(commerce: Commerce) -> None:
    """No explanation lets them go on: an officer names those that do, or refuses those that are still to come."""
    story = commerce.story
    company = story.trade(0).parties.merchant
    first, second, third, fourth = islice(
        (one for one in map(story.trade, count()) if one.parties.merchant == company), 4
    )
    commerce.record("2020-01-01,1,2", company=company)
    (case,) = commerce.cases()
    story.send(first)
    story.send(second)
    assert [story.state(first), story.state(second)] == ["in_review", "in_review"]
    commerce.decide(case.case_no, "accept")
    assert commerce.states() == [("V", "open")], "the register still says so"
    commerce.decide(case.case_no, "let_through", lists=[first.document("inventory").head["orderNo"]])
    story.pass_time()
    assert [story.state(first), story.state(second)] == ["released", "in_review"]
    commerce.decide(case.case_no, "refuse_lists")
    story.send(third)
    assert (story.state(third), commerce.states()) == ("rejected", [("V", "refusing")])
    commerce.decide(case.case_no, "admit_lists")
    story.send(fourth)
    assert story.state(fourth) == "in_review"
    commerce.record("2020-01-01,2,1", company=company)
    story.pass_time()
    assert [story.state(second), story.state(fourth)] == ["released", "released"]
    assert (commerce.states(), commerce.holds()) == ([("V", "cleared")], [])


def test_a_licence_that_moved_holds_no_list_before_it_is_revoked(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(days=4)
    commerce.record("2026-11-22,1,4")
    (case,) = commerce.cases()
    assert commerce.holds() == [], "a company that moved may trade"
    commerce.record("2026-11-23,1,2")
    assert commerce.holds() == [(NEWCOMER.code, f"commerce:{case.case_no}")]
    commerce.record("2026-11-23,2,4")
    assert (commerce.states(), commerce.holds()) == ([("V", "open")], [])


def test_a_licence_that_ends_on_a_day_to_come_is_a_case_on_that_day(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(hours=3)
    commerce.record("2026-11-25,1,2")
    commerce.story.pass_time(days=3)
    assert commerce.cases() == []
    commerce.story.pass_time(days=2)
    assert [(case.kind, case.reasons[0].rule) for case in commerce.cases()] == [("V", "26110")]
    commerce.record("2026-11-25,2,1")
    assert commerce.states() == [("V", "cleared")] and commerce.holds() == []


def test_what_was_recorded_never_changes(commerce: Commerce) -> None:
    assert commerce.record("2020-01-01,1,1")[1:4] == (1, 0, 0)
    assert commerce.record("2020-01-01,1,1")[1:4] == (0, 0, 1)
    for row in ("2020-01-01,1,2", "2020-01-01,3,2", "2021-01-01,2,2"):
        with pytest.raises(BadFile):
            commerce.record(row)
    assert commerce.record("2020-01-01,2,2")[1:4] == (1, 0, 0)


def test_another_version_of_an_application_does_not_take_the_answer(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.submit(application(NEWCOMER, 100, app_type="2"))
    commerce.story.pass_time(hours=2)
    assert state(commerce.story, NEWCOMER) == "registered"
    assert commerce.answered()[-1] == ("800", "21301.filing")
    assert [rule for _, rule in commerce.answered()].count("21301.filing") == 1


def test_a_registered_company_changes_only_with_the_register(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1")
    commerce.apply()
    commerce.story.pass_time(hours=2)
    commerce.record("2026-11-20,1,2")
    commerce.story.submit(application(NEWCOMER, 100, app_type="2", taxCredit="A"))
    assert known(commerce.story, NEWCOMER, "kinds") == ("merchant",)
    commerce.story.pass_time(hours=2)
    assert commerce.answered()[-1] == ("100", "26104")
    assert state(commerce.story, NEWCOMER) == "registered", "the registration stays as it was"


def test_where_it_is_off_nothing_waits_and_nothing_is_read(start_story) -> None:
    commerce = Commerce(start_story())
    assert commerce.apply() == [("2", "2"), *GREEN]
    queues = select(delivery.c.queue).where(delivery.c.queue == "commerce")
    assert commerce.story.rows(queues) == commerce.story.rows(select(licence_query.c.id)) == []
    number = commerce.ask(OTHER)
    assert [one.rule for one in commerce.told(number)][-1] == "26001"


# queries of companies


def test_a_company_asks_about_itself_and_can_recompute_the_digest(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1", company=COMPANY)
    number = commerce.ask(COMPANY)
    commerce.story.pass_time(hours=2)
    answer = commerce.told(number)[-1]
    assert (answer.return_status, answer.rule, answer.fields["state"]) == ("399", "26112", "1")
    assert answer.fields["legalPerson"] == "王**"
    said = {name: str(answer.fields[name]) for name in elements_of_answer(answer)}
    assert answer.fields["digest"] == digest_of(said)


def elements_of_answer(answer) -> list[str]:
    """The elements of an answer between creditCode and answeredAt."""
    names = list(answer.fields)
    return names[names.index("creditCode") : names.index("answeredAt") + 1]


def test_a_company_asks_about_another_only_with_its_authority(commerce: Commerce) -> None:
    commerce.record("2020-01-01,1,1", company=OTHER)
    assert commerce.told(commerce.ask(OTHER))[-1].rule == "26102"
    given = {"creditCode": OTHER.credit_code, "authNo": "SQ1", "holderCode": COMPANY.code, "untilDay": "20261121"}
    forged = commerce.send("LicenceAuthorisation", "licence_authorisation", "SQ1", COMPANY, **given)
    assert forged == ("100", "26002")
    given |= {"authNo": "SQ2"}
    assert commerce.send("LicenceAuthorisation", "licence_authorisation", "SQ2", OTHER, **given) == ("120", "26113")
    number = commerce.ask(OTHER, auth_no="SQ2")
    commerce.story.pass_time(hours=2)
    assert commerce.told(number)[-1].rule == "26112"
    assert commerce.told(commerce.ask(OTHER, auth_no="SQ1"))[-1].rule == "26102", "not that number"
    commerce.story.pass_time(days=2)
    assert commerce.told(commerce.ask(OTHER, auth_no="SQ2"))[-1].rule == "26102", "its last day is over"


def test_a_code_that_nobody_knows_and_a_day_to_come_are_refused(commerce: Commerce) -> None:
    number = commerce.ask(COMPANY)
    commerce.story.pass_time(hours=2)
    assert commerce.told(number)[-1].rule == "26101"
    assert commerce.told(commerce.ask(COMPANY, day="20261124"))[-1].rule == "26115"


def test_elements_without_content_are_left_out() -> None:
    from declarations.commerce.licences import LicenceAnswer

    assert set(elements_of(LicenceAnswer("X" * 18, "2026-11-20", "1", "N"))) == {
        "creditCode",
        "asOf",
        "name",
        "state",
        "abnormal",
        "severe",
        "answeredAt",
    }
