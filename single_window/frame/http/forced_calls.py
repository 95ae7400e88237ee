"""Outcomes that a test forces on a call that sends a message: 429 or 503, or a connection that ends without an
answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from flask import Response, request
from sqlalchemy import Connection
from waitress.channel import ClientDisconnected

from gateways.replies import ANSWERS
from single_window.frame.http.ports import Ports
from single_window.frame.http.problems import problem
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.forced_readings import about
from single_window.intake.reading import Arrived, Reading
from single_window.outcomes.forcing import Forcing
from single_window.outcomes.scenarios import Scenario, scenario
from single_window.outcomes.triggers import TO_CALLS, Do, Trigger, code_of
from single_window.refused import Refused
from single_window.store import sandboxes
from single_window.store import triggers as rows
from single_window.store.answers import write_timeline
from single_window.store.engine import reading, writing
from single_window.store.numbering import ROWS
from single_window.store.records import Conflict

HEADER = "X-Scenario"
ATTEMPTS = 20
"""How often a call queries its trigger while others use the same."""


class ForcedCall(NamedTuple):
    """The outcome of a call: the scenario that it named, and if its connection ends and when."""

    scenario: str = ""
    drop: str = ""


NOTHING = ForcedCall()


def forced(at: Ports, sandbox: str, came: Reading, body: bytes) -> ForcedCall:
    """The outcome forced on a call; raises a `Problem` for 429 and 503, and for a scenario that there is not, or that
    has nothing to do with the message."""
    chosen = _chosen(came)
    with reading(at.window.engine) as connection:
        known = at.window.triggers.triggers(connection, sandbox, rows.epoch(connection, sandbox))
        now = sandboxes.find(connection, sandbox).clock.now() if known else 0
    of_calls = [
        trigger
        for trigger in (*(chosen.triggers if chosen else ()), *known)
        if trigger.action.do in TO_CALLS and trigger.acts_at(now)
    ]
    named = chosen.name if chosen else ""
    if not of_calls or came.refused:
        return ForcedCall(named)
    if not came.documents:
        came = at.window.read(sandbox, body)
    at.window.numbering.ensure(ROWS, "row", len(came.documents) + 1)
    trigger = _counted(at, sandbox, came, of_calls)
    return ForcedCall(named, _done(trigger)) if trigger else ForcedCall(named)


def dropped() -> Response:
    """An answer that never comes: the connection ends."""
    return Response(_end(), 503)


def cut(answer: Response) -> Response:
    """An answer that ends in its middle, with the length of the whole in its head."""
    whole = answer.get_data()
    head = {**answer.headers, "Content-Length": str(len(whole))}
    return Response(_end(whole[: len(whole) // 2]), answer.status_code, head)


def _end(first: bytes = b"") -> Iterator[bytes]:
    if first:
        yield first
    raise ClientDisconnected


def _chosen(came: Reading) -> Scenario | None:
    name = request.headers.get(HEADER, "").strip()
    if not name:
        return None
    try:
        chosen = scenario(name)
    except Refused as unknown:
        raise problem(unknown.code, **{**unknown.values, "path": HEADER}) from None
    types = {match.type or match.receipt.partition(".")[0] for match, _ in chosen.steps}
    if came.kind and "" not in types and not types & {came.code, *_answers(came.kind)}:
        raise problem("scenario-for-others", path=HEADER, found=name, type=came.code, types=", ".join(sorted(types)))
    return chosen


def _answers(kind: str) -> set[str]:
    """The codes of receipts that documents of a kind get."""
    return {ANSWERS.get(kind, ""), "816" if code_of(kind) == "621" else ""}


def _counted(at: Ports, sandbox: str, came: Reading, of_calls: list[Trigger]) -> Trigger | None:
    """The trigger that acts on this call; queried again where another call used it up meanwhile."""
    for _ in range(ATTEMPTS):
        with suppress(Conflict), writing(at.window.engine) as connection:
            return _take(connection, at, sandbox, came, of_calls)
    raise NotAccepting("many calls use one trigger at once")


def _take(connection: Connection, at: Ports, sandbox: str, came: Reading, of_calls: list[Trigger]) -> Trigger | None:
    """The trigger that acts on this call; it is counted and logged."""
    sandboxes.hold(connection, sandbox)
    row = sandboxes.find(connection, sandbox)
    forcing = Forcing(connection, sandbox, row.seed, row.clock.now(), of_calls)
    forcing.named_by_call({(came.kind, document.key): "" for document in came.documents})
    drawn_by = _attempt(connection, sandbox, came, of_calls)
    trigger = next(
        (
            taken
            for document in came.documents
            if (taken := forcing.take(TO_CALLS, about(came, document)._replace(drawn_by=drawn_by)))
        ),
        None,
    )
    if trigger is not None:
        for document in came.documents:
            _note(forcing, trigger, came, document)
        forcing.settle(connection)
        write_timeline(connection, at.window.numbering, sandbox, forcing.events)
    return trigger


def _attempt(connection: Connection, sandbox: str, came: Reading, of_calls: list[Trigger]) -> str:
    """By what a share of calls is drawn: all documents of a call alike, and a call that is made again anew."""
    if all(trigger.match.share >= 100 for trigger in of_calls):
        return ""
    first = came.documents[0]
    before = rows.forced_before(connection, sandbox, (first.order_no, came.kind, first.key))
    return f"{came.kind} {first.key} {before}"


def _note(forcing: Forcing, trigger: Trigger, came: Reading, document: Arrived) -> None:
    forcing.note(
        trigger, about(came, document), status=str(trigger.action.http), place=trigger.action.place or "before"
    )


def _done(trigger: Trigger) -> str:
    if trigger.action.do is Do.HTTP:
        raise problem(
            f"forced-{trigger.action.http}",
            trigger=trigger.label,
            seconds=trigger.action.retry_after,
            headers={"Retry-After": str(trigger.action.retry_after)},
        )
    return trigger.action.place or "before"
