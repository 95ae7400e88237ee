"""What a second person must approve: proposed by one, carried out once another has approved it, never by the same."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from declarations.parameters.changing import AMOUNT_KEY
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking, book
from single_window.api import create_app
from single_window.cases import queue
from single_window.cases.declarations import decisions as acts
from single_window.language.refusal import Refusal
from single_window.store import case_queue, deadlines, decision_log, decision_log_check
from single_window.store.decisions import DecisionState
from single_window.store.desks import desks
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import declaration
from single_window.work import filing, proposals
from tests.api_keys import bearer, issued
from tests.commands import run_command
from tests.databases import ON_BOTH, carry_out
from tests.officers import TESTER, account, act, change_parameter, named
from tests.tables import each

pytestmark = ON_BOTH
INSPECTOR, SUPERVISOR = named("chen", "inspector"), named("zhao")
WHY = "contraband in the parcel"


@pytest.fixture
def inspected(start_story):
    """A list whose goods are inspected."""
    story = start_story()
    story.trade_sent = story.trade(0, fault="guarantee_short")
    story.send(story.trade_sent)
    decide(story, "inspect", TESTER)
    assert state(story) == "under_inspection"
    return story


@pytest.fixture
def proposed(inspected):
    """Its seizure, which an inspector has proposed."""
    return decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)


def decide(story, action, officer, reason=""):
    filed = act(story.window, story.sandbox, number(story), action, reason=reason, officer=officer, as_declared=True)
    story.window.settle()
    return filed.decision


def number(story):
    return str(story.column(story.trade_sent, "invt_no"))


def state(story):
    return story.column(story.trade_sent, "state")


def outcome(story, decision):
    return filing.outcome(story.window, story.sandbox, decision)


def entries(story):
    with reading(story.window.engine) as connection:
        assert decision_log_check.first_fault(connection, story.sandbox) is None
        return [(entry.by, entry.role, entry.outcome) for entry in decision_log.entries(connection, story.sandbox)][1:]


def approve(story, decision, officer):
    proposals.approve(story.window, story.sandbox, decision, officer)
    story.window.settle()
    return outcome(story, decision)


def test_a_seizure_is_only_proposed_until_a_second_officer_approves_it(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    assert state(inspected) == "under_inspection" and outcome(inspected, proposed).state == DecisionState.PROPOSED
    done = approve(inspected, proposed, SUPERVISOR)
    assert state(inspected) == "detained"
    assert (done.state, done.by, done.second, done.reason) == (DecisionState.DONE, "chen", "zhao", WHY)
    assert entries(inspected) == [
        ("chen", "inspector", "proposed"),
        ("zhao", "supervisor", "approved"),
        ("chen", "inspector", "done"),
    ]


def test_a_proposal_that_is_declined_does_nothing_and_the_case_may_be_decided_again(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    proposals.decline(inspected.window, inspected.sandbox, proposed, SUPERVISOR, "no proof")
    inspected.window.settle()
    assert state(inspected) == "under_inspection" and outcome(inspected, proposed).state == DecisionState.DECLINED
    assert entries(inspected)[-1] == ("zhao", "supervisor", "declined")
    decide(inspected, "conclude", INSPECTOR)
    assert state(inspected) != "under_inspection"


@pytest.mark.parametrize("settled", ["declined", "withdrawn"])
def test_what_an_inspector_found_passes_by_no_inspection_when_his_proposal_is_not_approved(inspected, settled):
    lines = range(1, len(inspected.trade_sent.document("inventory").lines) + 1)
    found = [[line, "differs", "实为手表", ""] for line in lines]
    given = {"reason": WHY, "officer": INSPECTOR, "as_declared": False, "findings": found}
    filed = act(inspected.window, inspected.sandbox, number(inspected), "detain_for_smuggling", **given)
    by, reason = (SUPERVISOR, "no proof") if settled == "declined" else (INSPECTOR, "")
    proposals.decline(inspected.window, inspected.sandbox, filed.decision, by, reason)
    inspected.pass_time(days=4)
    assert state(inspected) == "under_inspection" and "14212" in inspected.column(inspected.trade_sent, "reasons")
    decide(inspected, "conclude", INSPECTOR)
    assert state(inspected) != "under_inspection"


@each(
    ("officer", "refused"),
    [
        (INSPECTOR, Refusal),
        (named("chen"), Refusal),
        (named("wu", "inspector"), Lacking),
        (named("he", "auditor"), Lacking),
        (named("sun", "administrator"), Lacking),
        (Person("qian", "supervisor", agency="tax"), Lacking),
        (Person("li", "supervisor", office="0000"), Lacking),
    ],
)
def test_neither_the_one_who_proposed_nor_one_without_the_right_approves(inspected, proposed, officer, refused):
    with pytest.raises(refused):
        proposals.approve(inspected.window, inspected.sandbox, proposed, officer)
    assert outcome(inspected, proposed).state == DecisionState.PROPOSED and state(inspected) == "under_inspection"


def test_whoever_proposed_may_withdraw(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    proposals.decline(inspected.window, inspected.sandbox, proposed, INSPECTOR)
    assert outcome(inspected, proposed).state == DecisionState.WITHDRAWN
    assert entries(inspected)[-1] == ("chen", "inspector", "withdrawn")


def test_nothing_else_is_decided_while_a_proposal_waits(inspected):
    decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    with pytest.raises(Refusal, match="chen has proposed"):
        decide(inspected, "conclude", SUPERVISOR)


def test_a_proposal_is_settled_once_though_two_try_at_the_same_time(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)

    def settle(name):
        try:
            proposals.approve(inspected.window, inspected.sandbox, proposed, named(name))
        except Refusal:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(settle, ["zhao", "qian", "sun", "li"])) == 1
    inspected.window.settle()
    assert state(inspected) == "detained" and len(entries(inspected)) == 3


def test_a_proposal_whose_subject_has_moved_on_is_refused_once_it_is_approved(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    carry_out(inspected.window.engine, update(declaration).values(version=declaration.c.version + 1))
    refused = approve(inspected, proposed, SUPERVISOR)
    assert refused.state == DecisionState.REFUSED and [row.rule for row in refused.answer] == ["16004"]
    assert state(inspected) == "under_inspection"
    carry_out(inspected.window.engine, update(declaration).values(version=declaration.c.version - 1))


def test_a_proposal_waits_at_the_desk_of_those_who_may_approve_it(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)

    def taken(officer):
        case = queue.take_next(inspected.window, inspected.sandbox, officer)
        return case and case.key

    assert taken(INSPECTOR) is None, "his case waits for the second officer"
    assert taken(named("chen")) is None, "his own proposal is not given to him"
    assert taken(SUPERVISOR) == (PROPOSAL, str(proposed))
    approve(inspected, proposed, SUPERVISOR)
    assert taken(INSPECTOR)[0] == "declaration"


def test_a_program_needs_the_key_of_another_owner(inspected):
    first, other = (
        issued(inspected.window, inspected.sandbox, ["*"], ["act_as_officer"], owner=name)
        for name in ("robot", "second")
    )
    proposal = decide(inspected, "detain_for_smuggling", first.key.person, WHY)
    client, place = create_app(inspected.window).test_client(), f"/api/v1/cases/proposal/{proposal}/decisions"
    assert client.post(place, json={"action": "approve"}, headers=bearer(first)).status_code == 422
    assert state(inspected) == "under_inspection"
    assert client.post(place, json={"action": "approve"}, headers=bearer(other)).status_code in {200, 202}
    inspected.window.settle()
    assert state(inspected) == "detained"
    assert ("key:robot", "program", "proposed") in entries(inspected)


def test_the_operator_who_owns_the_machine_needs_nobody(inspected):
    decide(inspected, "detain_for_smuggling", TESTER, WHY)
    assert state(inspected) == "detained"


def test_the_command_line_lists_approves_and_refuses(inspected, dialect):
    if dialect != "sqlite":
        pytest.skip("the commands file the same decisions")
    for name, role in (("chen", "inspector"), ("zhao", "supervisor")):
        account(inspected.window, name, role)

    def command(*arguments):
        return run_command(*arguments, "--data", inspected.window.settings.data, "--sandbox", inspected.sandbox)

    filed = command("act", number(inspected), "detain_for_smuggling", "--reason", WHY, "--as", "chen")
    assert filed.exit_code == 0 and "approve --about proposal" in filed.output, filed.output
    (listed,) = json.loads(command("proposal", "list", "--json").output)["proposals"]
    assert (listed["by"], listed["action"], listed["reason"]) == ("chen", "detain_for_smuggling", WHY)
    own = command("act", str(listed["id"]), "approve", "--about", "proposal", "--as", "chen")
    assert own.exit_code == 1 and "somebody else must approve it" in own.output
    approved = command("act", str(listed["id"]), "approve", "--about", "proposal", "--as", "zhao")
    assert approved.exit_code == 0 and state(inspected) == "detained", approved.output
    again = command("act", str(listed["id"]), "decline", "--about", "proposal", "--as", "zhao")
    assert again.exit_code == 1 and "does not wait for approval" in again.output


@pytest.fixture
def failed(start_story):
    """A list whose goods were inspected, and whose quality sample failed."""
    story = start_story()
    always = {AMOUNT_KEY: "1"}
    change_parameter(
        story.window, story.sandbox, "inspection.quality_failure", always, "2026-11-20", by=OPERATOR, reason=WHY
    )
    story.trade_sent = story.trade(0, fault="guarantee_short")
    story.send(story.trade_sent)
    decide(story, "inspect", TESTER)
    story.pass_time(days=5)
    assert state(story) == "under_inspection" and "14206" in story.column(story.trade_sent, "reasons")
    return story


@pytest.mark.parametrize("officer", [INSPECTOR, SUPERVISOR, OPERATOR], ids=lambda person: person.role)
def test_goods_whose_sample_failed_are_not_cleared_without_a_reason(failed, officer):
    with pytest.raises(Refusal, match="conclude needs a reason"):
        decide(failed, "conclude", officer)
    assert state(failed) == "under_inspection"


def test_goods_whose_sample_failed_are_cleared_when_a_second_officer_approves_it(failed):
    proposed = decide(failed, "conclude", INSPECTOR, "复检合格")
    assert (state(failed), outcome(failed, proposed).state) == ("under_inspection", DecisionState.PROPOSED)
    with pytest.raises(Refusal):
        approve(failed, proposed, INSPECTOR)
    with pytest.raises(Lacking):
        approve(failed, proposed, named("wu", "inspector"))
    assert approve(failed, proposed, SUPERVISOR).state == DecisionState.DONE
    assert state(failed) in {"in_review", "concluded", "released"}


def test_the_page_of_a_failed_sample_says_that_clearing_it_needs_a_reason(failed):
    flow = failed.column(failed.trade_sent, "flow")
    steps = {step.action: step.needs for step in acts.possible("under_inspection", flow=flow, codes=["14206"])}
    usual = {step.action: step.needs for step in acts.possible("under_inspection", flow=flow)}
    assert (acts.REASON in steps["conclude"], acts.REASON in usual["conclude"]) == (True, False)


def test_goods_that_are_in_order_are_concluded_by_one(inspected):
    decide(inspected, "conclude", INSPECTOR)
    assert state(inspected) != "under_inspection"


def test_each_right_to_approve_has_its_desk():
    assert {second.right for seconds in book().seconds.values() for second in seconds} == {
        desk.right for desk in desks().values() if PROPOSAL in desk.subjects
    }


def test_who_declines_says_why_and_what_is_neither_approved_nor_declined_stays(inspected):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    with pytest.raises(Refusal):
        proposals.decline(inspected.window, inspected.sandbox, proposed, SUPERVISOR, "  ")
    case = case_of(inspected, proposed)
    with pytest.raises(Refusal, match="may not refuse"):
        queue.decide(inspected.window, inspected.sandbox, case, "refuse", WHY, SUPERVISOR)
    assert outcome(inspected, proposed).state == DecisionState.PROPOSED


def case_of(story, proposed):
    return story.read(case_queue.find, (PROPOSAL, str(proposed)))


# what is proposed, and what waits for the laboratory, does not go on by itself


def receipt_statuses(story):
    return story.statuses(story.trade_sent)


@pytest.mark.parametrize("settled", ["approved", "declined", "withdrawn"])
def test_the_deadlines_of_a_case_wait_until_its_proposal_is_settled(inspected, settled):
    proposed = decide(inspected, "detain_for_smuggling", INSPECTOR, WHY)
    inspected.pass_time(days=5)
    assert state(inspected) == "under_inspection" and "399" not in receipt_statuses(inspected)
    assert not inspected.read(deadlines.page, (0, 0), 10), "nothing is announced that does not come"
    if settled == "approved":
        assert approve(inspected, proposed, SUPERVISOR).state == DecisionState.DONE
    else:
        by, reason = (SUPERVISOR, "no proof") if settled == "declined" else (INSPECTOR, "")
        proposals.decline(inspected.window, inspected.sandbox, proposed, by, reason)
    inspected.pass_time(hours=1)
    assert ("399" in receipt_statuses(inspected)) == (settled != "approved")
    assert (state(inspected) == "detained") == (settled == "approved")


@pytest.fixture
def sampled(start_story):
    """A list under inspection of which a sample, which will fail, is at the laboratory."""
    story = start_story()
    always = {AMOUNT_KEY: "1"}
    change_parameter(
        story.window, story.sandbox, "inspection.quality_failure", always, "2026-11-20", by=OPERATOR, reason=WHY
    )
    story.trade_sent = story.trade(0, fault="guarantee_short")
    story.send(story.trade_sent)
    decide(story, "inspect", TESTER)
    return story


@pytest.mark.parametrize("officer", [INSPECTOR, SUPERVISOR, OPERATOR], ids=lambda person: person.role)
def test_nothing_concludes_a_list_while_its_sample_is_out(sampled, officer):
    with pytest.raises(Refusal, match="a sample of its goods is at the laboratory"):
        decide(sampled, "conclude", officer, WHY)
    client = create_app(sampled.window).test_client()
    address = f"/api/v1/cases/declaration/{number(sampled)}/decisions"
    who = account(sampled.window, "zhao")
    acts_now = client.get(address, headers={"X-Sandbox": sampled.sandbox}, auth=who).json["acts"]
    assert "conclude" not in {act["action"] for act in acts_now} and "send_back" in {act["action"] for act in acts_now}
    filing.file(
        sampled.window, sampled.sandbox, "declaration", sampled.column(sampled.trade_sent, "id"), "conclude", by=TESTER
    )
    sampled.window.settle()
    assert state(sampled) == "under_inspection", "the gateway refuses what no page checked"
    sampled.pass_time(days=5)
    assert state(sampled) == "under_inspection" and "14206" in sampled.column(sampled.trade_sent, "reasons")
    proposed = decide(sampled, "conclude", INSPECTOR, "复检合格")
    assert outcome(sampled, proposed).state == DecisionState.PROPOSED


def test_goods_that_are_detained_meanwhile_wait_for_the_result_as_well(sampled):
    decide(sampled, "detain", TESTER, WHY)
    with pytest.raises(Refusal, match="a sample of its goods is at the laboratory"):
        decide(sampled, "conclude", TESTER, WHY)
    sampled.pass_time(days=5)
    assert state(sampled) == "detained" and "14206" in sampled.column(sampled.trade_sent, "reasons")


def test_goods_of_which_no_sample_was_taken_are_concluded_at_once(inspected):
    decide(inspected, "conclude", INSPECTOR)
    assert state(inspected) != "under_inspection"
