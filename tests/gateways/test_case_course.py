"""The course of cases that agencies open about what they find, on the port's lifecycle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from gateways.case_course import CaseCourse, case_number
from gateways.desk import Desk
from tests.gateways.desks import desk_of

COURSE = CaseCourse("port_case", "port_community", "port", "PortAdvice")
OLD, NEW = Reason("29108", {"container": "A"}), Reason("29108", {"container": "B"})


@dataclass
class Case:
    """A case by its key."""

    key: str
    state: str = "open"
    reasons: tuple[Reason, ...] = (OLD,)
    case_no: str = "GA1"
    ended_at: int = 0
    decided_by: str = ""


@dataclass
class Kept:
    """Cases that were put."""

    put: list[Any] = field(default_factory=list)

    def put_case(self, case: Any) -> None:
        self.put.append(case)


def settled(*known: Case, **now: Reason) -> tuple[list[str], list[str], list[str]]:
    """The keys of cases that are opened, those of cases that are cleared, and the events."""
    desk: Desk[Any] = desk_of(Kept())
    found: list[str] = []
    gone: list[Case] = []
    COURSE.settle(known, now, desk, found=found.append, gone=gone.append)
    return found, [case.key for case in gone], [event.event for event in desk.answers.timeline]


def test_what_is_new_opens_a_case() -> None:
    assert settled(k=OLD) == (["k"], [], [])


def test_what_stays_the_same_is_left() -> None:
    assert settled(Case("k"), k=OLD) == ([], [], [])


def test_another_reason_renews_the_case() -> None:
    case = Case("k")
    assert settled(case, k=NEW) == ([], [], ["port_renew"])
    assert case.reasons == (NEW,)


def test_what_is_gone_clears_the_case() -> None:
    assert settled(Case("k")) == ([], ["k"], [])


def test_what_was_accepted_stays_accepted_as_long_as_it_says_the_same() -> None:
    assert settled(Case("k", "accepted"), k=OLD) == ([], [], [])
    assert settled(Case("k", "accepted"), k=NEW) == (["k"], [], [])


def test_what_was_cleared_opens_anew() -> None:
    assert settled(Case("k", "cleared"), k=OLD) == (["k"], [], [])


def test_an_end_is_noted_with_who_decided() -> None:
    desk, case = desk_of(Kept()), Case("k")
    COURSE.step(case, "accept", desk, reason="explained", by="anna")
    assert (case.state, case.decided_by, case.ended_at) == ("accepted", "anna", desk.now)
    assert [(event.event, event.actor) for event in desk.answers.timeline] == [("port_accept", "anna")]
    assert desk.repository.put == [case]


def test_a_step_that_the_state_forbids_changes_nothing() -> None:
    desk, case = desk_of(Kept()), Case("k", "cleared")
    with pytest.raises(NotAllowed):
        COURSE.step(case, "clear", desk)
    assert case.state == "cleared" and not desk.answers.timeline


def test_a_company_is_told_only_what_says_something() -> None:
    desk = desk_of(Kept())
    COURSE.tell("C", "GA1", "300", OLD, {"containerNo": "A", "voyageNo": ""}, desk, once="open")
    assert [notice.draft.fields for notice in desk.answers.notices] == [{"containerNo": "A"}]


def test_a_number_names_day_and_what_it_is_about() -> None:
    desk = desk_of(None)
    assert case_number("GA", "a", desk) == case_number("GA", "a", desk) != case_number("GA", "b", desk)
    assert case_number("GA", "a", desk)[:10] == f"GA{desk.day:%Y%m%d}"
