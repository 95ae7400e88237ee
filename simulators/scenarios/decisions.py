"""Decisions of officers in a scenario: about lists, requests, claims and companies, and with batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulators.entry.places import SandboxClient
from simulators.scenarios.actors import Actor
from simulators.scenarios.form import BatchStep, OfficerStep
from simulators.scenarios.papers import NotYet

DONE, PROPOSED = "done", "proposed"


def act(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    """Decide about a trade's list, cancellation, return, claim or company; gives "done", or "proposed" where a second
    officer must approve. Raises `CallRefused`."""
    return CASES[step.about](sandbox, actor, step)


def _list(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    return sandbox.decide(actor.trade.id, step.officer, step.reason).status


def _request(letter: str) -> Callable[[SandboxClient, Actor, OfficerStep], str]:
    def decided(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
        trade = actor.trade
        own = trade.inventory.head["copNo"][1:] if actor.flow == "import" else trade.serial
        return sandbox.decide(letter + own, step.officer, step.reason).status

    return decided


def _claim(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    if actor.case is None:
        raise NotYet(f"{actor.name} has no refund")
    values = {"amount": step.amount} if step.amount else {}
    return sandbox.decide(actor.case.id, step.officer, step.reason, "refund_claim", **values).status


def _company(sandbox: SandboxClient, actor: Actor, step: OfficerStep) -> str:
    code = actor.case.firm.code if actor.case else actor.trade.parties.merchant.code
    return sandbox.decide(code, step.officer, step.reason, "registration").status


CASES: Mapping[str, Callable[[SandboxClient, Actor, OfficerStep], str]] = {
    "list": _list,
    "cancellation": _request("C"),
    "return": _request("T"),
    "claim": _claim,
    "company": _company,
}
"""What an officer may decide about."""


def batched(sandbox: SandboxClient, actor: Actor, step: BatchStep) -> None:
    """Declare or review the batch of a sandbox; raises `CallRefused`."""
    batches = sandbox.call("GET", "/batches")["batches"]
    if not batches:
        raise NotYet("there is no batch")
    number = batches[0]["batch_no"]
    if step.batch == "declare":
        sandbox.call("POST", f"/batches/{number}/declare", json={"by": actor.trade.parties.agent.code})
    else:
        sandbox.decide(number, step.batch, step.reason, "batch")
