"""Companies and keys: what a call tells of one company alone — its stock abroad, its credit events, its batches with
their codes, its recalls with their trail, samples of its goods — it tells the key of its mailbox, and not that of
another company, which lists none of it either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.rights import holder_of
from simulators.probes.sending import now_of

MOMENT = "2026-12-16T12:00:00+08:00"
OWN, OTHER = ("3702961003", "DXPENT0000000011"), ("3702960077", "DXPENT0000000077")
"""Two merchants with their mailboxes; the samples are the first one's."""
RIGHTS = ("read_receipts", "send_messages")
PATHS = (
    "/overseas/items/{code}",
    "/overseas/drafts/{code}",
    "/overseas/stock?merchant={code}",
    "/credit/{code}/events",
    "/trace-batches/{batch}/codes",
    "/trace-batches/{batch}",
    "/recalls/{recall}",
    "/recalls/{recall}/trail.csv",
    "/spot-checks/{sample}",
    "/find?number={batch}",
    "/find?number={recall}",
    "/find?number={sample}",
    "/stories/{sample}",
)
LISTED = (("/trace-batches", "batches"), ("/recalls", "recalls"), ("/spot-checks", "samples"))
"""Calls that list to a key what is its companies' own, and the name of the list."""
BOOK = {"ems_no": "T4258W990099", "area_code": OWN[0], "item_record_no": "9", "gcode": "9503006000"}
PLAN = "title=儿童玩具; kind=special; universe=stock; goods=9503006000; size=9; days=60"
"""A lot of the first company's in an account book, and a plan that draws it."""
FOUND, NOT_FOUND, REFUSED = 200, 404, frozenset({403, 404})
"""What has a number is not found, as if there were none; what has a code of a company, which is known, is refused."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    with fresh_sandbox(client, "companies", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        for code, box in (OWN, OTHER):
            row = {"code": code, "name": f"{code}（模拟）", "kinds": "merchant", "dxp_id": box}
            sandbox.import_master_data("participants", [row])
        named = _sent(sandbox)
        try:
            own, other = (holder_of(client, sandbox, opened, [box], RIGHTS) for _, box in (OWN, OTHER))
        except CallRefused as refused:
            if refused.status in {401, 403}:
                return
            raise
        for path in PATHS:
            asked = path.format(**named)
            if (status := _status(own, asked)) != FOUND:
                yield f"GET {path} with the key of the company itself: HTTP {status}"
            status, unknown = _status(other, asked), "{code}" not in path
            if status not in ({NOT_FOUND} if unknown else REFUSED):
                yield f"GET {path} with the key of another company: HTTP {status}"
        for path, name in LISTED:
            counts = [len(holder.call("GET", path)[name]) for holder in (own, other)]
            if counts != [1, 0]:
                yield f"GET {path}: {counts[0]} to the key of the company itself, {counts[1]} to that of another one"


def _sent(sandbox: SandboxClient) -> dict[str, str]:
    """Send a batch and its recall, and let a sample be drawn; returns what the paths name."""
    now = now_of(sandbox)
    for code in ("TraceBatch", "RecallNotice"):
        sandbox.submit(sample(code, "companies of keys", now).messages[code])
        sandbox.settle()
    batches, recalls = sandbox.call("GET", "/trace-batches")["batches"], sandbox.call("GET", "/recalls")["recalls"]
    sandbox.import_master_data("stock", [{**BOOK, "gname": "示例儿童积木", "unit": "011", "qty": "50"}])
    act = {"action": "open_plan", "values": {"plan": PLAN}}
    sandbox.call("POST", "/cases/spot_check/decisions", json=act)
    sandbox.settle()
    samples = sandbox.call("GET", "/spot-checks")["samples"]
    named = {"batch": batches[0]["batch_no"], "recall": recalls[0]["recall_no"], "sample": samples[0]["sample_no"]}
    return {"code": OWN[0], **named}


def _status(holder: SandboxClient, path: str) -> int:
    try:
        holder.call("GET", path)
    except CallRefused as refused:
        return refused.status
    return FOUND
