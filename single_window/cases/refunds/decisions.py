"""Files what a tax officer decides about a claim; the refund desk carries it out when it handles the delivery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from declarations.calendar import day_of
from declarations.lifecycle import OFFICER, Transition, allowed
from declarations.money import SCALE, TooLarge, plain, scale
from declarations.reasons import typed
from gateways.decisions import Subject
from gateways.refund.exchange import overdue
from single_window.accounts.people import Person
from single_window.cases.refunds.explaining import KIND, NoSuchClaim
from single_window.cases.refunds.queries import came_back, find
from single_window.context import Context
from single_window.language.words import state as state_words
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.work import decisions

FEN = SCALE // 100
ACTIONS = {"approve": "approve", "reduce": "reduce", "refuse": "reject", "ask": "ask", "recover": "recover"}
"""What an officer may do with a claim, and the step of its life that it is."""


class BadAct(ValueError):
    """An act that can be done with no claim, or without something that it needs; the message says what. `name` is short
    for it."""

    permanent = True

    def __init__(self, message: str, name: str = "action") -> None:
        super().__init__(message)
        self.name = name


class NotNow(Exception):
    """The claim's state does not let an officer do this; the message lists what it does."""

    permanent = True


class Filed(NamedTuple):
    """An act that was filed: on which claim, in which state it was, and the id of the decision."""

    claim_id: int
    cop_no: str
    action: str
    before: str
    decision: int


def possible(state: str) -> list[str]:
    """The actions that an officer may take in a state of a claim."""
    steps = {step.action for step in _steps(state)}
    return [action for action, step in ACTIONS.items() if step in steps]


def needs_reason(state: str, action: str, doubtful: bool = False) -> bool:
    """Whether an action must be given a reason, which the company reads. `doubtful`: the exchange of the claim is short
    after its term, or some of its goods came back."""
    if doubtful and action == "approve":
        return True
    return any("reason_given" in step.needs for step in _steps(state) if step.action == ACTIONS.get(action))


def act(
    context: Context,
    sandbox: str,
    number: str,
    action: str,
    reason: str,
    who: Person,
    amount: str = "",
    seen: str = "",
    version: int = 0,
) -> Filed:
    """File an act on the claim that a number names. `amount`: the refund in yuan that a reduction leaves; `seen` and
    `version`: the state and version in which it was seen (empty and 0: whichever it has). Raises `NoSuchClaim`,
    `BadAct` or `NotNow`."""
    if action not in ACTIONS:
        raise BadAct(f"There is no action {action!r} on a claim; there are: {', '.join(ACTIONS)}.")
    with reading(context.engine) as connection:
        claim = find(connection, sandbox, number)
        if claim is None:
            raise NoSuchClaim(sandbox, number)
        today = day_of(sandboxes.find(connection, sandbox).clock.now())
        back = came_back(connection, sandbox, claim.id)
    _check_allowed(claim, action, seen, version)
    reason = typed(reason)
    if not reason:
        _check_needs_no_reason(claim, action, today, back)
    filed = decisions.file(
        context,
        sandbox,
        Subject.REFUND_CLAIM,
        claim.id,
        action,
        by=who,
        seen=claim.version,
        reason=reason,
        values=_values(claim, action, amount),
    )
    return Filed(claim.id, claim.cop_no, action, claim.state, filed)


def _check_allowed(claim: Any, action: str, seen: str, version: int) -> None:
    if action not in possible(claim.state) or seen not in ("", claim.state) or version not in (0, claim.version):
        may = ", ".join(possible(claim.state)) or "nothing"
        raise NotNow(
            f"{claim.cop_no} is {claim.state} ({state_words(claim.state, KIND).zh}): "
            f"an officer may not {action} it now. Allowed: {may}."
        )


def _check_needs_no_reason(claim: Any, action: str, today: date, back: bool) -> None:
    late = overdue(claim.exchange, claim.exchange_due, today)
    if needs_reason(claim.state, action, late or back):
        why = f": the exchange was due by {claim.exchange_due} and is not all there" if late else ""
        why = (why or ": goods of the claim came back") if action == "approve" else ""
        raise BadAct(f'{action} needs a reason{why}: add --reason "…". The company reads it in the receipt.', "reason")


def _values(claim: Any, action: str, amount: str) -> Mapping[str, str]:
    if action != "reduce":
        if amount:
            raise BadAct(f"An amount belongs to reduce, not to {action}.")
        return {}
    try:
        left = scale(amount)
    except (ArithmeticError, ValueError, TooLarge):
        raise BadAct(
            f"reduce needs the refund that is left, in yuan: --amount 1300.00, not {amount!r}.", "amount"
        ) from None
    if not 0 <= left < claim.refund or left % FEN:
        raise BadAct(
            "What a reduction leaves lies from 0 to below the refund of the claim, "
            f"{plain(claim.refund)}, in yuan and fen, not at {amount}.",
            "amount",
        )
    return {"amount": amount}


def _steps(state: str) -> tuple[Transition, ...]:
    return allowed(state, OFFICER, KIND)
