"""Receipts as a program polls them in XML, by the header that names the next place: it reads every one that a poll in
JSON lists, each once, and says 204 at the end. Of polls that wait beside each other each is answered when a receipt
comes into its mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import NamedTuple

import urllib3

from simulators.entry import monotonic
from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
TRADES = 5
MOST_POLLS = 60
READ, EMPTY = 200, 204
BESIDE = ("DXPENT0000000073", "DXPENT0000000074")
"""Mailboxes for whose receipts polls wait at one time, the first of them for all."""
WAIT, PAUSE = 30, 1.0
"""Seconds for which these polls wait at most, and until one that was begun waits: on a machine that is too slow for
them the probe finds less, and complains of nothing."""


class PolledXml(NamedTuple):
    """An answer to a poll in XML: its status, the next place, and the guids of the receipts in it."""

    status: int
    following: int
    guids: tuple[str, ...]


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where polls need a key."""
    with fresh_sandbox(client, "polled", "probes", MOMENT, under=under) as sandbox:
        trades = [sandbox.sample(flow, f"polled {number}") for number in range(TRADES) for flow in ("import", "export")]
        sandbox.submit(*trades)
        sandbox.settle()
        for box in sorted({trade.mailbox(code) for trade in trades for code in trade.messages}):
            yield from _complaints(client, sandbox, box)
        yield from _beside(client, sandbox)


def _beside(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """The faults of polls that wait at one time: what comes for the last one is not kept until its time is over."""
    with ThreadPoolExecutor(len(BESIDE)) as pool:
        waiting = []
        for box in BESIDE:
            waiting.append((box, pool.submit(_poll, client, sandbox, box, 0, WAIT)))
            Event().wait(PAUSE)
        for box, poll in reversed(waiting):
            body = f"<note><guid>{box}</guid></note>".encode()
            headers = {"Content-Type": "application/xml"}
            sandbox.call("POST", f"/mailboxes/{box}/receipts", body=body, headers=headers)
            begun = monotonic()
            sandbox.receipts(box)
            asked = monotonic() - begun
            polled = poll.result()
            if polled.status == READ and polled.guids != (box,):
                yield f"a poll of {box} that waits beside another reads {polled.guids}, and not what came"
            if monotonic() - begun > WAIT / 2 and asked < WAIT / 10:
                yield f"a poll of {box} that waits beside another is not answered when a receipt comes"


def _complaints(client: WindowClient, sandbox: SandboxClient, box: str) -> Iterator[str]:
    listed = [_guids(receipt.xml) for receipt in sandbox.receipts(box)]
    read, after = list[str](), 0
    for _ in range(MOST_POLLS):
        polled = _poll(client, sandbox, box, after)
        if polled.status not in {READ, EMPTY}:
            return
        read += polled.guids
        if polled.status == EMPTY:
            break
        after = polled.following
    wanted = [guid for guids in listed for guid in guids]
    if read != wanted:
        yield f"of {len(wanted)} receipts of {box} a poll in XML reads {len(read)}, or in another order"


def _poll(client: WindowClient, sandbox: SandboxClient, box: str, after: int, wait: int = 0) -> PolledXml:
    query: Mapping[str, str] = {"mailbox": box, "after": str(after), "format": "xml", "wait": str(wait)}
    with urllib3.PoolManager() as pool:
        answer = pool.request(
            "GET", f"{client.url}/api/v1/receipts", fields=dict(query), headers={"X-Sandbox": sandbox.name}, timeout=90
        )
    following = int(answer.headers.get("X-Next-After", after))
    return PolledXml(answer.status, following, _guids(answer.data.decode()))


def _guids(body: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<(?:\w+:)?guid>([^<]+)<", body))
