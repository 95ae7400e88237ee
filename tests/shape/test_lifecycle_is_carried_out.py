"""What the lifecycle lets an officer do, somebody carries out; and every step has its words."""

from __future__ import annotations

import ast

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF, OFFICER
from gateways.agency import agencies
from gateways.customs import review
from gateways.refund import review as refund_review
from schemas.codes import return_statuses
from schemas.receipt_texts import text
from single_window.cases.declarations.decisions import FOLLOWS
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame.decision_kinds import DecisionKind
from single_window.store.agency_tables import SUBJECTS
from tests.shape.sources import Module, modules
from tests.tables import each

REQUESTS = ("cancellation", "refund", "export_refund")
NO_HAND = {
    "document": "an order, payment or waybill is answered with the list that uses it, never by itself",
    "intake": "an intake note is answered when it comes",
    "tally": "a tally is answered when it comes",
    "transport_note": "a note is answered when its parts are there, a departure when its parcels are released",
}
"""Lifecycles whose steps an officer never takes by hand, and why."""
UNSAID = {("export_refund", "approve"): "the receipt of a return of exports (214) knows no 399"}
"""What an officer does with a request without a receipt, and why."""
TRANSITIONS = [(name, step) for name, life in lifecycle.all_lifecycles().items() for step in life.transitions]


def all_kept() -> set[str]:
    return set(SUBJECTS)


def module(name: str) -> Module:
    return next(candidate for candidate in modules() if candidate.name == name)


def known(source: Module, function: str) -> set[str]:
    """The actions that a function compares its `action` with."""
    body = next(node for node in source.nodes if isinstance(node, ast.FunctionDef) and node.name == function)
    return {
        constant.value
        for node in ast.walk(body)
        if isinstance(node, ast.Compare) and ast.unparse(node.left) == "action"
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant)
    }


def officers(name: str) -> set[str]:
    return {step.action for step in lifecycle.all_lifecycles()[name].transitions if OFFICER in step.by}


def test_customs_carries_out_what_an_officer_may_do_with_a_list() -> None:
    able = known(module("gateways.customs.review"), "_apply_action") | set(review.DETENTIONS)
    assert officers("declaration") == able
    assert set(FOLLOWS) <= {step.action for step in lifecycle.all_lifecycles()["declaration"].transitions} - able


def test_an_act_on_a_request_moves_it_by_the_lifecycle_and_says_so() -> None:
    for name in REQUESTS:
        for step in lifecycle.all_lifecycles()[name].transitions:
            if OFFICER in step.by and (name, step.action) not in UNSAID:
                assert step.return_status, (name, step.action)
                assert step.action == "reject" or text(step.words), (name, step.action)


def test_customs_carries_out_what_an_officer_may_do_with_a_batch() -> None:
    assert officers("batch") <= known(module("gateways.customs.batches.changes"), "_carry_out")


@each("kind", [kind for kind in DECISION_KINDS.values() if kind.steps and kind.subject in all_kept()])
def test_an_agency_carries_out_what_its_officers_may_do_with_its_subjects(kind: DecisionKind) -> None:
    assert officers(kind.subject) == set(kind.steps.values())


def test_the_refund_desk_carries_out_what_an_officer_may_do_with_a_claim() -> None:
    assert officers("refund_claim") == set(refund_review.LIFECYCLE_ACTIONS.values())
    assert set(refund_review.LIFECYCLE_ACTIONS) == known(module("gateways.refund.review"), "_carry_out")


def test_everything_else_that_an_officer_may_do_is_listed_with_a_reason() -> None:
    assert {name for name in lifecycle.all_lifecycles() if officers(name)} == {
        "declaration",
        *REQUESTS,
        "batch",
        *all_kept(),
        "refund_claim",
        *NO_HAND,
    }
    assert all(FOLLOWS.values()) and all(NO_HAND.values())


@each(("name", "step"), TRANSITIONS, ids=lambda value: value if isinstance(value, str) else value.action)
def test_a_step_has_labels_and_says_something_that_exists(name: str, step: lifecycle.Transition) -> None:
    assert step.zh and step.en
    if step.words:
        assert text(step.words).zh
    if step.return_status and name != "tax_bill":
        assert step.return_status in return_statuses or text(step.return_status)


def test_every_kind_of_document_lives_one_of_the_lives() -> None:
    of_agencies = {life for agency in agencies().values() for life in agency.lives}
    assert {*LIFECYCLE_OF.values(), *of_agencies} == set(lifecycle.all_lifecycles())


def test_the_reading_of_actions_sees_each_form() -> None:
    source = Module("x", "def do(action):\n  if action == 'a': pass\n  elif action in {'b', 'c'}: pass\n  x == 'd'")
    assert known(source, "do") == {"a", "b", "c"}


def test_what_states_and_actions_the_program_names_exist() -> None:
    actions = {step.action for _, step in TRANSITIONS}
    for source in modules("gateways", "single_window"):
        for call in source.calls():
            position = {"advance": 1, "step": 1, "move": 1}.get(ast.unparse(call.func).rpartition(".")[2])
            if position is None or len(call.args) <= position or within_lifecycle(source, call):
                continue
            wanted = call.args[position]
            if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                assert wanted.value in actions, f"{source.name}:{call.lineno} {wanted.value}"


def within_lifecycle(source: Module, call: ast.Call) -> bool:
    """`window.advance(sandbox, …)` moves a clock, not a declaration."""
    return isinstance(call.func, ast.Attribute) and not ast.unparse(call.func).startswith("lifecycle.")
