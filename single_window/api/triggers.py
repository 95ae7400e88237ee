"""HTTP calls for outcomes that a test forces: triggers of a sandbox, and predefined scenarios."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Float, Integer, Nested, String
from apiflask.validators import Length, OneOf, Range
from flask import Response

from single_window.answers.outcomes import RemovedOut, ScenariosOut, TriggersOut, scenario_out, trigger_out
from single_window.frame.http.calls import CONTROL, EVERYBODY, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.outcomes import making
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import (
    FAULTS,
    MAX_NAME_LENGTH,
    MAX_PATTERN_LENGTH,
    MAX_TIMES,
    MAX_WORDS_LENGTH,
    DelayDistribution,
    Do,
)
from single_window.store import sandboxes
from single_window.store.engine import reading


class MatchIn(Schema):
    """The documents and receipts that a trigger matches; an omitted field matches everything."""

    type = String(validate=Length(0, 20), metadata={"description": "code of the document's message: 621"})
    receipt = String(
        validate=Length(0, 40),
        metadata={"description": "for actions on receipts: code and status of the receipt, such as 622.800"},
    )
    order = String(
        validate=Length(0, MAX_PATTERN_LENGTH),
        metadata={
            "description": "pattern of the order number (* ? [ab]); for a document without one, of a part of its key"
        },
    )
    sender = String(validate=Length(0, MAX_PATTERN_LENGTH), metadata={"description": "pattern of the sender's DXP id"})
    share = Float(metadata={"description": "percentage of the matches; default 100"})


class DoIn(Schema):
    """The outcome to force, and its values."""

    do = String(required=True, validate=OneOf([str(do) for do in Do]))
    code = String(validate=Length(0, 10), metadata={"description": "-621001 (refuse), or the code of customs: 1332"})
    words = String(validate=Length(0, MAX_WORDS_LENGTH), metadata={"description": "text instead of the official one"})
    status = String(validate=Length(0, 10), metadata={"description": "receipt: its returnStatus"})
    place = String(
        validate=OneOf(["", "after", "before", "instead", "partway"]),
        metadata={
            "description": "receipt: after (default) or instead; drop: before (default) or after the message is kept, "
            "or partway through the answer; cut: before (default) or after the receiver has the receipts"
        },
    )
    spread = String(validate=OneOf([str(spread) for spread in DelayDistribution]))
    seconds = Float(metadata={"description": "delay by the sandbox's clock; the median of a lognormal spread"})
    least = Float(metadata={"description": "the minimum of a uniform spread"})
    most = Float(metadata={"description": "the maximum of a uniform or lognormal spread"})
    sigma = Float(metadata={"description": "standard deviation (sigma) of a lognormal spread, default 0.5"})
    copies = Integer(metadata={"description": "repeat: total number of copies of the receipt, 2 to 100"})
    http = Integer(metadata={"description": "http: 429 or 503"})
    retry_after = Integer(metadata={"description": "http: value of Retry-After in seconds"})
    fault = String(
        validate=OneOf(list(dict.fromkeys(("", *(str(fault) for faults in FAULTS.values() for fault in faults))))),
        metadata={"description": "laboratory, register: what it does"},
    )
    item = String(
        validate=Length(0, MAX_PATTERN_LENGTH),
        metadata={"description": "laboratory: the item that fails; the first unless told"},
    )


class TriggerIn(Schema):
    """A new trigger, from a scenario or an action (`do`)."""

    scenario = String(
        load_default="",
        validate=Length(0, MAX_NAME_LENGTH),
        metadata={"description": "a predefined one; `match` narrows it to some orders or senders"},
    )
    name = String(
        load_default="", validate=Length(0, MAX_NAME_LENGTH), metadata={"description": "its name in timelines"}
    )
    match = Nested(MatchIn, load_default=dict)
    do = Nested(DoIn, load_default=None, allow_none=True)
    times = Integer(
        load_default=None,
        allow_none=True,
        validate=Range(0, MAX_TIMES),
        metadata={
            "description": "maximum number of times that it acts; 0: unlimited; default: that of the scenario, else 0"
        },
    )


blueprint = Calls("triggers", __name__, rights=CONTROL)
_MISSING = refused("no such sandbox or trigger")


@blueprint.get("/scenarios", rights=EVERYBODY)
@blueprint.doc(responses={200: answer("predefined outcomes", ScenariosOut)})
def ready_made() -> Response:
    """List predefined outcomes.

    Create a trigger from one by its name, or name it in X-Scenario of a call of POST /messages."""
    return json_response(ScenariosOut(scenarios=tuple(map(scenario_out, scenarios().values()))))


@blueprint.get("/sandboxes/<name>/triggers", rights=("control_tests", "read_receipts", "see_cases"))
@blueprint.doc(responses={200: answer("newest first; the newest acts first", TriggersOut), 404: _MISSING})
def listed(name: str) -> Response:
    """List the triggers of a sandbox.

    With the remaining number of times for each."""
    with reading(ports().window.engine) as connection:
        sandboxes.find(connection, name)
        triggers = making.triggers_of(connection, name)
    return json_response(TriggersOut(triggers=tuple(map(trigger_out, triggers))))


@blueprint.post("/sandboxes/<name>/triggers")
@blueprint.input(TriggerIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("created; a scenario may have several", TriggersOut),
        400: refused("invalid, or no such scenario"),
        404: _MISSING,
        409: refused("the name exists, or there are too many"),
    },
)
def add(name: str, body: dict[str, Any]) -> Response:
    """Create a trigger.

    It forces the outcome of everything it matches from now on. If several match a list or receipt, the newest acts."""
    window = ports().window
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
    return json_response(TriggersOut(triggers=tuple(map(trigger_out, made))), 201)


@blueprint.delete("/sandboxes/<name>/triggers")
@blueprint.doc(security=ACCOUNT, responses={200: answer("all are removed", RemovedOut), 404: _MISSING})
def clear(name: str) -> Response:
    """Remove all triggers of a sandbox.

    Receipts that they delayed are still delivered."""
    return json_response(RemovedOut(removed=making.remove(ports().window.engine, name)))


@blueprint.delete("/sandboxes/<name>/triggers/<int(max=9223372036854775807):number>")
@blueprint.doc(security=ACCOUNT, responses={200: answer("removed", RemovedOut), 404: _MISSING})
def remove(name: str, number: int) -> Response:
    """Remove a trigger.

    Receipts that it delayed are still delivered."""
    return json_response(RemovedOut(removed=making.remove(ports().window.engine, name, number)))
