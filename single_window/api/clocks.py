"""HTTP calls for the clock of a sandbox: show, set and advance it; list its deadlines."""

from __future__ import annotations

from typing import Any

from flask import Response

from declarations.calendar import span_of, utc_text
from single_window.answers.sandboxes import AdvancedOut, ClockShownOut, DeadlinesOut, clock_fields, deadline_out
from single_window.api.sandbox_documentation import AdvanceIn, ClockSetIn, DeadlinesIn
from single_window.api.sandboxes import REFUSED
from single_window.cases import coming as ahead
from single_window.clock import Clock, monotonic
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.moments import check_instant, clock_of, moment_of
from single_window.frame.http.ports import Ports, ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.observe.metrics import meters
from single_window.store import sandboxes
from single_window.store.engine import reading, writing
from single_window.work import advancing, dispatch
from single_window.work.settling import Settling, TimeIsUp

blueprint = Calls("clocks", __name__, rights=("control_tests", "read_receipts", "see_cases"), tag="sandboxes")
NEXT = "next-deadline"
RETRY_AFTER_SECONDS = 2
"""Value of Retry-After while too many clocks are being moved."""
_NOT_MOVED = refused("the clock is not virtual, would be set back, or was set by another call meanwhile")


@blueprint.get("/sandboxes/<name>/clock")
@blueprint.doc(responses={200: answer("the clock", ClockShownOut), 404: REFUSED[404]})
def show(name: str) -> Response:
    """Show a sandbox's clock.

    With its next deadline."""
    return json_response(ClockShownOut(**_clock_of(ports(), name)))


@blueprint.put("/sandboxes/<name>/clock", rights=CONTROL)
@blueprint.input(ClockSetIn, arg_name="body")
@blueprint.doc(security=ACCOUNT, responses={200: answer("set", ClockShownOut), **REFUSED, 409: _NOT_MOVED})
def put(name: str, body: dict[str, Any]) -> Response:
    """Set a sandbox's clock.

    It cannot be set back. All passed deadlines become due together; `advance` processes them one after the other."""
    at, before = ports(), ports().window.sandbox(name).clock
    wanted = clock_of(body, before)
    _demand_forward(before, wanted.now())
    with writing(at.window.engine) as connection:
        moved = sandboxes.set_clock(connection, name, wanted.base, wanted.rate, before, wanted.kind)
    if not moved:
        raise problem("clock-moved", name=name)
    dispatch.file_due(at.window.engine, at.window.numbering, {name: at.window.now(name)})
    at.window.wake()
    return json_response(ClockShownOut(**_clock_of(at, name)))


@blueprint.post("/sandboxes/<name>/clock/advance", rights=CONTROL)
@blueprint.input(AdvanceIn, arg_name="body")
@blueprint.doc(
    security=ACCOUNT,
    responses={
        200: answer("the clock is at the target, and all passed deadlines are processed", AdvancedOut),
        202: answer("timeout: the target is not reached, or work is pending; call again with `to`", AdvancedOut),
        **REFUSED,
        409: _NOT_MOVED,
        503: refused("too many clocks are being moved"),
    },
)
def advance(name: str, body: dict[str, Any]) -> Response:
    """Move a virtual clock.

    By a duration, to a time or to the next deadline. The clock stops at each deadline until everything due and all
    resulting work is done. A running clock is frozen afterwards."""
    at = ports()
    if bool(body["by"]) == bool(body["to"]):
        raise problem("by-or-to")
    if not at.advancing.acquire(blocking=False):
        raise _turned_away()
    try:
        return _advance(at, name, body)
    finally:
        at.advancing.release()


def _turned_away() -> Problem:
    meters.count("http_turned_away", 1, "advances")
    return problem("too-many-advances", seconds=RETRY_AFTER_SECONDS, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _is_settled(state: advancing.ClockState, target: int) -> bool:
    now = state.clock.now()
    return now >= target and not state.open and (state.due is None or state.due > now)


def _advance(at: Ports, name: str, body: dict[str, Any]) -> Response:
    clock = at.window.sandbox(name).clock
    if clock.kind != "virtual":
        raise problem("clock-not-virtual", name=name)
    settling = Settling(at.window, name, at.changes, monotonic() + body["timeout"])
    target: int | None = None
    try:
        target = _target(at, name, body, clock, settling)
        advancing.advance(at.window, name, target, settling.wait, True)
    except TimeIsUp:
        pass
    state = advancing.clock_state(at.window, name)
    settled = target is not None and _is_settled(state, target)
    to = None if target is None else utc_text(target)
    answer = AdvancedOut(**_clock_of(at, name), to=to, settled=settled, open=state.open)
    return json_response(answer, 200 if settled else 202)


def _target(at: Ports, name: str, body: dict[str, Any], clock: Clock, settling: Settling) -> int:
    """Return the instant to move the clock to."""
    if body["to"] == NEXT:
        settling.wait()
        with reading(at.window.engine) as connection:
            due = dispatch.next_due(connection, name)
        if due is None:
            raise problem("no-deadline", name=name)
        return due
    if body["to"]:
        return _demand_forward(clock, moment_of(body["to"]))
    span = span_of(body["by"])
    if span is None:
        raise problem("bad-span", found=body["by"], path="by")
    return check_instant(clock.now() + span, body["by"])


def _demand_forward(before: Clock, instant: int) -> int:
    """Return the instant; raises `Problem` if the clock shows a later one."""
    if instant < (now := before.now()):
        raise problem("clock-back", now=utc_text(now), found=utc_text(instant))
    return instant


@blueprint.get("/sandboxes/<name>/deadlines")
@blueprint.input(DeadlinesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("deadlines, in order", DeadlinesOut), **REFUSED})
def coming(name: str, query: dict[str, Any]) -> Response:
    """List a sandbox's deadlines.

    The deadlines that advancing the clock would reach, without those that they will cause in turn. Superseded deadlines
    are included. `next` is the `after` of the next page."""
    at = ports()
    instant, _, number = query["after"].partition("-")
    now = at.window.now(name)
    after, until = (int(instant or 0), int(number or 0)), _until(query["until"], now)
    with reading(at.window.engine) as connection:
        deadlines = ahead.coming_deadlines(connection, name, query["limit"] + 1, after, until)
    page = deadlines[: query["limit"]]
    following = f"{page[-1].due.due}-{page[-1].due.id}" if len(deadlines) > len(page) else None
    return json_response(DeadlinesOut(now=utc_text(now), deadlines=tuple(map(deadline_out, page)), next=following))


def _until(text: str, now: int) -> int | None:
    """Parse a duration from now, or a time; None for an empty text."""
    if not text:
        return None
    span = span_of(text)
    return moment_of(text) if span is None else check_instant(now + span, text)


def _clock_of(at: Ports, name: str) -> dict[str, Any]:
    with reading(at.window.engine) as connection:
        clock = sandboxes.find(connection, name).clock
        due = dispatch.next_due(connection, name)
    return {**clock_fields(clock), "next_deadline": None if due is None else utc_text(due)}
