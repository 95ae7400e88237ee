"""Decisions of officers in a scenario: about lists, requests, claims and companies, and with batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulators.entry.windows import SandboxClient
from simulators.scenarios.actors import Actor
from simulators.scenarios.form import BatchStep, OfficerStep
from simulators.scenarios.writing import NotYet

DONE, PROPOSED = "done", "proposed"


def decide(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    """Decide about a trade's list, cancellation, return, claim or company; returns "done", or "proposed" if a second
    officer must approve. Raises `CallRefused`."""
    return DECIDERS[step.about](sandbox, actor, step)


def _decide_list(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    return sandbox.decide(actor.trade.id, step.officer, step.reason).status


def _request_decider(letter: str) -> Callable[[SandboxClient, Actor, OfficerStep], str]:
    def decide_request(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
        trade = actor.trade
        serial = trade.inventory.head["copNo"][1:] if actor.flow == "import" else trade.serial
        return sandbox.decide(letter + serial, step.officer, step.reason).status

    return decide_request


def _decide_claim(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    if actor.case is None:
        raise NotYet(f"{actor.name} has no refund")
    values = {"amount": step.amount} if step.amount else {}
    return sandbox.decide(actor.case.id, step.officer, step.reason, "refund_claim", **values).status


def _decide_company(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    code = actor.case.firm.code if actor.case else actor.trade.parties.merchant.code
    return sandbox.decide(code, step.officer, step.reason, "registration").status


DECIDERS: Mapping[str, Callable[[SandboxClient, Actor, OfficerStep], str]] = {
    "list": _decide_list,
    "cancellation": _request_decider("C"),
    "return": _request_decider("T"),
    "claim": _decide_claim,
    "company": _decide_company,
}
"""Subject of an officer step → function that files the decision."""


def act_on_batch(sandbox: SandboxClient, actor: Actor, step: BatchStep) -> None:
    """Declare or review the batch of a sandbox; raises `CallRefused`."""
    batches = sandbox.call("GET", "/batches")["batches"]
    if not batches:
        raise NotYet("there is no batch")
    number = batches[0]["batch_no"]
    if step.batch == "declare":
        sandbox.call("POST", f"/batches/{number}/declare", json={"by": actor.trade.parties.agent.code})
    else:
        sandbox.decide(number, step.batch, step.reason, "batch")
