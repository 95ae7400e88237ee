"""Every kind of subject is decided about in one way: what may be done, what each act needs, what is refused and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from declarations.lifecycle import all_lifecycles
from declarations.money import scaled_from_text
from single_window.accounts.people import OPERATOR
from single_window.accounts.rights import book
from single_window.api.app import create_app
from single_window.cases.batches.decisions import acts as batch_acts
from single_window.cases.declarations.decisions import possible
from single_window.cases.exchange.decisions import acts as report_acts
from single_window.cases.refunds.decisions import acts as claim_acts
from single_window.cases.subjects import DECISION_KINDS
from single_window.clock import Clock
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.desks import desks
from single_window.store.sandbox_options import Options
from single_window.store.tables import guarantee
from single_window.wiring import Window
from tests.databases import carry_out, kept_open, window_in
from tests.described import described_client
from tests.officers import PASSWORD, account, decide
from tests.stories.story import NOON
from tests.tables import each

CODE = "3702960A01"
FAILURE = "inspection.quality_failure"
GUARANTEE, PARAMETER = f"/api/v1/cases/guarantee/{CODE}/decisions", f"/api/v1/cases/parameter/{FAILURE}/decisions"
THING = Subject("thing", 7, "T7", "open", Words("在办", "open"), 3)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """A window with a guarantee, and an administrator and a supervisor."""
    opened = window_in(tmp_path)
    opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    carry_out(
        opened.engine,
        insert(guarantee).values(
            sandbox="s",
            assure_code=CODE,
            name="海燕",
            amount=scaled_from_text("1000"),
            reserved=0,
            booked=0,
            standing="good",
            valid_until="2027-12-31",
        ),
    )
    account(opened, "gao", "administrator")
    account(opened, "zhao", "supervisor")
    yield from kept_open(opened)


@pytest.fixture
def client(window: Window) -> FlaskClient:
    """A client of the API."""
    return described_client(create_app(window))


def post(client: FlaskClient, path: str, name: str, body: dict[str, Any]) -> Any:
    return client.post(path, json=body, auth=(name, PASSWORD), headers={"X-Sandbox": "s"})


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(finding["code"], finding["found"]) for finding in answer.get_json()["findings"]]


def test_every_act_that_may_be_offered_has_its_rights() -> None:
    offered = {
        *(("declaration", step.action) for state in all_lifecycles()["declaration"].states for step in possible(state)),
        *(
            ("request", step.action)
            for kind in ("cancellation", "refund")
            for state in all_lifecycles()[kind].states
            for step in possible(state, kind)
        ),
        *(
            ("refund_claim", act.action)
            for state in all_lifecycles()["refund_claim"].states
            for act in claim_acts(state)
        ),
        *(
            ("forex_report", act.action)
            for state in all_lifecycles()["forex_report"].states
            for act in report_acts(state)
        ),
        *(("batch", act.action) for state in all_lifecycles()["batch"].states for act in batch_acts(state)),
    }
    assert len(offered) > 15 and offered - set(book().acts) == set()


def test_whatever_waits_at_a_desk_can_be_decided() -> None:
    waiting = {subject for desk in desks().values() if not desk.watched for subject in desk.subjects}
    assert waiting - set(DECISION_KINDS) <= {"parked"}


@each(
    ("path", "body", "status", "found"),
    [
        (GUARANTEE, {"action": "change", "amount": "1e9", "reason": "x"}, 422, "guarantee_amount"),
        (GUARANTEE, {"action": "change", "amount": "2000"}, 422, "reason_needed"),
        (GUARANTEE, {"action": "release", "amount": "2000"}, 422, "act_not_allowed"),
        (GUARANTEE, {"action": "change", "grade": "certified"}, 422, "unknown_value"),
        (
            PARAMETER,
            {"action": "change", "amount": "7", "since": "2026-11-23"},
            422,
            "parameter_out_of_bounds",
        ),
        (PARAMETER, {"action": "change", "amount": "0.1", "since": "soon"}, 422, "parameter_day"),
        ("/api/v1/cases/guarantee/X/decisions", {"action": "change"}, 404, ""),
        ("/api/v1/cases/thing/1/decisions", {"action": "change"}, 404, "thing"),
        ("/api/v1/cases/declaration/X/decisions", {"action": "reject"}, 403, ""),
    ],
)
def test_what_is_refused_says_why_with_a_code(
    client: FlaskClient, path: str, body: dict[str, Any], status: int, found: str
) -> None:
    answer = post(client, path, "gao", body)
    assert (answer.status_code, codes(answer)[0][1]) == (status, found)


def kind_of(filed: list[Requested]) -> DecisionKind:
    """A kind of decisions about things, made as a subject makes its own."""

    def keep(context: Context, sandbox: str, subject: Subject, requested: Requested, who: Any, _: int) -> int:
        filed.append(requested)
        return len(filed)

    return DecisionKind(
        subject="thing",
        noun=Words("物", "thing"),
        find=lambda connection, sandbox, number: THING,
        by_id=lambda connection, sandbox, number: THING,
        acts=lambda connection, sandbox, subject: [Act("close", Words("办结", "close"), needs=(REASON,))],
        settle=keep,
    )


@each(
    ("requested", "refused"),
    [
        (Requested("close", "done"), ""),
        (Requested("close", "done", seen=3), ""),
        (Requested("close", " "), "reason_needed"),
        (Requested("close", "done", seen=2), "moved_on"),
        (Requested("close", "done", of_form=True, prepared_for="close"), ""),
        (Requested("close", "done", of_form=True, prepared_for="open"), "reason_of_another"),
        (Requested("open", "done"), "act_not_allowed"),
    ],
)
def test_a_new_kind_is_decided_about_as_all_others(window: Window, requested: Requested, refused: str) -> None:
    filed: list[Requested] = []
    if refused:
        with pytest.raises(Refusal) as refusal:
            decide(window, "s", kind_of(filed), "T7", requested, OPERATOR)
        assert (refusal.value.name, filed) == (refused, [])
    else:
        assert decide(window, "s", kind_of(filed), "T7", requested, OPERATOR).decision == 1


def test_of_a_form_only_the_values_that_the_act_needs_are_kept(window: Window) -> None:
    filed: list[Requested] = []
    values = {"reason": "x", "amount": "12.00", "grade": ""}
    decide(window, "s", kind_of(filed), "T7", Requested("close", "done", values=values), OPERATOR)
    decide(window, "s", kind_of(filed), "T7", Requested("close", "done", values=values, of_form=True), OPERATOR)
    assert [dict(requested.values) for requested in filed] == [values, {"reason": "x"}]
