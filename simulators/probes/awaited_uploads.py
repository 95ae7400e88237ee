"""Lists that wait for original payment data (179): each goes on with right data that come in time, by a
millisecond too, and otherwise to review, for silence or for wrong data; and the platform is asked as the announcement
says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from queue import Empty
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.platforms import Platform, right_data
from simulators.probes.receiver import receiver
from simulators.probes.sending import now_of

MOMENT = "2026-11-24T08:00:00+08:00"
LAST, DUE = "2026-11-24T08:01:59.999+08:00", "2026-11-24T08:02:00+08:00"
"""The last instant at which what is uploaded is in time, and the first at which it is late."""
WITHIN_MS = 120_000
CONFIRMED = b'{"code":"10000","message":"","serviceTime":1}'
WAIT, PAUSE, MOST_PAUSES = 60.0, 0.05, 1_200
"""Seconds until nothing more comes: many, since how fast the machine is must not matter."""
LACKS, UNKNOWN, INSIDE = 403, 401, 422
WRONG_PAYMENT = "3702960002"


class AwaitedUpload(NamedTuple):
    """An upload of a platform about a list, `right` or `wrong`, or empty for nothing: at once, at the last instant, and
    when it is late; then state and reason of the list before and after the end of the two minutes, and the verdict."""

    at_once: str
    in_time: str
    late: str
    before: str
    after: str
    reason: str
    verdict: str

    @property
    def words(self) -> str:
        """The upload in words, for people."""
        return ", ".join(each or "nothing" for each in (self.at_once, self.in_time, self.late))


AWAITED = (
    AwaitedUpload("right", "", "", "released", "released", "", "right"),
    AwaitedUpload("wrong", "right", "", "released", "released", "", "right"),
    AwaitedUpload("", "right", "", "released", "released", "", "right"),
    AwaitedUpload("", "", "", "accepted", "in_review", "14221", "silent"),
    AwaitedUpload("", "wrong", "", "accepted", "in_review", "14222", "wrong"),
    AwaitedUpload("wrong", "", "right", "accepted", "in_review", "14222", "late"),
    AwaitedUpload("", "", "right", "accepted", "in_review", "14221", "late"),
    AwaitedUpload("", "", "wrong", "accepted", "in_review", "14221", "wrong"),
)
REASONS = ("14221", "14222")


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandbox's name."""
    with fresh_sandbox(client, "awaited", "probes", MOMENT, under=under) as sandbox:
        sandbox.options(require_179=True)
        now = now_of(sandbox)
        tried = {row: sandbox.sample("import", f"awaited {row.words}") for row in AWAITED}
        export = sandbox.sample("export", "awaited")
        sandbox.submit(*tried.values(), export)
        sandbox.settle()
        first = next(iter(tried.values()))
        platform = Platform(client.url, sandbox, first.value("ebpCode", "411"))
        yield from _requests(sandbox, tried, now)
        if (state := sandbox.state(export).state) != "awaiting_arrival":
            yield f"an export where payment data are required is {state}"
        for moment, part, verdict, state_of in (
            (MOMENT, "at_once", "", ""),
            (LAST, "in_time", "", "before"),
            (DUE, "late", "silent", "after"),
        ):
            if moment != MOMENT:
                sandbox.clock.advance(to=moment)
            yield from _open(sandbox, tried, part, verdict)
            for row, trade in tried.items():
                if getattr(row, part):
                    _upload(sandbox, platform, trade, getattr(row, part))
            sandbox.settle()
            if state_of:
                yield from _states(sandbox, tried, state_of)
        for row, trade in tried.items():
            if (got := _request(sandbox, trade)["verdict"]) != row.verdict:
                yield f"payment data that were {row.words}: the request's verdict is {got}, and not {row.verdict}"
        yield from _asked(sandbox, platform)


def _request(sandbox: SandboxClient, trade: SampleTrade) -> dict[str, Any]:
    [request] = sandbox.call("GET", "/payment-requests", query={"order_no": trade.order_no})["requests"]
    return dict(request)


def _requests(sandbox: SandboxClient, tried: Mapping[AwaitedUpload, SampleTrade], now: int) -> Iterator[str]:
    """The faults of the requests that customs made: one for each list, due after two minutes."""
    requests = _await_calls(sandbox)
    if (made := sorted(row["order_no"] for row in requests)) != sorted(trade.order_no for trade in tried.values()):
        yield f"payment data of {len(made)} orders are asked for, and {len(tried)} lists wait for them"
    for row in requests:
        if (row["by"], row["due"], row["asked_at"]) != ("customs", _text(now + WITHIN_MS), _text(now)):
            yield f"payment data are asked for by {row['by']} at {row['asked_at']}, due at {row['due']}"
        if (row["asking"], row["attempts"]) != ("failed", 1) or "no address" not in row["error"]:
            yield f"a platform without an address is {row['asking']} after {row['attempts']} attempts: {row['error']}"


def _text(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _open(sandbox: SandboxClient, tried: Mapping[AwaitedUpload, SampleTrade], part: str, verdict: str) -> Iterator[str]:
    """The faults of requests about which nothing was uploaded so far."""
    for row, trade in tried.items():
        silent = not (row.at_once or row.in_time) if part == "late" else not row.at_once
        if silent and (got := _request(sandbox, trade)["verdict"]) != verdict:
            yield f"before anything is uploaded ({part}) the request's verdict is {got}, and not {verdict or 'open'}"


def _upload(sandbox: SandboxClient, platform: Platform, trade: SampleTrade, kind: str) -> None:
    data = right_data(trade, _request(sandbox, trade)["session_id"], now_of(sandbox))
    if kind == "wrong":
        data["payExchangeInfoHead"]["payCode"] = WRONG_PAYMENT
    platform.upload(platform.signed(data))


def _states(sandbox: SandboxClient, tried: Mapping[AwaitedUpload, SampleTrade], part: str) -> Iterator[str]:
    """The faults of the lists before or after the end of the two minutes."""
    for row, trade in tried.items():
        listed = sandbox.state(trade).declaration
        reasons = " ".join(reason["code"] for reason in listed.reasons if reason["code"] in REASONS)
        wanted = getattr(row, part), row.reason if part == "after" else ""
        if (listed.state, reasons) != wanted:
            yield f"a list whose payment data were {row.words} is {listed.state} {reasons}, and not {' '.join(wanted)}"


def _asked(sandbox: SandboxClient, platform: Platform) -> Iterator[str]:
    """The faults of how a platform is asked at its address; nothing where the window calls none on this machine."""
    company = sandbox.sample("import").value("ebpCode", "411")
    with receiver((), 200, CONFIRMED) as (url, posted):
        try:
            sandbox.call("PUT", f"/platform-data/{company}/address", json={"url": url})
        except CallRefused as refused:
            if refused.status in {LACKS, UNKNOWN, INSIDE}:
                return
            raise
        if [each["url"] for each in sandbox.call("GET", "/platform-data/addresses")["addresses"]] != [url]:
            yield "the address that a platform was given is not listed, or others are"
        trade = sandbox.sample("import", "asked")
        sandbox.submit(trade)
        try:
            body = posted.get(timeout=WAIT).body.decode()
        except Empty:
            yield "a platform with an address is not asked"
            return
        form = json.loads(parse_qs(body)["openReq"][0])
        session = _request(sandbox, trade)["session_id"]
        wanted = {"orderNo": trade.order_no, "sessionID": session, "serviceTime": str(now_of(sandbox))}
        if form != wanted:
            yield f"a platform is asked {form}, and not {wanted}"
        _await_calls(sandbox)
        _upload(sandbox, platform, trade, "right")
        sandbox.settle()
        yield from _confirmed(sandbox, trade)
    sandbox.call("DELETE", f"/platform-data/{company}/address")
    if left := sandbox.call("GET", "/platform-data/addresses")["addresses"]:
        yield f"an address that was removed is listed: {left}"


def _await_calls(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """All requests, as soon as the window has called each platform, or given up."""
    for _ in range(MOST_PAUSES):
        requests: list[dict[str, Any]] = sandbox.call("GET", "/payment-requests")["requests"]
        if all(row["asking"] != "waiting" for row in requests):
            break
        Event().wait(PAUSE)
    return requests


def _confirmed(sandbox: SandboxClient, trade: SampleTrade) -> Iterator[str]:
    shown = sandbox.call("GET", f"/payment-requests/{_request(sandbox, trade)['session_id']}")
    found = shown["asking"], shown["attempts"], shown["error"], shown["reply"], shown["verdict"]
    if found != ("asked", 1, "", f"HTTP 200 {CONFIRMED.decode()}", "right"):
        yield f"a platform that confirmed and uploaded is shown as {found}"
