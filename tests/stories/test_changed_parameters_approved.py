"""What an administrator changes for a sandbox: approved by a second person, logged, in force from its day on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from declarations.calendar import DAY
from declarations.parameters import load
from declarations.parameters.changing import AMOUNT_KEY
from gateways.circumstances import Options
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking
from single_window.clock import Clock
from single_window.language.refusal import Refusal
from single_window.settings import Settings
from single_window.store import decision_log, decision_log_check, sandboxes
from single_window.store.engine import reading
from single_window.store.proposals import waiting
from single_window.store.tables import decision_log as log_rows
from single_window.wiring import Window
from single_window.work import filing
from single_window.work import proposals as proposing
from single_window.work.filing import DecisionState
from single_window.work.parameter_changes import parse_value
from tests.databases import ON_BOTH, carry_out, kept_open, made_database, read_by, write_by
from tests.officers import change_parameter
from tests.stories.story import NOON
from tests.tables import each

pytestmark = ON_BOTH
RATES, FAILURE = "inspection.rates", "inspection.quality_failure"
TODAY, TOMORROW = "2026-11-20", "2026-11-21"
ADMIN, OTHER = Person("gao", "administrator"), Person("lin", "administrator")
SUPERVISOR, AUDITOR = Person("zhao", "supervisor", agency="customs"), Person("he", "auditor")


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        for name in ("s", "other"):
            opened.make_sandbox(name, Options(), clock=Clock("virtual", NOON, 0, 0))
        yield from kept_open(opened)


WHY = "年度评估"


def proposed(window: Window, number: str = "0.5", since: str = TOMORROW, by: Person = ADMIN, **more: object) -> int:
    return change_parameter(window, "s", RATES, {"ordinary": number}, since, by=by, **{"reason": WHY, **more})  # type: ignore[arg-type]


def rate(window: Window, day: str, sandbox: str = "s") -> Decimal:
    """What gateways receive."""
    result = read_by(window.engine, window.circumstances, sandbox).parameters.on(RATES, date.fromisoformat(day)).table
    assert isinstance(result["ordinary"], Decimal)
    return result["ordinary"]


def outcome(window: Window, number: int) -> filing.StoredDecision:
    return filing.outcome(window, "s", number)


def logged(window: Window) -> list[tuple[str, str, str]]:
    with reading(window.engine) as connection:
        assert decision_log_check.first_fault(connection, "s") is None
        return [(row.by, row.outcome, row.after) for row in decision_log.entries(connection, "s")]


@each("second", [OTHER, SUPERVISOR], ids=lambda person: person.role)
def test_a_change_is_in_force_once_another_has_approved_it_and_not_before(window: Window, second: Person) -> None:
    since = TOMORROW if second == OTHER else "2026-11-25"
    number = proposed(window, "0.5" if second == OTHER else "0.6", since)
    assert outcome(window, number).state == DecisionState.PROPOSED
    before = rate(window, since)
    proposing.approve(window, "s", number, second)
    assert outcome(window, number).done, "answered in the commit that approves it"
    assert rate(window, since) != before and rate(window, TODAY) == Decimal("0.02")
    assert rate(window, since, "other") == Decimal("0.02"), "another sandbox keeps what the package says"


def test_its_source_says_who_changed_it_and_when(window: Window) -> None:
    number = proposed(window)
    proposing.approve(window, "s", number, SUPERVISOR)
    value = read_by(window.engine, window.circumstances, "s").parameters.on(RATES, date.fromisoformat(TOMORROW))
    assert value.confidence == "I" and value.ref == ("own",)
    for part in ("gao", TODAY, "approved by zhao", f"decision {number}"):
        assert part in value.source


def test_every_step_is_in_the_log_with_the_value_it_led_to(window: Window) -> None:
    proposing.decline(window, "s", proposed(window, "0.4"), OTHER, "依据不足")
    proposing.approve(window, "s", proposed(window), SUPERVISOR)
    value = logged(window)[-1][2]
    assert '"ordinary":"0.5"' in value and value.endswith(f"@{TOMORROW}")
    assert [row[:2] for row in logged(window)] == [
        ("gao", "proposed"),
        ("lin", "declined"),
        ("gao", "proposed"),
        ("zhao", "approved"),
        ("gao", "done"),
    ]
    carry_out(window.engine, update(log_rows).where(log_rows.c.outcome == "done").values(after='{"ordinary":"0.9"}'))
    assert read_by(window.engine, decision_log_check.first_fault, "s") is not None


def test_nobody_approves_what_he_proposed_and_others_need_the_right(window: Window) -> None:
    number = proposed(window)
    with pytest.raises(Refusal):
        proposing.approve(window, "s", number, ADMIN)
    with pytest.raises(Lacking):
        proposing.approve(window, "s", number, AUDITOR)
    assert rate(window, TOMORROW) == Decimal("0.02")


@each("person", [SUPERVISOR, AUDITOR, Person("wu", "reviewer")], ids=lambda person: person.role)
def test_only_an_administrator_proposes(window: Window, person: Person) -> None:
    with pytest.raises(Lacking):
        proposed(window, by=person)


def test_one_change_of_a_parameter_waits_at_a_time_others_may(window: Window) -> None:
    proposed(window)
    with pytest.raises(Refusal):
        proposed(window, "0.6", by=OPERATOR)
    change_parameter(window, "s", FAILURE, {AMOUNT_KEY: "0.1"}, TOMORROW, by=ADMIN, reason=WHY)
    assert [decision.subject_id for decision in read_by(window.engine, waiting, "s")] == [RATES, FAILURE]


def test_the_operator_needs_nobody(window: Window) -> None:
    number = proposed(window, since=TODAY, by=OPERATOR)
    assert outcome(window, number).done and rate(window, TODAY) == Decimal("0.5")


def test_a_change_of_what_was_changed_meanwhile_is_refused(window: Window) -> None:
    proposed(window, by=OPERATOR)
    with pytest.raises(Refusal, match=r"has changed meanwhile.*change the value, by operator"):
        proposed(window, "0.6", seen=1)
    assert outcome(window, proposed(window, "0.6", seen=2, by=OPERATOR)).done


def test_a_proposal_whose_day_is_over_is_refused_and_changes_nothing(window: Window) -> None:
    number = proposed(window)
    assert write_by(window.engine, sandboxes.set_clock, "s", NOON + 2 * DAY)
    proposing.approve(window, "s", number, OTHER)
    decision = outcome(window, number)
    assert decision.refused and decision.answer[0].rule == "16005"
    assert rate(window, "2026-11-22") == Decimal("0.02") and logged(window)[-1][:2] == ("gao", "refused")


@each(
    ("name", "text", "since", "why"),
    [
        (RATES, "ordinary=0.5", "2026-11-19", "parameter_past"),
        (RATES, "ordinary=0.5", "tomorrow", "parameter_day"),
        (RATES, "ordinary=0.5", "", "parameter_day"),
        (RATES, "0.5", TODAY, "parameter_unknown_key"),
        (RATES, "ordinary=5", TODAY, "parameter_out_of_bounds"),
        (RATES, "ordinary=0.02", TODAY, "parameter_unchanged"),
        (FAILURE, "{x}", TODAY, "parameter_out_of_bounds"),
        ("limits.annual", "1", TODAY, "parameter_not_changeable"),
    ],
)
def test_what_is_not_possible_is_refused_with_its_reason(
    window: Window, name: str, text: str, since: str, why: str
) -> None:
    with pytest.raises(Refusal) as refused:
        change_parameter(window, "s", name, parse_value(text), since, by=OPERATOR)
    assert refused.value.name == why


def test_the_law_of_the_package_is_the_same_object_where_nothing_was_changed(window: Window) -> None:
    assert read_by(window.engine, window.circumstances, "other").parameters is load()
