"""Receipts that the window posts to a receiver of ours: each is signed with its time as
[connect](../../docs/connect.md) says, what was not confirmed comes again, and all come in order, as a poll gives them,
in the envelopes that were chosen, from customs' node for their flow."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from queue import Empty, SimpleQueue

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.receiver import PostedBody, receiver

MOMENT = "2026-11-24T08:00:00+08:00"
TRADES = 4
UNCONFIRMED = (302, 503, 204)
"""The statuses with which the first message is answered: a redirect and a failure confirm nothing, 204 does."""
WAIT, MOST_WAITS = 0.5, 60
"""Seconds after which the sandbox's clock goes on by a minute, and how often in vain: a failure is stored only after it
has come, and the pause is counted from then."""
NODES: Mapping[str, str] = {"CEB604Message": "DXPEDCCEB0000003", "CEB622Message": "DXPEDCCEB0000002"}
"""Some receipts, and customs' node of the specification that sends them."""
HEADER = "X-Single-Window-"
LACKS, UNKNOWN, INSIDE = 403, 401, 422


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no channels, or the window none to this machine."""
    with (
        receiver(UNCONFIRMED, 204) as (url, posted),
        fresh_sandbox(client, "pushed", "probes", MOMENT, under=under) as sandbox,
    ):
        trades = [sandbox.sample("import", f"pushed {number}") for number in range(TRADES)]
        for code in trades[0].messages:  # receipts of one type stand together, and several are posted in one message
            sandbox.submit(*(trade.messages[code] for trade in trades))
            sandbox.settle()
        sandbox.submit(sandbox.sample("export", "pushed"))
        sandbox.settle()
        box = trades[0].mailbox("621")
        try:
            sandbox.call("PUT", f"/channels/{box}/envelopes", json={"webhook": "DxpMsg"})
            made = sandbox.call("PUT", f"/channels/{box}/webhook", json={"url": url, "from": 1})
        except CallRefused as refused:
            if refused.status in {LACKS, UNKNOWN, INSIDE}:
                return
            raise
        polled = [receipt.sequence for receipt in sandbox.receipts(box)]
        came = list(_came(sandbox, posted, polled[-1] if polled else 0))
        yield from _complaints(came, str(made["secret"]), box, polled)


def _came(sandbox: SandboxClient, posted: SimpleQueue[PostedBody], last: int) -> Iterator[PostedBody]:
    """The messages that come until that with the last receipt; the clock goes on until what failed is tried again."""
    came, waits = 0, 0
    while waits < MOST_WAITS:
        try:
            message = posted.get(timeout=WAIT)
        except Empty:
            waits += 1
            sandbox.clock.advance("1m")
            continue
        came, waits = came + 1, 0
        yield message
        if came >= len(UNCONFIRMED) and _numbers(message)[-1] >= last:
            return


def _complaints(came: Sequence[PostedBody], secret: str, box: str, polled: Sequence[int]) -> Iterator[str]:
    tried = [_header(message, "Delivery") for message in came[: len(UNCONFIRMED)]]
    if len(tried) < len(UNCONFIRMED) or len(set(tried)) != 1:
        yield f"a message that was answered with {UNCONFIRMED} was posted as {' '.join(tried) or 'nothing'}"
    for message in came:
        stamp = _header(message, "Timestamp")
        signed = hmac.new(secret.encode(), stamp.encode() + b"." + message.body, hashlib.sha256).hexdigest()
        if not stamp.isdigit() or _header(message, "Signature") != f"sha256={signed}":
            yield f"the signature of {_header(message, 'Sequence')} is not that of its time and body"
        if len(_numbers(message)) != _held(message.body):
            yield f"a message of {_held(message.body)} receipts is said to be that of {_header(message, 'Sequence')}"
        if _header(message, "Mailbox") != box:
            yield f"receipts of {_header(message, 'Mailbox')} are posted to {box}"
        kind, sender, receiver = (_element(message.body, name) for name in ("MsgType", "SenderId", "ReceiverId"))
        if receiver != box or sender != NODES.get(kind, sender):
            yield f"the envelope of {kind or 'a message'} is from {sender or 'nobody'} to {receiver or 'nobody'}"
    numbers = [number for message in came[len(UNCONFIRMED) - 1 :] for number in _numbers(message)]
    if numbers != list(polled):
        yield f"the receipts {numbers} are posted, and {list(polled)} are polled"


def _held(body: bytes) -> int:
    """Return how many receipts an enveloped message holds; 1 for one that is no such message."""
    data = b64decode(_element(body, "Data"))
    return len(re.findall(rb"<(?:\w+:)?guid>", data)) or 1


def _element(body: bytes, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)<", body.decode())
    return found[1] if found else ""


def _header(message: PostedBody, name: str) -> str:
    """The text of one of the window's own headers."""
    return message.headers.get(HEADER + name, "")


def _numbers(message: PostedBody) -> list[int]:
    """The numbers of the receipts in a message."""
    first, last = map(int, re.findall(r"\d+", _header(message, "Sequence")))
    return list(range(first, last + 1))
