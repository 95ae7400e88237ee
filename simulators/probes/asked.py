"""Questions of officers to declarants: until when it may be answered, by the receipt's own words; who reads it; whether
the case is due as much later as it was with the declarant; how it ends; and which files are kept with a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from urllib3 import encode_multipart_formdata

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes import case_files
from simulators.probes.changed_messages import changed
from simulators.probes.rights import holder_of
from simulators.probes.sending import anew, now_of

MOMENT = "2026-11-24T08:00:00+08:00"
ANOTHER = "DXPENT0000000098"
BEIJING = timedelta(hours=8)
LACKS, UNKNOWN, NOT_FOUND = 403, 401, 404


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may not act as an officer."""
    with fresh_sandbox(client, "asked", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        try:
            trades = [_waiting(sandbox, number, box) for number, box in enumerate(("", ANOTHER))]
            yield from case_files.complaints(sandbox, *trades)
            yield from _questions(client, sandbox, trades[0], trades[1], opened)
            yield from _ends(sandbox)
        except CallRefused as refused:
            if refused.status not in {LACKS, UNKNOWN}:
                raise


def _waiting(sandbox: SandboxClient, number: int, box: str) -> SampleTrade:
    """A trade whose list waits for an officer, sent by the owner of a mailbox (empty: that of the sample)."""
    now = now_of(sandbox)
    trade = sample("import", f"asked {number}", now)
    if box:
        trade = replace(trade, messages=changed(trade.messages, "621", f"dxpId={box}"), now=now)
    sandbox.submit(trade, X_Scenario="reviewed")
    sandbox.settle()
    return trade


def _questions(
    client: WindowClient, sandbox: SandboxClient, own: SampleTrade, other: SampleTrade, opened: ExitStack
) -> Iterator[str]:
    due = _due_of_case(sandbox, own)
    for trade in (own, other):
        sandbox.decide(trade.order_no, "ask", "请提供发票")
    asked = {each["mailbox"]: each for each in sandbox.call("GET", "/requests")["requests"]}
    for each in asked.values():
        yield from _until(each)
    for box, number in ((own.mailbox("621"), asked[own.mailbox("621")]["id"]), (ANOTHER, asked[ANOTHER]["id"])):
        yield from _read(client, sandbox, opened, box, number, {each["id"] for each in asked.values()})
    sandbox.clock.advance("30h")
    _answer(sandbox, asked[own.mailbox("621")]["id"])
    if (later := _due_of_case(sandbox, own) - due) != timedelta(hours=30):
        yield f"a case that was with its declarant for 30 hours is due {later} later"
    until = datetime.fromisoformat(asked[ANOTHER]["due"])
    for moment, state in ((until - timedelta(seconds=1), "open"), (until, "silent")):
        sandbox.clock.set("frozen", at=moment.isoformat())
        sandbox.settle()
        if (found := sandbox.call("GET", f"/requests/{asked[ANOTHER]['id']}")["state"]) != state:
            yield f"a request without an answer is {found} at {moment}, and should be {state}"


def _ends(sandbox: SandboxClient) -> Iterator[str]:
    """Every way in which a request ends before its day: what the declarant or an officer does, and its state then."""
    for number, (state, act) in enumerate(ENDS.items(), 2):
        trade = _waiting(sandbox, number, "")
        sandbox.decide(trade.order_no, "ask", "请提供发票")
        act(sandbox, trade)
        sandbox.settle()
        found = sandbox.call("GET", "/requests")["requests"][0]["state"]
        if found != state:
            yield f"a request that should be {state} is {found}"


def _amend(sandbox: SandboxClient, trade: SampleTrade) -> None:
    """Send the list anew with a later time, and with its numbers."""
    [listed] = sandbox.state(trade).declarations
    later = str(int(trade.value("appTime", "621")) + 100)
    numbered = f"copNo+preNo={listed.pre_no};assureCode+invtNo={listed.invt_no}"
    sandbox.submit(anew(changed(trade.messages, "621", numbered)["621"], appType="2", appTime=later))


ENDS: Mapping[str, Callable[[SandboxClient, SampleTrade], object]] = {
    "superseded": _amend,
    "withdrawn": lambda sandbox, trade: sandbox.decide(trade.order_no, "withdraw", "无须答复"),
    "decided": lambda sandbox, trade: sandbox.decide(trade.order_no, "conclude", "相符"),
    "answered": lambda sandbox, trade: _answer(sandbox, sandbox.call("GET", "/requests")["requests"][0]["id"]),
}
"""The state of a request → what brings it about."""


def _until(asked: Mapping[str, Any]) -> Iterator[str]:
    """The last day that the receipt names, and the end of that day."""
    named = re.findall(r"\d{4}-\d{2}-\d{2}", asked["text"])[-1]
    end = datetime.fromisoformat(asked["due"]).replace(tzinfo=None) + BEIJING - timedelta(days=1)
    if f"{end:%Y-%m-%d %H:%M}" != f"{named} 00:00":
        yield f"a request says {named}, and can be answered until {asked['due']}"


def _read(
    client: WindowClient, sandbox: SandboxClient, opened: ExitStack, box: str, own: int, all_of_them: set[int]
) -> Iterator[str]:
    """The requests that the key of a mailbox lists and shows."""
    holder = holder_of(client, sandbox, opened, [box], ["read_receipts", "send_messages"])
    listed = {each["id"] for each in holder.call("GET", "/requests")["requests"]}
    if listed != {own}:
        yield f"the key of {box} lists the requests {sorted(listed)}, and its own is {own}"
    for number in sorted(all_of_them):
        status = _status(holder, "GET", f"/requests/{number}")
        if (status == NOT_FOUND) == (number == own):
            yield f"the key of {box} is answered with HTTP {status} about the request {number}, its own is {own}"


def _answer(sandbox: SandboxClient, number: int) -> None:
    body, kind = encode_multipart_formdata({"text": "见附件"})
    sandbox.call("POST", f"/requests/{number}/answer", body=body, headers={"Content-Type": kind})


def _due_of_case(sandbox: SandboxClient, trade: SampleTrade) -> datetime:
    """When the case of a list is due, as the answer to putting it off says, and to taking it up again."""
    path = f"/cases/declaration/{trade.order_no}/assignment"
    tomorrow = datetime.fromisoformat(sandbox.clock.show().now) + BEIJING + timedelta(days=1)
    sandbox.call("POST", path, json={"action": "put_off", "until": tomorrow.date().isoformat()})
    return datetime.fromisoformat(sandbox.call("POST", path, json={"action": "take_up"})["due"])


def _status(caller: SandboxClient, method: str, path: str, **options: Any) -> int:
    """The HTTP status of a call; 200 for any that is answered."""
    try:
        caller.call(method, path, **options)
    except CallRefused as refused:
        return refused.status
    return 200
