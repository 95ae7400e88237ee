"""What officers ask declarants: until when it may be answered, by the receipt's own words; who reads it; whether the
case is due as much later as it was with the declarant; and which files are kept with a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from urllib3 import encode_multipart_formdata

from simulators.entry.places import CallRefused, SampleTrade, SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.changed_messages import changed
from simulators.probes.rights import holder_of
from simulators.probes.sending import now_of

MOMENT = "2026-11-24T08:00:00+08:00"
ANOTHER = "DXPENT0000000098"
BEIJING = timedelta(hours=8)
LACKS, UNKNOWN, NOT_FOUND = 403, 401, 404
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
FILES: Mapping[tuple[str, bytes], tuple[str, ...]] = {
    ("text", b"a,b\n1,2\n"): ("text/plain", "text/csv", "application/octet-stream"),
    ("PDF", b"%PDF-1.4\n1 0 obj\n%%EOF\n"): ("application/pdf", "application/octet-stream"),
    ("PNG", PNG): ("image/png", "application/octet-stream"),
    ("JPEG", b"\xff\xd8\xff\xe0 \xff\xd9"): ("image/jpeg", "application/octet-stream"),
    ("markup", b"<html><body>x</body></html>"): (),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>'): (),
    ("bytes", b"\0\1\2\3"): (),
}
"""A content → the types as which it is taken; as any other type it is refused."""
TYPES = sorted({kind for kinds in FILES.values() for kind in kinds} | {"text/html", "image/svg+xml"})


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may not act as an officer."""
    with fresh_sandbox(client, "asked", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        try:
            trades = [_waiting(sandbox, number, box) for number, box in enumerate(("", ANOTHER))]
            yield from _files(sandbox, *trades)
            yield from _questions(client, sandbox, trades[0], trades[1], opened)
        except CallRefused as refused:
            if refused.status not in {LACKS, UNKNOWN}:
                raise


def _waiting(sandbox: SandboxClient, number: int, box: str) -> SampleTrade:
    """A trade whose list waits for an officer, sent by the owner of a mailbox (empty: that of the sample)."""
    now = now_of(sandbox)
    trade = sample("import", f"asked {number}", now)
    if box:
        trade = SampleTrade(changed(trade.messages, "621", f"dxpId={box}"), trade.key, now)
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


def _files(sandbox: SandboxClient, own: SampleTrade, other: SampleTrade) -> Iterator[str]:
    """Every content under every type: what is kept comes back byte for byte, for its own case alone."""
    path = f"/cases/declaration/{own.order_no}/files"
    for (name, content), taken in FILES.items():
        for kind in TYPES:
            body = content + f"% {kind}\n%%EOF\n".encode() if name == "PDF" else content
            status = _status(
                sandbox, "POST", path, query={"name": f"{name}.bin"}, body=body, headers={"Content-Type": kind}
            )
            if (status == 200) != (kind in taken):
                yield f"a file of {name} that is sent as {kind} is {'kept' if status == 200 else 'refused'}"
        digest = sha256(content).hexdigest()
        if taken and name != "PDF" and sandbox.call("GET", f"{path}/{digest}") != content.decode("utf-8", "replace"):
            yield f"a file of {name} does not come back as it was sent"
        if _status(sandbox, "GET", f"/cases/declaration/{other.order_no}/files/{digest}") != NOT_FOUND:
            yield f"a file of {name} is shown with a case that does not have it"


def _status(caller: SandboxClient, method: str, path: str, **options: Any) -> int:
    """The HTTP status of a call; 200 for any that is answered."""
    try:
        caller.call(method, path, **options)
    except CallRefused as refused:
        return refused.status
    return 200
