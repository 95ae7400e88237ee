"""Two programs that act as officers of one desk: what one holds the other neither decides, puts off nor lets go; each
reads his own decisions, both the notes of a case; the log by officer and day, its chain, and the month's figures tell
of what they did and when; and a wait for a status ends with those that were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.rights import LACKS, UNKNOWN, holder_of

MOMENT, TODAY = "2026-11-24T08:00:00+08:00", date(2026, 11, 24)
MONTH, HOURS = "2026-11", 5
LONGEST_DAYS = 30
LISTS = 5
NOTE, BOX = "电话核实", "DXPENT0000000001"
DONE, NOT_DONE, CONFLICT = 200, 422, 409


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    with fresh_sandbox(client, "two officers", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        trades = [sandbox.sample("import", f"two officers {number}") for number in range(LISTS)]
        for trade in trades:
            sandbox.submit(trade, X_Scenario="reviewed")
        sandbox.settle()
        held, put_off, concluded, rejected, left = [trade.order_no for trade in trades]
        try:
            first = holder_of(client, sandbox, opened, [], ["act_as_officer"])
            second = holder_of(client, sandbox, opened, [BOX], ["act_as_officer"])
        except CallRefused as refused:
            if refused.status in {LACKS, UNKNOWN}:
                return
            raise
        yield from _held(first, second, held)
        yield from _put_off(first, put_off)
        yield from _noted(first, second, concluded, left)
        first.decide(concluded, "conclude", "相符")
        sandbox.clock.advance(f"{HOURS}h")
        second.decide(rejected, "reject", "不符")
        sandbox.settle()
        yield from _logged(sandbox, {"conclude": first, "reject": second})
        for number, asked, given in (
            (concluded, "800,100,816", ["800", "816"]),
            (rejected, "800,100", ["100"]),
            (left, "800,100", []),
        ):
            found = sandbox.call("GET", f"/declarations/{number}", query={"wait_for": asked, "timeout": 1})["given"]
            if found != given:
                yield f"a wait for {asked} tells of {found}, and {given} were given"


def _held(first: SandboxClient, second: SandboxClient, number: str) -> Iterator[str]:
    """A case that the first officer holds, until he lets it go."""
    steps = (
        ("takes a case up", first, {"action": "take_up"}, True),
        ("takes up what another holds", second, {"action": "take_up"}, False),
        ("puts off what another holds", second, {"action": "put_off", "until": _day(1)}, False),
        ("lets go what another holds", second, {"action": "let_go"}, False),
        ("lets go what he holds", first, {"action": "let_go"}, True),
        ("lets go what nobody holds", first, {"action": "let_go"}, False),
        ("takes up what another let go", second, {"action": "take_up"}, True),
    )
    for words, officer, asked, is_done in steps:
        if (_assigned(officer, number, asked) == DONE) != is_done:
            yield f"an officer {words}: {'refused' if is_done else 'done'}"
    try:
        first.decide(number, "conclude", "相符")
        yield "an officer decides what another holds"
    except CallRefused as refused:
        if refused.status not in {NOT_DONE, CONFLICT}:
            raise


def _put_off(officer: SandboxClient, number: str) -> Iterator[str]:
    """The first and the last day to which a case may be put off, and the days before and after."""
    for days in (0, LONGEST_DAYS + 1, 1, LONGEST_DAYS):
        is_done = _assigned(officer, number, {"action": "put_off", "until": _day(days)}) == DONE
        if is_done != (1 <= days <= LONGEST_DAYS):
            yield f"a case is put off by {days} days: {'done' if is_done else 'refused'}"


def _noted(first: SandboxClient, second: SandboxClient, number: str, other: str) -> Iterator[str]:
    """A note, as a colleague reads it, and at another case."""
    first.call("POST", f"/cases/declaration/{number}/notes", json={"text": NOTE})
    for noted, wanted in ((number, [NOTE]), (other, [])):
        found = [note["text"] for note in second.call("GET", f"/cases/declaration/{noted}/notes")["notes"]]
        if found != wanted:
            yield f"a case is shown with the notes {found}, and has {wanted}"


def _logged(sandbox: SandboxClient, acts: Mapping[str, SandboxClient]) -> Iterator[str]:
    """Check that the log, the officers' own lists and the month's figures tell of two acts."""
    log = sandbox.call("GET", "/decisions/log", query={"limit": 100})["decisions"]
    authors = {row["action"]: row["by"] for row in log if row["action"] in acts}
    for action, officer in acts.items():
        own = [row["action"] for row in officer.call("GET", "/decisions/own")["decisions"]]
        if own != [action]:
            yield f"the officer who has decided to {action} alone is told of {own}"
        asked = {"by": authors.get(action, ""), "limit": 100}
        by_author = sandbox.call("GET", "/decisions/log", query=asked)["decisions"]
        if by_author != [row for row in log if row["by"] == authors.get(action)]:
            yield f"the log by an officer holds {len(by_author)} rows, others than the whole log has of him"
    for name, days, is_listed in (("from", 0, True), ("from", 1, False), ("to", 0, True), ("to", -1, False)):
        found = sandbox.call("GET", "/decisions/log", query={name: _day(days), "limit": 100})["decisions"]
        if len(found) != (len(log) if is_listed else 0):
            yield f"the log {name} {_day(days)} holds {len(found)} rows of {len(log)}"
    rows = sandbox.call("GET", "/decisions/statistics", query={"month": MONTH})["rows"]
    counted = {row["action"]: (row["decisions"], row["median_hours"]) for row in rows}
    wanted = {"conclude": (1, 0.0), "reject": (1, float(HOURS))}
    if {action: counted.get(action) for action in wanted} != wanted:
        yield f"the figures of the month (decisions, hours) are {counted}, and should be {wanted}"
    yield from _chained(sandbox, log[0])


def _chained(sandbox: SandboxClient, row: Mapping[str, Any]) -> Iterator[str]:
    """The chain of the log, with its own hash as an anchor and with another."""
    for hash, holds in ((row["hash"], True), ("0" * len(row["hash"]), False)):
        anchored = sandbox.call("GET", "/decisions/chain", query={"anchors": f"{row['sequence']}:{hash}"})
        if anchored["holds"] != holds:
            yield f"the chain of the log holds: {anchored['holds']}, with {'its own' if holds else 'another'} hash"


def _assigned(officer: SandboxClient, number: str, asked: Mapping[str, str]) -> int:
    """The HTTP status of an assignment."""
    try:
        officer.call("POST", f"/cases/declaration/{number}/assignment", json=asked)
    except CallRefused as refused:
        return refused.status
    return DONE


def _day(days: int) -> str:
    """So many days after today."""
    return (TODAY + timedelta(days=days)).isoformat()
