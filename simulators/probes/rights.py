"""Keys from both sides: what a right opens, a key with only this right may call, and a key with all others may not;
what belongs to a mailbox, its key reads, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from simulators.entry.places import CallRefused, SandboxClient, WindowClient

RIGHTS = ("read_receipts", "send_messages", "manage_channels", "control_tests", "act_as_officer")
CALLS: Sequence[tuple[str, str, str]] = (
    ("read_receipts", "GET", "/receipts?"),
    ("read_receipts", "GET", "/declarations"),
    ("read_receipts", "GET", "/batches"),
    ("read_receipts", "GET", "/messages"),
    ("send_messages", "POST", "/messages"),
    ("manage_channels", "PUT", "/channels/BOX/webhook"),
    ("manage_channels", "PUT", "/channels/BOX/amqp"),
    ("control_tests", "GET", "/audit"),
    ("control_tests", "PATCH", "/sandboxes/SANDBOX"),
    ("control_tests", "PUT", "/sandboxes/SANDBOX/clock"),
    ("control_tests", "POST", "/sandboxes/SANDBOX/triggers"),
    ("control_tests", "PUT", "/master-data/persons"),
    ("act_as_officer", "POST", "/cases/declaration/1/decisions"),
    ("act_as_officer", "POST", "/cases/refund_claim/1/decisions"),
)
"""The right that opens a call (docs/keys.md), method and path; calls that change something are sent without a body."""
LACKS, FOREIGN = 403, 404


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    boxes = [box["mailbox"] for box in sandbox.call("GET", "/mailboxes")["mailboxes"]][:3]
    with ExitStack() as opened:
        try:
            alone = {right: _holder(client, sandbox, opened, boxes[:1], [right]) for right in RIGHTS}
        except CallRefused:
            return
        others = {
            right: _holder(client, sandbox, opened, boxes[:1], [each for each in RIGHTS if each != right])
            for right in RIGHTS
        }
        for right, method, path in CALLS:
            called = path.replace("BOX", boxes[0]).replace("SANDBOX", sandbox.name)
            with_right = _status(alone[right], method, called, boxes[0])
            without = _status(others[right], method, called, boxes[0])
            if with_right == LACKS or with_right >= 500:
                yield f"{method} {path}: a key with {right} is answered with HTTP {with_right}"
            if without != LACKS:
                yield f"{method} {path}: a key without {right} is answered with HTTP {without}, not {LACKS}"
        yield from _mailboxes(client, sandbox, opened, boxes)


def _mailboxes(client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str]) -> Iterator[str]:
    """Every mailbox with every key."""
    for own in boxes:
        holder = _holder(client, sandbox, opened, [own], RIGHTS)
        for box in boxes:
            status = _status(holder, "GET", "/receipts?", box)
            if (status == 200) != (box == own):
                yield f"the key of {own} reads the mailbox {box}: HTTP {status}"
            status = _status(holder, "GET", f"/channels/{box}/envelopes", box)
            if (status == 200) != (box == own):
                yield f"the key of {own} reads the envelopes of {box}: HTTP {status}"
        listed = {message.get("sender", own) for message in holder.call("GET", "/messages")["messages"]}
        if listed - {own}:
            yield f"the key of {own} lists messages of {', '.join(sorted(listed - {own}))}"


def _holder(
    client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str], rights: Sequence[str]
) -> SandboxClient:
    """A client with a key for some mailboxes and rights."""
    key = sandbox.call("POST", "/keys", json={"mailboxes": list(boxes), "owner": "probe", "rights": list(rights)})
    return opened.enter_context(WindowClient(client.url, key["key"])).sandbox(sandbox.name)


def _status(holder: SandboxClient, method: str, path: str, box: str) -> int:
    query: Mapping[str, Any] = {"mailbox": box, "limit": 1} if path.endswith("?") else {}
    more: dict[str, Any] = {} if method == "GET" else {"body": b"{}", "headers": {"Content-Type": "application/json"}}
    try:
        holder.call(method, path.removesuffix("?"), query=query, **more)
    except CallRefused as refused:
        return refused.status
    return 200
