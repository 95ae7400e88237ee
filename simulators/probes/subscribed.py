"""Messages with several subscribers, of data, of receipts and of both: each of them gets every message's copy, in the
order in which they were sent and byte by byte, or the receipts about it that the sender gets, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
SUBSCRIBERS: Mapping[str, str] = {"DXPENT0000000081": "DATA", "DXPENT0000000082": "DATA", "DXPENT0000000083": "ALL"}
"""Mailbox → to what it subscribes, besides the mailbox that subscribes to receipts in every sample."""
TWICE, RECEIPTS_ALONE = "DXPENT0000000081", "DXPENT0000000005"
"""One that is named twice, and served once; and the sample's own."""
TRADES = 3
CODE = "311"
_TRANSFER = re.compile(rb"</(?P<prefix>[\w.-]+:)?BaseTransfer>")


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandbox's name."""
    with fresh_sandbox(client, "subscribed", "probes", MOMENT, under=under) as sandbox:
        trades = [sandbox.sample("import", f"subscribed {number}") for number in range(TRADES)]
        bodies = [subscribed(trade.messages[CODE]) for trade in trades]
        for body in bodies:
            sandbox.submit(body)
        sandbox.settle()
        answers = [receipt.xml for receipt in sandbox.receipts(_sender(bodies[0]))]
        copies = [body.decode() for body in bodies]
        for box, kind in {**SUBSCRIBERS, RECEIPTS_ALONE: "RET"}.items():
            yield from _complaints(sandbox, box, kind, copies, answers)


def subscribed(body: bytes) -> bytes:
    """A message that names the subscribers, one of them twice."""

    def named(found: re.Match[bytes]) -> bytes:
        prefix = (found["prefix"] or b"").decode()
        return (
            found[0]
            + "".join(
                f"<{prefix}BaseSubscribe><{prefix}status>{kind}</{prefix}status><{prefix}dxpMode>DXP</{prefix}dxpMode>"
                f"<{prefix}dxpAddress>{box}</{prefix}dxpAddress></{prefix}BaseSubscribe>"
                for box, kind in [*SUBSCRIBERS.items(), (TWICE, SUBSCRIBERS[TWICE])]
            ).encode()
        )

    return _TRANSFER.sub(named, body, count=1)


def _sender(body: bytes) -> str:
    return str(re.findall("dxpId>([^<]+)<", body.decode())[0])


def _complaints(
    sandbox: SandboxClient, box: str, kind: str, copies: Sequence[str], answers: Sequence[str]
) -> Iterator[str]:
    read = [receipt.xml for receipt in sandbox.receipts(box)]
    came = {"copies": [xml for xml in read if xml in copies], "receipts": [xml for xml in read if xml not in copies]}
    wanted = {"copies": [] if kind == "RET" else copies, "receipts": [] if kind == "DATA" else answers}
    for name, of_kind in wanted.items():
        if came[name] != list(of_kind):
            yield (
                f"a subscriber of {kind} reads {len(came[name])} {name} of {len(of_kind)}, in another order or with"
                " other bytes"
            )
