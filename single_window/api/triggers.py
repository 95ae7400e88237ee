"""Outcomes that a test forces, over HTTP: triggers of a sandbox, ready-made scenarios, messages put into a mailbox."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from single_window.answers.outcomes import RemovedOut, ScenariosOut, TriggersOut, scenario_out, trigger_out
from single_window.api.trigger_documentation import TriggerIn
from single_window.frame.http.documentation import ACCOUNT, BY_ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.outcomes import making
from single_window.outcomes.making import NameTaken, TooManyTriggers, UnknownTrigger
from single_window.outcomes.scenarios import UnknownScenario, scenarios
from single_window.outcomes.triggers import MOST_TRIGGERS, BadTrigger
from single_window.store import sandboxes
from single_window.store.engine import reading

blueprint = APIBlueprint("triggers", __name__, tag="triggers")
_MISSING = refused("no such sandbox or trigger")
_REFUSALS = (BadTrigger, UnknownScenario, UnknownTrigger, NameTaken, TooManyTriggers)


@blueprint.get("/scenarios")
@blueprint.doc(tags=["triggers"], responses={200: answer("ready-made outcomes", ScenariosOut)})
def ready_made() -> Response:
    """List ready-made outcomes.

    Make a trigger of one by its name, or name it in X-Scenario of one call of POST /messages."""
    return json_response(ScenariosOut(scenarios=tuple(map(scenario_out, scenarios().values()))))


@blueprint.get("/sandboxes/<name>/triggers")
@blueprint.doc(
    tags=["triggers"], responses={200: answer("the newest, which acts first, at the front", TriggersOut), 404: _MISSING}
)
def listed(name: str) -> Response:
    """List the triggers of a sandbox.

    With how often each acts yet."""
    with reading(ports().window.engine) as connection:
        sandboxes.find(connection, name)
        triggers = making.listed(connection, name)
    return json_response(TriggersOut(triggers=tuple(map(trigger_out, triggers))))


@blueprint.post("/sandboxes/<name>/triggers")
@blueprint.input(TriggerIn, arg_name="body")
@blueprint.doc(
    tags=["triggers"],
    security=ACCOUNT,
    responses={
        201: answer("made; a scenario may have several", TriggersOut),
        400: refused("it cannot be, or there is no such scenario"),
        404: _MISSING,
        409: refused("the name is taken, or there are too many"),
        **BY_ACCOUNT,
    },
)
def add(name: str, body: dict[str, Any]) -> Response:
    """Make a trigger.

    From now on it forces the outcome of what it matches. Of several the newest acts, one for each list and receipt."""
    window = ports().window
    try:
        made = making.make(
            window.engine,
            window.numbering,
            name,
            name=body["name"],
            times=body["times"],
            scenario_name=body["scenario"],
            match=body["match"],
            action=body["do"],
        )
    except _REFUSALS as error:
        raise trigger_problem(error) from None
    return json_response(TriggersOut(triggers=tuple(map(trigger_out, made))), 201)


@blueprint.delete("/sandboxes/<name>/triggers")
@blueprint.doc(
    tags=["triggers"],
    security=ACCOUNT,
    responses={200: answer("there is none any more", RemovedOut), 404: _MISSING, **BY_ACCOUNT},
)
def clear(name: str) -> Response:
    """Remove all triggers of a sandbox.

    Receipts that are held back come all the same."""
    return json_response(RemovedOut(removed=making.remove(ports().window.engine, name)))


@blueprint.delete("/sandboxes/<name>/triggers/<int(max=9223372036854775807):number>")
@blueprint.doc(
    tags=["triggers"],
    security=ACCOUNT,
    responses={200: answer("it is not there any more", RemovedOut), 404: _MISSING, **BY_ACCOUNT},
)
def remove(name: str, number: int) -> Response:
    """Remove a trigger.

    Receipts that it held back come all the same."""
    try:
        return json_response(RemovedOut(removed=making.remove(ports().window.engine, name, number)))
    except UnknownTrigger as error:
        raise trigger_problem(error) from None


def trigger_problem(error: Exception) -> Problem:
    """The problem of a trigger that cannot be made or found."""
    if isinstance(error, BadTrigger):
        return problem("bad-trigger", path=error.path, found=error.found, allowed=error.allowed)
    if isinstance(error, UnknownScenario):
        return problem("unknown-scenario", path="scenario", found=error.name, near=", ".join(error.near))
    if isinstance(error, UnknownTrigger):
        return problem("no-such-trigger", sandbox=error.sandbox, number=error.number)
    if isinstance(error, NameTaken):
        return problem("trigger-exists", path="name", found=error.name)
    return problem("too-many-triggers", most=MOST_TRIGGERS)
