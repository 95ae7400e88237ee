"""HTTP calls that report whether the window works, and its state."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from flask import Response

from declarations.calendar import utc_text
from single_window.answers import standing as standings
from single_window.answers.window import StandingOut, StateOut
from single_window.cases.declarations.counting import waiting_requests
from single_window.frame.http import guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.store.engine import reading

blueprint = Calls("state", __name__, rights=("control_tests", "see_operations"))


@blueprint.get("/state", rights=("read_receipts", "send_messages", "control_tests", "act_as_officer", "see_operations"))
@blueprint.doc(responses={200: answer("at work", StateOut), 503: answer("not working", StateOut)})
def show() -> Response:
    """Show whether the window works.

    The worker, numbers of waiting and parked deliveries, and every sandbox with its time and its open cancellations and
    returns by kind and state. With a key, only the key's sandbox."""
    at, key = ports(), key_access.current_key()
    working = at.runtime.alive if at.runtime else None
    waiting, clocks = at.window.depth(None if key is None else guard.sandbox_name()), at.window.clocks()
    if key is not None:
        clocks = {name: now for name, now in clocks.items() if name == guard.sandbox_name()}
    with reading(at.window.engine) as connection:
        requests = {name: _by_kind(waiting_requests(connection, name)) for name in clocks}
    return json_response(
        StateOut(
            working=working,
            failures=at.runtime.failures if at.runtime else 0,
            deliveries={state: waiting.get(state, 0) for state in ("ready", "parked")},
            sandboxes={name: utc_text(now) for name, now in clocks.items()},
            requests=requests,
        ),
        503 if working is False else 200,
    )


@blueprint.get("/state/standing")
@blueprint.doc(responses={200: answer("the state of the system", StandingOut)})
def standing() -> Response:
    """Show the state of the system.

    The data folder, database and broker, running processes, overdue work, and the contents of each sandbox. With a key,
    only the key's sandbox, and nothing about the machine."""
    at, key = ports(), key_access.current_key()
    found = standings.standing(at.window.settings)
    if key is not None:
        own = tuple(holding for holding in found.sandboxes if holding.name == guard.sandbox_name())
        found = msgspec.structs.replace(found, data="", running=None, processes={}, overdue=(), sandboxes=own)
    return json_response(found)


def _by_kind(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    kinds = sorted({kind for kind, _ in counted})
    return {
        kind: {state: count for (counted_kind, state), count in counted.items() if counted_kind == kind}
        for kind in kinds
    }
