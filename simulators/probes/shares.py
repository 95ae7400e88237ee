"""Triggers for a share of what they match: of many orders one of a hundred is refused, about half, or all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import md5

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
IN_A_MESSAGE = 100
MESSAGES = 4
SHARES: Mapping[int, tuple[int, int]] = {1: (1, 15), 50: (150, 250), 100: (400, 400)}
"""Orders of a hundred that a trigger matches → the fewest and the most of all that it refuses: which they are, a draw
says that is the same every time."""
CODE = "-301012"
_ORDER = re.compile(rb"<ceb:Order>.*?</ceb:Order>", re.S)


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    for share, (fewest, most) in SHARES.items():
        with fresh_sandbox(client, f"share {share}", "probes", MOMENT, under=under) as sandbox:
            refused = _refused(sandbox, share)
        if not fewest <= refused <= most:
            yield (
                f"a trigger for {share} of a hundred refuses {refused} of {MESSAGES * IN_A_MESSAGE} orders, "
                f"and not {fewest} to {most}"
            )


def _refused(sandbox: SandboxClient, share: int) -> int:
    """Of all orders those that a trigger for this share refuses."""
    sandbox.force(match={"type": "311", "share": share}, do={"do": "refuse", "code": CODE})
    trade = sandbox.sample("311", "shares")
    sandbox.submit(*(orders(trade.messages["311"], number) for number in range(MESSAGES)))
    sandbox.settle()
    return sum(receipt.status == CODE for receipt in sandbox.receipts(trade.mailbox("311")))


def orders(message: bytes, number: int) -> bytes:
    """A message of many orders, each with a guid and a number of its own, made of a message of one."""
    [order] = _ORDER.findall(message)
    copies = b"".join(_numbered(order, number * IN_A_MESSAGE + place) for place in range(IN_A_MESSAGE))
    return _ORDER.sub(copies, re.sub(rb'( guid=")[^"]+', rb"\g<1>" + _guid(f"message {number}"), message, count=1))


def _numbered(order: bytes, number: int) -> bytes:
    texts = {b"guid": _guid(f"order {number}"), b"orderNo": f"DDSHARE{number:09d}".encode()}
    for name, text in texts.items():
        order = re.sub(rb"(<ceb:%b>)[^<]*" % name, rb"\g<1>" + text, order, count=1)
    return order


def _guid(key: str) -> bytes:
    digest = md5(key.encode(), usedforsecurity=False).hexdigest().upper()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:])).encode()
