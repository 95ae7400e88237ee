"""Channels as they are configured: addresses that fit and that do not, where a channel begins and stands, what is told
of it, and the envelopes that a mailbox chose. Nobody listens at their addresses: they stay where they are put."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
LACKS, UNKNOWN, INSIDE = 403, 401, 422
NOWHERE = "http://127.0.0.1:1/receipts"
WAYS = ("poll", "webhook", "amqp", "broker", "folder")
OTHER = "DXPENT0000000077"
PASSWORD = "hidden7"


class RefusedChannel(NamedTuple):
    """A channel of a kind that is refused, with its mailbox, its address, and the code."""

    kind: str
    mailbox: str
    url: str
    code: str


REFUSED: Sequence[RefusedChannel] = (
    *(
        RefusedChannel("webhook", OTHER, url, "webhook-url")
        for url in (
            "ftp://example.org/",
            "example.org/receipts",
            "http:///receipts",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:65536/",
            "http://user@127.0.0.1:1/",
            "http://user:password@127.0.0.1:1/",
            "http://127.0.0.1:1/#part",
            "http://127.0.0.1:1/a b",
            "http://127.0.0.1:1/回执",
        )
    ),
    *(
        RefusedChannel("broker", OTHER, url, "broker-url")
        for url in (
            "http://127.0.0.1:1/",
            "filesystem://folder",
            "filesystem:///folder",
            "redis://",
            "redis://127.0.0.1:1/0?db=7",
            "redis://127.0.0.1:1/0#7",
            "redis://127.0.0.1:1/0;redis://127.0.0.1:2/0",
            "amqp://127.0.0.1:65536/",
            "sqs://key@",
            "sqs://key:secret@example.org",
        )
    ),
    RefusedChannel("broker", "dxpent0000000077", "filesystem://", "channel-mailbox"),
    RefusedChannel("broker", "D" * 17, "filesystem://", "channel-mailbox"),
    RefusedChannel("webhook", "D" * 31, NOWHERE, "channel-mailbox"),
    RefusedChannel("webhook", "DXP;7", NOWHERE, "channel-mailbox"),
)


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no channels, or the window none to this machine."""
    with fresh_sandbox(client, "channels", "probes", MOMENT, under=under) as sandbox:
        trade = sandbox.sample("import", "channels")
        sandbox.submit(trade)
        sandbox.settle()
        box = trade.mailbox("621")
        if _called(sandbox, "PUT", f"/channels/{box}/webhook", url=NOWHERE) & {LACKS, UNKNOWN, INSIDE}:
            return
        sandbox.call("DELETE", f"/channels/{box}/webhook")
        yield from _refused(sandbox)
        yield from _positions(sandbox, box, len(sandbox.receipts(box)))
        yield from _secrets(sandbox)
        yield from _envelopes(sandbox, box)
        for mailbox in (box, OTHER):
            sandbox.call("DELETE", f"/channels/{mailbox}/webhook")


def _called(sandbox: SandboxClient, method: str, path: str, **body: Any) -> set[object]:
    """Status and codes with which a call is refused; nothing where it is not."""
    try:
        sandbox.call(method, path, json=body)
    except CallRefused as refused:
        return {refused.status, *refused.codes}
    return set()


def _refused(sandbox: SandboxClient) -> Iterator[str]:
    """The faults of channels that cannot be made, and of acts on those that nobody made."""
    before = len(sandbox.call("GET", "/channels")["channels"])
    for row in REFUSED:
        if row.code not in (found := _called(sandbox, "PUT", f"/channels/{row.mailbox}/{row.kind}", url=row.url)):
            yield f"a {row.kind} of {row.mailbox} at {row.url} is not refused with {row.code}, but with {found or '{}'}"
    for method, path in (("DELETE", "webhook"), ("POST", "webhook/redeliver"), ("POST", "webhook/test")):
        if "no-such-channel" not in (found := _called(sandbox, method, f"/channels/{OTHER}/{path}")):
            yield f"{method} of {path} where nobody made a channel is answered with {found or 'success'}"
    if (after := len(sandbox.call("GET", "/channels")["channels"])) != before:
        yield f"{after - before} channels are kept that were refused"


def _positions(sandbox: SandboxClient, box: str, count: int) -> Iterator[str]:
    """The faults of where the channel of a mailbox with so many receipts begins, is moved to, and goes on."""
    path = f"/channels/{box}/webhook"
    for words, method, call, body, code, position in (
        ("made again without a beginning", "PUT", path, {"url": NOWHERE}, "", count),
        ("begun behind the next receipt", "PUT", path, {"url": NOWHERE, "from": count + 2}, "channel-first", count),
        ("begun at the next receipt", "PUT", path, {"url": NOWHERE, "from": count + 1}, "", count),
        ("begun at the first receipt", "PUT", path, {"url": NOWHERE, "from": 1}, "", 0),
        ("moved ahead", "POST", f"{path}/redeliver", {"from": 2}, "channel-redeliver", 0),
        ("moved to where it stands", "POST", f"{path}/redeliver", {"from": 1}, "", 0),
        ("begun at the second receipt", "PUT", path, {"url": NOWHERE, "from": 2}, "", 1),
        ("hurried", "POST", f"{path}/redeliver", {}, "", 1),
        ("switched off", "DELETE", path, {}, "", 1),
        ("moved while it is off", "POST", f"{path}/redeliver", {"from": 1}, "channel-off", 1),
        ("tried while it is off", "POST", f"{path}/test", {}, "channel-off", 1),
        ("made again", "PUT", path, {"url": NOWHERE}, "", 1),
    ):
        found = _called(sandbox, method, call, **body)
        if (code and code not in found) or (found and not code):
            yield f"a channel that is {words} is answered with {found or 'success'}, and not {code or 'success'}"
        channel = next(row for row in sandbox.call("GET", "/channels")["channels"] if row["mailbox"] == box)
        told = channel["position"], channel["behind"], channel["address"], channel["state"] == "off"
        if told != (position, count - position, NOWHERE, "off" in words):
            yield f"a channel of {count} receipts that is {words} is told of as {told}"


def _secrets(sandbox: SandboxClient) -> Iterator[str]:
    """The faults of what is shown of secrets: once, and never of a password."""
    path = f"/channels/{OTHER}/webhook"
    made, same, other = (
        sandbox.call("PUT", path, json={"url": NOWHERE, **more}).get("secret", "")
        for more in ({}, {}, {"new_secret": True})
    )
    if not made or same or other in ("", made):
        yield f"secrets are shown {bool(made)}, then {bool(same)}, then {bool(other)}, another: {other != made}"
    shown = sandbox.call("PUT", f"/channels/{OTHER}/broker", json={"url": f"redis://user:{PASSWORD}@127.0.0.1:1/0"})
    listed = sandbox.call("GET", "/channels")
    sandbox.call("DELETE", f"/channels/{OTHER}/broker")
    if shown["address"] != "redis://user:***@127.0.0.1:1/0":
        yield f"a broker's address is shown as {shown['address'].replace(PASSWORD, 'ITS PASSWORD')}"
    if (queues := (shown["inbox"], shown["outbox"])) != tuple(f"{sandbox.name}.{OTHER}{end}" for end in ("", "_HZ")):
        yield f"the queues of {OTHER} are {queues}"
    if any(secret in str(listed) for secret in (made, other, PASSWORD)):
        yield "a list of channels holds a secret"


def _envelopes(sandbox: SandboxClient, box: str) -> Iterator[str]:
    """The faults of envelopes that are chosen for polls, and of those that are not."""
    path = f"/channels/{box}/envelopes"
    for chosen in ("DxpMsg", "DxpMsgSv", "none"):
        sandbox.call("PUT", path, json={"poll": chosen})
        told = sandbox.call("GET", path)
        if [told[way] for way in WAYS] != [chosen, *["none"] * (len(WAYS) - 1)]:
            yield f"{chosen} is chosen for polls, and told is {told}"
        outermost = {_root(receipt.xml).rstrip("0123456789") for receipt in sandbox.receipts(box)}
        if not all(name == chosen or (chosen == "none" and "Dxp" not in name) for name in outermost):
            yield f"{chosen} is chosen for polls, and what is polled is {' '.join(sorted(outermost))}"
    if 400 not in _called(sandbox, "PUT", path, poll="DxpRep"):
        yield "an envelope that does not exist is taken"


def _root(xml: str) -> str:
    """The local name of the outermost element."""
    start = next(part for part in xml.split("<")[1:] if part[0] not in "?!")
    return start.split()[0].split(">")[0].rpartition(":")[2]
