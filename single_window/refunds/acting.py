"""Files what a tax officer decides about a claim; the refund desk carries it out when it is heard."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, func, select

from declarations.calendar import day_of
from declarations.lifecycle import OFFICER, Transition, allowed
from declarations.money import SCALE, TooLarge, plain, scale
from declarations.reasons import typed
from gateways.refund.exchange import overdue
from single_window.clock import monotonic, system_now
from single_window.numbering import ROWS
from single_window.refunds.explaining import KIND, NoSuchClaim
from single_window.refunds.looking import found
from single_window.store import sandboxes
from single_window.store.answers import write_sends
from single_window.store.engine import reading, writing
from single_window.store.tables import refund_claim, timeline
from single_window.stories.words import state as state_words
from single_window.wiring import Window

log = structlog.get_logger(__name__)
FEN = SCALE // 100
REFUSED = "action_refused"
"""What the history calls an act that was not carried out."""
ACTIONS = {"approve": "approve", "reduce": "reduce", "refuse": "reject", "ask": "ask", "recover": "recover"}
"""What an officer may do with a claim, and the step of its life that it is."""


class BadAct(ValueError):
    """An act that can be done with no claim, or without something that it needs; says what. `name` is short for it."""

    permanent = True

    def __init__(self, said: str, name: str = "action") -> None:
        super().__init__(said)
        self.name = name


class NotNow(Exception):
    """The claim's state does not let an officer do this; says what it does."""

    permanent = True


class Filed(NamedTuple):
    """An act that was filed: on which claim, in which state it was, how often this step had been taken before, and the

    number under which the desk tells that it would not do it.
    """

    claim_id: int
    cop_no: str
    action: str
    before: str
    taken: int
    number: str


def possible(state: str) -> list[str]:
    """The actions that an officer may take in a state of a claim."""
    steps = {step.action for step in _steps(state)}
    return [action for action, step in ACTIONS.items() if step in steps]


def needs_reason(state: str, action: str, late: bool = False) -> bool:
    """Whether an action must be given a reason, which the company reads. `late`: the exchange of the claim is short
    after its term."""
    if late and action == "approve":
        return True
    return any("reason_given" in step.needs for step in _steps(state) if step.action == ACTIONS.get(action))


def act(window: Window, sandbox: str, number: str, action: str, reason: str, who: str, amount: str = "",
        seen: str = "", version: int = 0) -> Filed:
    """File an act on the claim that a number names. `amount`: the refund in yuan that a reduction leaves; `seen` and
    `version`: the state and version in which it was seen (empty and 0: whichever it has). Raises `NoSuchClaim`,
    `BadAct` or `NotNow`."""
    if action not in ACTIONS:
        raise BadAct(f"There is no action {action!r} on a claim; there are: {', '.join(ACTIONS)}.")
    with reading(window.engine) as connection:
        claim = found(connection, sandbox, number)
        if claim is None:
            raise NoSuchClaim(sandbox, number)
        taken = _taken(connection, sandbox, claim, action)
        today = day_of(sandboxes.find(connection, sandbox).clock.now())
    if action not in possible(claim.state) or seen not in ("", claim.state) or version not in (0, claim.version):
        may = ", ".join(possible(claim.state)) or "nothing"
        raise NotNow(f"{claim.cop_no} is {claim.state} ({state_words(claim.state, KIND).zh}): "
                     f"an officer may not {action} it now. Allowed: {may}.")
    reason = typed(reason)
    late = overdue(claim.exchange, claim.exchange_due, today)
    if needs_reason(claim.state, action, late) and not reason:
        why = f": the exchange was due by {claim.exchange_due} and is not all there" if action == "approve" else ""
        raise BadAct(f'{action} needs a reason{why}: add --reason "…". The company reads it in the receipt.', "reason")
    window.numbering.ensure(ROWS, "row", 2)
    own = f"act-{window.numbering.one(ROWS, 'row')}-"
    _file(window, sandbox, [claim.id, action, who, {**_values(claim, action, reason, amount), "seen": claim.state,
                                                    "act": own}])
    log.info("refund.acted", sandbox=sandbox, claim=claim.id, action=action, who=who)
    return Filed(claim.id, claim.cop_no, action, claim.state, taken, own)


def done(connection: Connection, sandbox: str, filed: Filed) -> tuple[str, bool]:
    """The state of the claim of an act that was worked on, and whether the desk would not carry it out. While somebody

    else's act has moved the claim and this one is not heard, the state is still the one before.
    """
    claim = connection.execute(select(refund_claim).where(
        refund_claim.c.sandbox == sandbox, refund_claim.c.id == filed.claim_id)).one()
    if _told(connection, sandbox, claim, REFUSED, timeline.c.reasons.contains(filed.number, autoescape=True)):
        return claim.state, True
    return claim.state if _taken(connection, sandbox, claim, filed.action) > filed.taken else filed.before, False


def heard(window: Window, sandbox: str, filed: Filed, patience: float) -> tuple[str, bool]:
    """What the desk made of an act, waited for so many seconds at most: the claim's state, and whether it would not
    do it."""
    until, pause = monotonic() + patience, Event()
    while True:
        with reading(window.engine) as connection:
            state, refused = done(connection, sandbox, filed)
        if refused or state != filed.before or monotonic() > until:
            return state, refused
        pause.wait(0.02)


def _values(claim: Any, action: str, reason: str, amount: str) -> Mapping[str, str]:
    values = {"reason": reason} if reason else {}
    if action != "reduce":
        if amount:
            raise BadAct(f"An amount belongs to reduce, not to {action}.")
        return values
    try:
        left = scale(amount)
    except (ArithmeticError, ValueError, TooLarge):
        raise BadAct(f"reduce needs the refund that is left, in yuan: --amount 1300.00, not {amount!r}.",
                     "amount") from None
    if not 0 <= left < claim.refund or left % FEN:
        raise BadAct("What a reduction leaves lies from 0 to below the refund of the claim, "
                     f"{plain(claim.refund)}, in yuan and fen, not at {amount}.", "amount")
    return {**values, "amount": amount}


def _file(window: Window, sandbox: str, item: list[Any]) -> None:
    window.numbering.ensure(ROWS, "row", 1)
    with writing(window.engine) as connection:
        write_sends(connection, window.numbering, sandbox, {"refund.acted": [item]}, system_now())
    window.wake()


def _steps(state: str) -> tuple[Transition, ...]:
    return allowed(state, OFFICER, KIND)


def _taken(connection: Connection, sandbox: str, claim: Any, action: str) -> int:
    """How often a step of a claim's life was taken."""
    return _told(connection, sandbox, claim, f"refund_{ACTIONS[action]}")


def _told(connection: Connection, sandbox: str, claim: Any, event: str, *where: ColumnElement[bool]) -> int:
    return connection.execute(
        select(func.count()).select_from(timeline).where(
            timeline.c.sandbox == sandbox, timeline.c.order_no == claim.cop_no, timeline.c.key == claim.key,
            timeline.c.event == event, *where)).scalar_one()
