"""Keys from both sides: what a right opens, a key with only this right may call, and a key with only another may not;
what belongs to a mailbox, its key reads, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import blake2b
from typing import Any

from simulators.entry.places import CallRefused, SandboxClient, WindowClient
from simulators.probes.sending import status_of

RIGHTS = ("read_receipts", "send_messages", "manage_channels", "control_tests", "act_as_officer")
CALLS: Sequence[tuple[frozenset[str], str, str]] = (
    (frozenset({"read_receipts"}), "GET", "/receipts?"),
    (frozenset({"read_receipts", "act_as_officer"}), "GET", "/declarations"),
    (frozenset({"read_receipts", "act_as_officer"}), "GET", "/batches"),
    (frozenset({"read_receipts"}), "GET", "/messages"),
    (frozenset({"send_messages"}), "POST", "/messages"),
    (frozenset({"manage_channels"}), "PUT", "/channels/BOX/webhook"),
    (frozenset({"manage_channels"}), "PUT", "/channels/BOX/amqp"),
    (frozenset({"control_tests"}), "GET", "/audit"),
    (frozenset({"control_tests"}), "PATCH", "/sandboxes/SANDBOX"),
    (frozenset({"control_tests"}), "PUT", "/sandboxes/SANDBOX/clock"),
    (frozenset({"control_tests"}), "POST", "/sandboxes/SANDBOX/triggers"),
    (frozenset({"control_tests"}), "PUT", "/master-data/persons"),
    (frozenset({"act_as_officer"}), "POST", "/cases/declaration/1/decisions"),
    (frozenset({"act_as_officer"}), "POST", "/cases/refund_claim/1/decisions"),
)
"""The rights each of which opens a call (docs/keys.md), method and path; calls that change something are sent without
a body that says how."""
UNKNOWN, LACKS, FOREIGN, BROKEN = 401, 403, 404, 500


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    boxes = [box["mailbox"] for box in sandbox.call("GET", "/mailboxes")["mailboxes"]][:3]
    with ExitStack() as opened:
        try:
            alone = {right: _holder(client, sandbox, opened, boxes[:1], [right]) for right in RIGHTS}
        except CallRefused as refused:
            if refused.status in {UNKNOWN, LACKS}:
                return
            raise
        for opening, method, path in CALLS:
            called = path.replace("BOX", boxes[0]).replace("SANDBOX", sandbox.name)
            for right in RIGHTS:
                status = _status(alone[right], method, called, boxes[0])
                if (status == LACKS) == (right in opening) or status >= BROKEN:
                    yield f"{method} {path}: a key with {right} alone is answered with HTTP {status}"
        yield from _mailboxes(client, sandbox, opened, boxes)
        yield from _senders(client, sandbox, opened, boxes)
        yield from _unfit(client, sandbox, opened, boxes[0])


def _senders(client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str]) -> Iterator[str]:
    """Messages of every sender with every key."""
    trade = sandbox.sample("import", "keys")
    for own in boxes:
        holder = _holder(client, sandbox, opened, [own], ["send_messages"])
        for code, body in trade.messages.items():
            status, is_own = status_of(holder, body), f">{own}<".encode() in body
            if status != (202 if is_own else LACKS):
                yield f"{code} of {'its own' if is_own else 'another'} sender with the key of {own}: HTTP {status}"


def _unfit(client: WindowClient, sandbox: SandboxClient, opened: ExitStack, box: str) -> Iterator[str]:
    """Keys that open nothing: another one, one of another sandbox, one that was revoked."""
    made = sandbox.call("POST", "/keys", json={"mailboxes": [box], "owner": "probe", "rights": list(RIGHTS)})
    another = made["key"][:-1] + ("A" if made["key"][-1] != "A" else "B")
    for words, key, name, status in (
        ("a key", made["key"], sandbox.name, 200),
        ("a wrong key", another, sandbox.name, UNKNOWN),
        ("a key of another sandbox", made["key"], "main", FOREIGN),
    ):
        holder = opened.enter_context(WindowClient(client.url, key)).sandbox(name)
        if (got := _status(holder, "GET", "/receipts?", box)) != status:
            yield f"{words} is answered with HTTP {got}, not {status}"
    sandbox.call("DELETE", f"/keys/{made['id']}")
    holder = opened.enter_context(WindowClient(client.url, made["key"])).sandbox(sandbox.name)
    if (got := _status(holder, "GET", "/receipts?", box)) != UNKNOWN:
        yield f"a revoked key is answered with HTTP {got}, not {UNKNOWN}"


def _mailboxes(client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str]) -> Iterator[str]:
    """Every mailbox with every key."""
    for own in boxes:
        holder = _holder(client, sandbox, opened, [own], RIGHTS)
        for box in boxes:
            right = 200 if box == own else 404
            status = _status(holder, "GET", "/receipts?", box)
            if status != right:
                yield f"the key of {own} asks for the mailbox {box}: HTTP {status}, and should get {right}"
            status = _status(holder, "GET", f"/channels/{box}/envelopes", box)
            if status != right:
                yield f"the key of {own} asks for the envelopes of {box}: HTTP {status}, and should get {right}"
        listed = {message.get("sender", own) for message in holder.call("GET", "/messages")["messages"]}
        if listed - {own}:
            yield f"the key of {own} lists messages of {', '.join(sorted(listed - {own}))}"


def _holder(
    client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str], rights: Sequence[str]
) -> SandboxClient:
    """A client with a key for some mailboxes and rights, of an owner of its own, who may have few."""
    owner = f"probe-{blake2b(' '.join([*boxes, *rights]).encode(), digest_size=8).hexdigest()}"
    body = {"mailboxes": list(boxes), "owner": owner, "rights": list(rights)}
    key = sandbox.call("POST", "/keys", json=body)
    return opened.enter_context(WindowClient(client.url, key["key"])).sandbox(sandbox.name)


def _status(holder: SandboxClient, method: str, path: str, box: str) -> int:
    query: Mapping[str, Any] = {"mailbox": box, "limit": 1} if path.endswith("?") else {}
    more: dict[str, Any] = {} if method == "GET" else {"body": b"{}", "headers": {"Content-Type": "application/json"}}
    try:
        holder.call(method, path.removesuffix("?"), query=query, **more)
    except CallRefused as refused:
        return refused.status
    return 200
