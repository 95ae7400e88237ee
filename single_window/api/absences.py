"""Absence of officers over HTTP, and handing over at the end of a shift."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import Schema
from apiflask.fields import Date, String
from apiflask.validators import Length
from flask import Response

from declarations.calendar import instant_of
from single_window.clock import system_now
from single_window.frame.decision_answers import AbsenceOut, AbsencesOut, HandedOverOut
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import DECIDE, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.refused import NotFound
from single_window.store.absences import Absence
from single_window.store.engine import reading
from single_window.work import absences

blueprint = Calls("absences", __name__, rights=("@decisions",), tag="decisions")
_REFUSED = {
    403: refused("it is another's, to whose authority or office you give no cases"),
    422: refused("there is no such officer or day"),
}


class HandOverIn(Schema):
    """Whose cases go where."""

    account = String(load_default="", validate=Length(0, 40), metadata={"description": "the officer; empty: you"})
    to = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "the colleague who gets them; empty: the queue"},
    )


class EndIn(Schema):
    """The absence to end."""

    since = Date(required=True, metadata={"description": "its first day"})


class AbsenceIn(HandOverIn):
    """An officer and the days of his absence, by the calendar of the window's machine."""

    since = Date(required=True, metadata={"description": "the first day"})
    until = Date(required=True, metadata={"description": "the last day"})


@blueprint.get("/absences", rights=DECIDE)
@blueprint.doc(security=ACCOUNT, responses={200: answer("by their first day", AbsencesOut)})
def listed() -> Response:
    """List absences.

    Those that are or come: yours, and of the officers to whom you give cases."""
    with reading(ports().window.engine) as connection:
        found = absences.of_people(connection, caller(), system_now())
    return json_response(AbsencesOut(absences=tuple(map(_out, found))))


@blueprint.post("/absences")
@blueprint.input(AbsenceIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={201: answer("it is noted", AbsenceOut), **_REFUSED})
def mark(body: dict[str, Any]) -> Response:
    """Note an absence.

    What the officer holds in any sandbox goes to the queue or to the colleague when it begins, and nothing is given to
    him while it lasts."""
    wanted = absences.days(body["account"] or caller().name, body["since"], body["until"], body["to"])
    return json_response(_out(absences.mark(ports().window, caller(), wanted)), 201)


@blueprint.delete("/absences/<name>")
@blueprint.input(EndIn, location="query", arg_name="query")
@blueprint.doc(
    security=ACCOUNT,
    responses={200: answer("those that are left", AbsencesOut), 404: refused("no such absence"), **_REFUSED},
)
def end(name: str, query: dict[str, date]) -> Response:
    """End or cancel an absence.

    What was handed over stays where it is."""
    try:
        absences.end(ports().window, caller(), name, instant_of(query["since"]))
    except NotFound:
        raise problem("no-such-absence", account=name, since=query["since"]) from None
    return listed()


@blueprint.post("/handovers")
@blueprint.input(HandOverIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={200: answer("they are handed over", HandedOverOut), **_REFUSED})
def hand_over(body: dict[str, str]) -> Response:
    """Hand over what an officer holds.

    At the end of a shift: all cases in all sandboxes, to the queue or to a colleague; what he may not decide goes to
    the queue."""
    done = absences.hand_over(ports().window, caller(), body["account"] or caller().name, body["to"])
    return json_response(HandedOverOut(cases=done))


def _out(found: Absence) -> AbsenceOut:
    first, last = absences.days_of(found)
    return AbsenceOut.of(found, since=str(first), until=str(last), handed_over=bool(found.handed_at))
