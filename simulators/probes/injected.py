"""XML that a test puts into a mailbox: it is the last receipt there, byte for byte, and in no other mailbox and no
other sandbox; what is not well-formed, and a mailbox that cannot be, are refused."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
BOX, OTHER = "DXPENT0000000071", "DXPENT0000000072"
BODIES = (
    '<a:Anything xmlns:a="urn:anything" guid="1">\r\n  <a:b>一 &amp; 二</a:b></a:Anything>',
    '<?xml version="1.0" encoding="UTF-8"?>\n<CEB622Message><half/></CEB622Message>\n',
)
MADE, MALFORMED = 201, 400


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    with (
        fresh_sandbox(client, "injected", "probes", MOMENT, under=under) as sandbox,
        fresh_sandbox(client, "beside", "probes", MOMENT, under=under) as beside,
    ):
        for place, body in enumerate(BODIES, 1):
            yield from _put(sandbox, BOX, body, MADE)
            read = [receipt.xml for receipt in sandbox.receipts(BOX)]
            if read != list(BODIES[:place]):
                yield f"a mailbox into which {place} messages were put holds {len(read)}, or other bytes"
        yield from _put(sandbox, BOX, "<a><b></a>", MALFORMED)
        yield from _put(sandbox, "no mailbox 箱", BODIES[0], MALFORMED)
        for where, box in ((sandbox, OTHER), (beside, BOX)):
            if found := where.receipts(box):
                yield f"what was put into one mailbox is read in another: {len(found)} receipts"


def _put(sandbox: SandboxClient, box: str, body: str, status: int) -> Iterator[str]:
    """Put a message into a mailbox; yields what is wrong with the answer."""
    came = MADE
    try:
        headers = {"Content-Type": "application/xml"}
        sandbox.call("POST", f"/mailboxes/{box}/receipts", body=body.encode(), headers=headers)
    except CallRefused as refused:
        came = refused.status
    if came != status:
        yield f"to put {body[:30]!r} into {box} is answered with HTTP {came}, and not {status}"
