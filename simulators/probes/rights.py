"""Keys from both sides: what a right opens, a key with only this right may call, and a key with only another may not,
for every call of `rights_of_calls.csv`; no call is asked of the window's own table of rights."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import blake2b
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient
from simulators.probes.sending import status_of

RIGHTS = ("read_receipts", "send_messages", "manage_channels", "control_tests", "act_as_officer")
NOBODY = "NOBODY-KNOWS-7"
PLACES: Mapping[str, str] = {"number": "999999999", "kind": "webhook", "action": "declare"}
"""What is put into a path where not any text is one of the call's."""
_PLACE = re.compile(r"{(\w+)}")
UNKNOWN, LACKS, NOT_ITS, BROKEN = 401, 403, 404, 500


class RightfulCall(NamedTuple):
    """A call, and the rights of which a key needs one for it; none: no key may make it."""

    method: str
    path: str
    rights: frozenset[str]

    def asked(self, box: str) -> str:
        """The path about this mailbox, and about a number and a sandbox that nobody knows: the right is judged first,
        and nothing is changed."""
        named = _PLACE.sub(lambda place: {**PLACES, "mailbox": box}.get(place[1], NOBODY), self.path)
        return f"{named}?" if self.path == "/receipts" else named


def table() -> Sequence[RightfulCall]:
    """All calls, with what [keys](../../docs/keys.md) says of them."""
    text = files(__package__).joinpath("rights_of_calls.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return [RightfulCall(row["method"], row["path"], frozenset(row["rights"].split())) for row in rows]


def probe(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    boxes = [box["mailbox"] for box in sandbox.call("GET", "/mailboxes")["mailboxes"]][:3]
    with ExitStack() as opened:
        try:
            alone = {right: holder_of(client, sandbox, opened, boxes[:1], [right]) for right in RIGHTS}
        except CallRefused as refused:
            if refused.status in {UNKNOWN, LACKS}:
                return
            raise
        for call in table():
            for right in RIGHTS:
                status = _status(alone[right], call.method, call.asked(boxes[0]), boxes[0])
                if (status == LACKS) == (right in call.rights) or status >= BROKEN:
                    yield f"{call.method} {call.path}: a key with {right} alone is answered with HTTP {status}"
        yield from _senders(client, sandbox, opened, boxes)
        yield from _unfit(client, sandbox, opened, boxes[0])


def _senders(client: WindowClient, sandbox: SandboxClient, opened: ExitStack, boxes: Sequence[str]) -> Iterator[str]:
    """Messages of every sender with every key."""
    trade = sandbox.sample("import", "keys")
    for own in boxes:
        holder = holder_of(client, sandbox, opened, [own], ["send_messages"])
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
        ("a key of another sandbox", made["key"], "main", NOT_ITS),
    ):
        holder = opened.enter_context(WindowClient(client.url, key)).sandbox(name)
        if (got := _status(holder, "GET", "/receipts?", box)) != status:
            yield f"{words} is answered with HTTP {got}, not {status}"
    sandbox.call("DELETE", f"/keys/{made['id']}")
    holder = opened.enter_context(WindowClient(client.url, made["key"])).sandbox(sandbox.name)
    if (got := _status(holder, "GET", "/receipts?", box)) != UNKNOWN:
        yield f"a revoked key is answered with HTTP {got}, not {UNKNOWN}"


def holder_of(
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
