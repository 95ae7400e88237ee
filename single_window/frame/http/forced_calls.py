"""Outcomes that a test forces on a call that sends a message: status 429 or 503, or a dropped connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from flask import Response, request
from sqlalchemy import Connection
from waitress.channel import ClientDisconnected

from gateways.replies import ANSWER_CODES
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
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_timeline
from single_window.store.records import Conflict

HEADER = "X-Scenario"
MAX_ATTEMPTS = 20
"""Maximum number of attempts to claim a trigger that concurrent calls use too."""


class ForcedCall(NamedTuple):
    """The forced outcome of a call: its scenario, and when its connection is dropped (before, …; empty: it is not)."""

    scenario: str = ""
    drop: str = ""


NOTHING = ForcedCall()


def force_outcome(at: Ports, sandbox: str, incoming: Reading, body: bytes) -> ForcedCall:
    """Return the outcome forced on a call. Raises `Problem` for 429 and 503, for an unknown scenario, and for one that
    does not apply to the message."""
    chosen = scenario_named(request.headers.get(HEADER, ""), incoming)
    with reading(at.window.engine) as connection:
        known = at.window.triggers.triggers(connection, sandbox, rows.epoch(connection, sandbox))
        now = sandboxes.find(connection, sandbox).clock.now() if known else 0
    of_calls = [
        trigger
        for trigger in (*(chosen.triggers if chosen else ()), *known)
        if trigger.action.do in TO_CALLS and trigger.acts_at(now)
    ]
    named = chosen.name if chosen else ""
    if not of_calls or incoming.refused:
        return ForcedCall(named)
    if not incoming.documents:
        incoming = at.window.read(sandbox, body)
    trigger = _use_trigger(at, sandbox, incoming, of_calls)
    return ForcedCall(named, _done(trigger)) if trigger else ForcedCall(named)


def drop_connection() -> Response:
    """Return a response that drops the connection without an answer."""
    return Response(_end(), 503)


def cut(answer: Response) -> Response:
    """Return a response that drops the connection after half of its body; Content-Length is that of the full body."""
    body = answer.get_data()
    head = {**answer.headers, "Content-Length": str(len(body))}
    return Response(_end(body[: len(body) // 2]), answer.status_code, head)


def _end(first: bytes = b"") -> Iterator[bytes]:
    if first:
        yield first
    raise ClientDisconnected


def scenario_named(name: str, incoming: Reading) -> Scenario | None:
    """Return the scenario of a name, None for a blank one. Raises `Problem` for an unknown scenario, and for one that
    does not apply to the message."""
    if not name.strip():
        return None
    try:
        chosen = scenario(name.strip())
    except Refused as unknown:
        raise problem(unknown.code, **{**unknown.values, "path": HEADER}) from None
    types = {match.type or match.receipt.partition(".")[0] for match, _ in chosen.steps}
    if incoming.kind and "" not in types and not types & {incoming.code, *_answers(incoming.kind)}:
        raise problem(
            "scenario-for-others", path=HEADER, found=name, type=incoming.code, types=", ".join(sorted(types))
        )
    return chosen


def _answers(kind: str) -> set[str]:
    """Return the codes of receipts for documents of a kind."""
    return {ANSWER_CODES.get(kind, ""), "816" if code_of(kind) == "621" else ""}


def _use_trigger(at: Ports, sandbox: str, incoming: Reading, of_calls: list[Trigger]) -> Trigger | None:
    """Return the trigger that acts on this call; retried if a concurrent call changed it."""
    for _ in range(MAX_ATTEMPTS):
        with suppress(Conflict), writing(at.window.engine) as connection:
            return _take(connection, at, sandbox, incoming, of_calls)
    raise NotAccepting("many calls use one trigger at once")


def _take(
    connection: Connection, at: Ports, sandbox: str, incoming: Reading, of_calls: list[Trigger]
) -> Trigger | None:
    """Return the trigger that acts on this call, after counting and logging it."""
    sandboxes.hold(connection, sandbox)
    row = sandboxes.find(connection, sandbox)
    forcing = Forcing(connection, sandbox, row.seed, row.clock.now(), of_calls)
    forcing.named_by_call({(incoming.kind, document.key): "" for document in incoming.documents})
    drawn_by = _attempt(connection, sandbox, incoming, of_calls)
    trigger = next(
        (
            matched
            for document in incoming.documents
            if (matched := forcing.take(TO_CALLS, about(incoming, document)._replace(drawn_by=drawn_by)))
        ),
        None,
    )
    if trigger is not None:
        for document in incoming.documents:
            _note(forcing, trigger, incoming, document)
        forcing.settle(connection)
        write_timeline(connection, at.window.numbering, sandbox, forcing.events)
    return trigger


def _attempt(connection: Connection, sandbox: str, incoming: Reading, of_calls: list[Trigger]) -> str:
    """Return the key of the random draw for triggers on a share of calls: the same for all documents of a call, another
    for a repeated call."""
    if all(trigger.match.share >= 100 for trigger in of_calls):
        return ""
    first = incoming.documents[0]
    before = rows.forced_before(connection, sandbox, (first.order_no, incoming.kind, first.key))
    return f"{incoming.kind} {first.key} {before}"


def _note(forcing: Forcing, trigger: Trigger, incoming: Reading, document: Arrived) -> None:
    forcing.note(
        trigger, about(incoming, document), status=str(trigger.action.http), place=trigger.action.place or "before"
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
