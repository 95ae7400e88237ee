"""Whether the window is at work: for those who watch it."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from declarations.calendar import utc_text
from single_window.api.documentation import StateOut, answer
from single_window.api.ports import ports
from single_window.api.problems import json_response
from single_window.wiring import depth

blueprint = APIBlueprint("state", __name__, tag="state")


@blueprint.get("/state")
@blueprint.doc(responses={
    200: answer("at work", StateOut),
    503: answer("not working", StateOut)})
def show() -> Response:
    """Whether the window is at work.

    The worker, what waits, what is parked, and every sandbox with its instant."""
    at = ports()
    working = at.runtime.alive if at.runtime else None
    waiting = depth(at.window)
    return json_response({
        "working": working, "failures": at.runtime.failures if at.runtime else 0,
        "deliveries": {state: waiting.get(state, 0) for state in ("ready", "sent", "parked")},
        "sandboxes": {name: utc_text(now) for name, now in at.window.clocks().items()},
    }, 503 if working is False else 200)
