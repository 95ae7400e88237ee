"""The one table of rights: everything has a row in it, and rows say what each role may."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from declarations.lifecycle import LIFECYCLE_OF, OFFICER, all_lifecycles
from gateways.decisions import SubjectKind
from single_window.accounts import rights, rights_book
from single_window.accounts.people import GUEST, OPERATOR, PROGRAM, STRANGER, WITHOUT_ACCOUNT, Person, participant
from single_window.api import create_app
from single_window.cases.batches import decisions as batches
from single_window.cases.declarations.decisions import DECIDED
from single_window.cases.exchange import decisions as forex
from single_window.cases.guarantees import decisions as guarantees
from single_window.cases.parameters import decisions as parameters
from single_window.cases.refunds import decisions as refunds
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame.http.ports import PREFIX
from single_window.store.subjects import GUARANTEE, PARAMETER, QUALITY_CHECK, RISK_PROFILE
from single_window.wiring import Window
from tests.databases import kept_open, window_in
from tests.tables import each

RIGHTS_OF_CALLS = Path(__file__).parents[2] / "specifications" / "rights_of_calls.csv"
QUESTIONS = {"ask", "remind", "withdraw"}
ROLES = tuple(rights.book().roles)
ACTS = {
    SubjectKind.DECLARATION: {
        step.action for step in all_lifecycles()["declaration"].transitions if OFFICER in step.by
    },
    SubjectKind.REQUEST: {
        step.action
        for kind in DECIDED - {"inventory", "export_inventory"}
        for step in all_lifecycles()[LIFECYCLE_OF[kind]].transitions
        if OFFICER in step.by
    },
    SubjectKind.BATCH: {"open", *batches.STEPS},
    SubjectKind.TAX_BILL: {"pay"},
    SubjectKind.REFUND_CLAIM: set(refunds.ACTIONS),
    "forex_report": set(forex.DECISION_STEPS),
    "registration": {"approve", "refuse", "suspend", "resume", "grade", "correct", *QUESTIONS},
    "forex_enterprise": {"class"},
    "overseas_case": {"accept", "uncount", *QUESTIONS},
    "filing_case": {"accept", "breach", *QUESTIONS},
    "port_case": {"accept", "first_line", "second_line", "withdraw_release", "restore_release", *QUESTIONS},
    "korea_parcel": {"inquire", "hold", "send_back", "clear", "prove", "refuse_preference"},
    "commerce_case": {"press", "accept", "let_through", "refuse_lists", "admit_lists", *QUESTIONS},
    "open_data_month": {"draft_month", "publish", "discard"},
    "credit_case": {
        "notify",
        "uphold",
        "lessen",
        "drop",
        "repair",
        "refuse_repair",
        "object",
        "apply_repair",
        *QUESTIONS,
    },
    "recall": {
        "open_recall",
        "close_recall",
        "reopen_recall",
        "suspend_seller",
        "book_out_stock",
        "free_stock",
        "quash_recall",
        *QUESTIONS,
    },
    "spot_check": {
        "open_plan",
        "take",
        "refuse_sampling",
        "excuse",
        "insist",
        "warn",
        "delist",
        "rectify",
        "send_back_goods",
        "destroy",
        "order_recall",
        "close_check",
        "suspend_seller",
        "send_elsewhere",
        "waive_test",
        "uphold",
    },
    PARAMETER: {parameters.CHANGE},
    GUARANTEE: {guarantees.CHANGE},
    "parked": {"retry", "dismiss"},
    RISK_PROFILE: {"draft", "redraft", "put_in_force"},
    QUALITY_CHECK: {"check", "mix_in"},
}
"""What may be decided, as the parts of the program that carry it out say it."""
MAY = {
    "reviewer": {"review_lists", "keep_batches"},
    "inspector": {"inspect_goods"},
    "tax_officer": {"decide_claims", "pay_bills"},
    "exchange_officer": {"decide_exchange"},
    "registrar": {"register_companies"},
    "quality_officer": {"decide_spot_checks"},
    "recall_officer": {"decide_recalls"},
    "credit_officer": {"decide_credit"},
    "overseas_officer": {"decide_overseas"},
    "port_officer": {"decide_port"},
    "korea_officer": {"decide_korea"},
    "commerce_officer": {"decide_commerce"},
    "statistician": {"decide_open_data"},
    "supervisor": {
        "decide_credit",
        "decide_overseas",
        "decide_port",
        "decide_korea",
        "decide_commerce",
        "decide_open_data",
        "approve_open_data",
        "approve_credit",
        "decide_recalls",
        "approve_recalls",
        "approve_commerce",
        "decide_spot_checks",
        "approve_measures",
        "review_lists",
        "inspect_goods",
        "keep_batches",
        "decide_claims",
        "pay_bills",
        "decide_exchange",
        "register_companies",
        "approve_customs",
        "approve_refunds",
        "approve_registrations",
        "approve_parameters",
        "approve_profiles",
        "draft_profiles",
        "check_quality",
        "plan_quality",
        "reassign_cases",
        "control_tests",
    },
    "program": {
        "decide_credit",
        "decide_overseas",
        "decide_port",
        "decide_korea",
        "decide_commerce",
        "decide_open_data",
        "approve_open_data",
        "approve_credit",
        "decide_recalls",
        "approve_recalls",
        "approve_commerce",
        "decide_spot_checks",
        "approve_measures",
        "review_lists",
        "inspect_goods",
        "keep_batches",
        "decide_claims",
        "pay_bills",
        "decide_exchange",
        "register_companies",
        "approve_customs",
        "approve_refunds",
        "approve_registrations",
        "handle_parked",
    },
    "auditor": set(),
    "administrator": {
        "handle_parked",
        "change_parameters",
        "approve_parameters",
        "approve_profiles",
        "plan_quality",
        "control_tests",
        "manage_keys",
    },
    "guest": set(),
    "stranger": set(),
    "participant": {"keep_batches", "pay_bills", "answer_credit"},
}
"""What each role may decide; everybody with an account may look, and some at parked work, too."""
LOOKING = {"enter", "see_cases", "see_operations", "see_log", "supervise"}


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("data")))


def test_every_page_has_a_row_and_every_row_a_page(window: Window) -> None:
    pages = {rule.endpoint for rule in create_app(window).url_map.iter_rules() if rule.endpoint.startswith("console.")}
    assert set(rights.pages()) == pages


def test_every_act_has_a_row_and_every_row_an_act() -> None:
    assert set(rights.book().acts) == {(str(subject), action) for subject, acts in ACTS.items() for action in acts}
    assert {str(subject) for subject in SubjectKind} <= {subject for subject, _ in rights.book().acts}


OPEN = {
    "openapi.spec",
    "master_data.kinds",
    "faults.known",
    "triggers.ready_made",
    "rules.listed",
    "rules.show",
    "handbook.page",
    "handbook.asset",
    "handbook.asynchronous",
    "schema_files.listed",
    "schema_files.show",
}
"""Calls that give nothing but what the program is like."""


def test_every_call_has_a_row_and_every_row_a_call(window: Window) -> None:
    rules = [rule for rule in create_app(window).url_map.iter_rules() if rule.rule.startswith(f"{PREFIX}/")]
    assert set(rights.calls()) == {rule.endpoint for rule in rules}
    assert {endpoint for endpoint in rights.calls() if rights.is_open(endpoint)} == OPEN


def test_a_key_makes_the_calls_that_its_rights_say(window: Window) -> None:
    """`rights_of_calls.csv`: method, path, and the rights of which a key needs one; none: no key may make the call."""
    said = {
        (row["method"], row["path"].partition("?")[0]): set(row["rights"].split())
        for row in csv.DictReader(RIGHTS_OF_CALLS.read_text("utf-8").splitlines())
    }
    found = {}
    for rule in create_app(window).url_map.iter_rules():
        if rule.rule.startswith(f"{PREFIX}/") and rule.endpoint not in OPEN:
            path = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX))
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                found[method, path] = set(rights.wanted_of(rule.endpoint)) & set(rights.of_keys())
    assert found == said


def test_every_right_of_keys_is_of_use() -> None:
    used = {name for wanted in rights.calls().values() for name in wanted}
    assert set(rights.of_keys()) == {
        "read_receipts",
        "send_messages",
        "manage_channels",
        "control_tests",
        "act_as_officer",
    }
    assert set(rights.of_keys()) <= used


@each("role", tuple(MAY))
def test_a_role_may_control_tests_or_not(role: str) -> None:
    person = Person("somebody", role)
    for endpoint, wanted in rights.calls().items():
        if wanted != ("control_tests",):
            continue
        if "control_tests" in MAY[role]:
            rights.demand_call(person, endpoint)
        else:
            with pytest.raises(rights.Lacking):
                rights.demand_call(person, endpoint)


@each(("endpoint", "subjects"), [("decide", tuple(DECISION_KINDS)), ("handle", ("parked",))], ids=lambda given: given)
def test_a_form_is_reached_by_whoever_may_do_one_of_its_acts(endpoint: str, subjects: tuple[str, ...]) -> None:
    wanted = {right for (about, _), names in rights.book().acts.items() if about in subjects for right in names}
    seconds = {second.right for about in rights.book().seconds.values() for second in about}
    assert set(rights.pages()[f"console.{endpoint}"]) == wanted | (seconds if "proposal" in subjects else set())


@each("role", tuple(MAY))
def test_a_role_may_decide_just_this(role: str) -> None:
    person = Person("somebody", role)
    assert {name for name in rights.book().rights if rights.allows(person, name)} - LOOKING == MAY[role]
    for (subject, action), wanted in rights.book().acts.items():
        assert rights.may_act(person, subject, action) == bool(MAY[role] & set(wanted)), (subject, action)
    for endpoint, wanted in rights.book().pages.items():
        if not set(wanted) & LOOKING:
            assert rights.may_reach(person, endpoint) == bool(MAY[role] & set(wanted)), endpoint


def test_every_role_of_accounts_is_tested_and_none_that_has_no_account() -> None:
    assert set(MAY) == {*ROLES, GUEST.role, STRANGER.role, PROGRAM, participant("x").role}
    assert not set(ROLES) & WITHOUT_ACCOUNT


@each(
    ("person", "endpoint", "may"),
    [
        (STRANGER, "console.sign_in", True),
        (STRANGER, "console.static", True),
        (STRANGER, "console.day", False),
        (STRANGER, "console.channels", False),
        (GUEST, "console.log", False),
        (Person("r", "reviewer"), "console.log", False),
        (Person("a", "auditor"), "console.log", True),
        (GUEST, "console.day", True),
        (GUEST, "console.parked", True),
        (GUEST, "console.decide", False),
        (participant("1"), "console.day", False),
        (Person("t", "tax_officer"), "console.parked", False),
        (Person("a", "auditor"), "console.parked", True),
        (OPERATOR, "console.of nobody", False),
        (Person("s", "supervisor"), "console.of nobody", False),
        (Person("r", "reviewer", "", "customs", "4240"), "console.decide", True),
    ],
)
def test_who_may_look_at_what(person: Person, endpoint: str, may: bool) -> None:
    assert rights.may_reach(person, endpoint) == may


@each(
    ("agency", "office", "subject", "action", "at", "may"),
    [
        ("customs", "", "declaration", "conclude", "4240", True),
        ("customs", "", "refund_claim", "approve", "", False),
        ("tax", "", "refund_claim", "approve", "", True),
        ("tax", "", "declaration", "conclude", "4240", False),
        ("customs", "4240", "declaration", "conclude", "4240", True),
        ("customs", "4240", "declaration", "conclude", "4227", False),
        ("customs", "4240", "declaration", "conclude", "", False),
        ("customs", "4240", "batch", "open", "4227", False),
        ("tax", "4240", "refund_claim", "approve", "", True),
        ("", "", "registration", "grade", "", True),
        ("", "", "declaration", "eat", "", False),
    ],
)
def test_a_supervisor_decides_within_his_agency_and_office(
    agency: str, office: str, subject: str, action: str, at: str, may: bool
) -> None:
    assert rights.may_act(Person("s", "supervisor", "", agency, office), subject, action, at) == may


def test_what_is_lacking_is_reported_with_who_has_it() -> None:
    with pytest.raises(rights.Lacking) as lacking:
        rights.demand_act(Person("li", "auditor"), "declaration", "suspend", "4240")
    assert str(lacking.value) == (
        "li (auditor) may not do this: it needs the right to review lists and requests; "
        "who has it: reviewer or supervisor of customs at the customs office 4240."
    )
    assert lacking.value.right.zh == "审核清单和申请" and "关区4240" in lacking.value.holders.zh


@each(
    "text",
    [
        '[act.x]\ny = ["none"]',
        '[page]\n"console.x" = ["none"]',
        '[right.z]\nzh = ""\nen = ""\nroles = []\nagency = "no"',
    ],
)
def test_a_table_that_names_what_it_does_not_have_is_not_read(text: str) -> None:
    empty = {"agency": "", "role": "", "right": "", "act": "", "page": ""}
    source = "\n".join(f"[{name}]" for name in empty if f"[{name}]" not in text and f"[{name}." not in text)
    with pytest.raises(ValueError, match=r"no (right|agency)"):
        rights_book.of_tables([("rights.toml", tomllib.loads(f"{source}\n{text}"))])


def test_the_table_lies_beside_the_code_that_reads_it() -> None:
    assert Path(rights.__file__).with_name("rights.toml").is_file()
