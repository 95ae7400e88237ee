"""A sandbox as a test uses it: send, wait, read receipts, move the clock, decide as an officer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import Any

import msgspec

from single_window_client.call_log import CallLog
from single_window_client.calls import Caller, CallRefused, part
from single_window_client.trades import SampleTrade
from single_window_client.values import Acted, Audited, Awaited, Clock, Parked, ReceivedReceipt, SentMessage, Snapshot

MAX_WAIT_SECONDS = 30
"""Limit of the wait of one call."""
POLL_SECONDS = 20
"""Wait of each poll for receipts: the window answers as soon as one comes."""
FINAL_STATUSES = ("800", "100")
"""Statuses that `wait_for` waits for by default: release and refusal by customs."""


class ClockClient:
    """The clock of a sandbox."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self._sandbox = sandbox

    def show(self) -> Clock:
        """Return the current clock."""
        return msgspec.convert(self._sandbox.control("GET", "/clock"), Clock, strict=False)

    def set(self, mode: str, at: str = "", rate: str = "") -> Clock:
        """Set the clock: frozen, virtual (at a rate) or real."""
        body = {name: value for name, value in (("mode", mode), ("at", at), ("rate", rate)) if value}
        return msgspec.convert(self._sandbox.control("PUT", "/clock", json=body), Clock, strict=False)

    def advance(self, by: str = "", to: str = "", timeout: int = MAX_WAIT_SECONDS) -> Clock:
        """Move the clock by a span such as `30s` or `2d`, or to a time or `next-deadline`; due work is done."""
        body = {"timeout": timeout, "by": by, "to": to}
        return msgspec.convert(self._sandbox.control("POST", "/clock/advance", json=body), Clock, strict=False)


SCENARIO, FOR_OTHERS = "X-Scenario", "scenario-for-others"
"""The header that names a predefined outcome, and the refusal code for messages that the outcome does not concern."""


class SandboxClient:
    """One sandbox. `seed` determines the numbers of its samples: the same seed gives the same numbers in order."""

    def __init__(self, caller: Caller, name: str, seed: str = "") -> None:
        self.caller, self.name, self.seed = caller, name, seed or name
        self.clock = ClockClient(self)
        self.call_log = CallLog(self.call)
        self._samples = count(1)

    # calls

    def call(self, /, method: str, path: str, **options: Any) -> Any:
        """Make any call of the API in this sandbox, by its path below /api/v1; raises `CallRefused`, `NotReachable`."""
        return self.caller.call(method, path, headers={"X-Sandbox": self.name, **options.pop("headers", {})}, **options)

    def control(self, /, method: str, path: str = "", **options: Any) -> Any:
        """Make a call about the sandbox itself, such as for triggers and snapshots, by the path below its name."""
        return self.caller.call(method, f"/sandboxes/{part(self.name)}{path}", **options)

    # messages in, receipts out

    def sample(self, flow: str = "import", key: str = "") -> SampleTrade:
        """Make the messages of a new trade (import, export) or of one type such as 625, without sending them.

        Numbers follow from `key`, by default from the seed and a count; times are those of the sandbox's clock. Raises
        `CallRefused` (404) for a type of which the window has no sample."""
        return self._sampled(flow, key or f"{self.seed}|{next(self._samples)}")

    def _sampled(self, what: str, key: str, at: str = "") -> SampleTrade:
        made = self.call("GET", f"/samples/{part(what)}", query={"key": key, "at": at})
        messages = {message["code"]: message["xml"].encode() for message in made["messages"]}
        return SampleTrade(messages, key, _milliseconds(made["at"]), self._further)

    def _further(self, code: str, key: str, now: int) -> bytes:
        (body,) = self._sampled(code, key, _utc_text(now)).messages.values()
        return body

    def submit(self, /, *messages: SampleTrade | bytes | str, **headers: str) -> list[SentMessage]:
        """Send messages or the messages of trades; `headers` have `_` for `-`. Raises `CallRefused` if one is refused.

        Of several messages, those that `X_Scenario` does not concern are sent without it; if it concerns none of
        them, its refusal is raised after all were sent."""
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        bodies, sent, refused = list(_bodies(messages)), [], []
        for body in bodies:
            try:
                sent.append(self._send(body, wanted))
            except CallRefused as refusal:
                if len(bodies) == 1 or refusal.codes != [FOR_OTHERS]:
                    raise
                refused.append(refusal)
                sent.append(self._send(body, {name: value for name, value in wanted.items() if name != SCENARIO}))
        if refused and len(refused) == len(bodies):
            raise refused[0]
        return sent

    def _send(self, body: bytes, headers: Mapping[str, str]) -> SentMessage:
        return msgspec.convert(self.call("POST", "/messages", body=body, headers=dict(headers)), SentMessage)

    def wait_for(self, number: SampleTrade | str, *statuses: str | int, timeout: int = MAX_WAIT_SECONDS) -> Awaited:
        """Wait until a list received one of these statuses (or a receipt such as 816), by default 800 or 100.

        Returns the state at the end of the wait, also if it timed out or nothing more can happen; `given` lists the
        statuses received.
        """
        wanted = ",".join(str(status) for status in statuses or FINAL_STATUSES)
        declarations = self.call(
            "GET",
            f"/declarations/{part(_number(number))}",
            query={"wait_for": wanted, "timeout": min(timeout, MAX_WAIT_SECONDS)},
        )
        return msgspec.convert(declarations, Awaited)

    def settle(self, timeout: int = MAX_WAIT_SECONDS) -> Clock:
        """Wait until all work that is due is done, without moving the clock, which must not be real."""
        return self.clock.advance("0s", timeout=timeout)

    def state(self, number: SampleTrade | str) -> Awaited:
        """Return the current state of a list; raises `CallRefused` (404) for an unknown number."""
        return msgspec.convert(self.call("GET", f"/declarations/{part(_number(number))}"), Awaited)

    def audit(self) -> Audited:
        """Audit every ledger of the sandbox, with further calls for ledgers that exceeded the time of one."""
        answer = self.call("GET", "/audit")
        ledgers, given_up = list(answer["ledgers"]), list(answer["given_up"])
        while answer["left"]:
            answer = self.call("GET", "/audit", query={"ledgers": ",".join(answer["left"])})
            ledgers += answer["ledgers"]
            given_up += answer["given_up"]
        return Audited(tuple(ledgers), tuple(given_up))

    def find(self, number: str) -> list[dict[str, Any]]:
        """Find everything with a number: of a document, message or transmission, or the SHA-256 of a message."""
        return list(self.call("GET", "/find", query={"number": number})["matches"])

    def messages(self, company: str = "", day: str = "") -> list[dict[str, Any]]:
        """Return the newest messages, 500 at most, of a company (code or DXP id) and a day."""
        return list(self.call("GET", "/messages", query={"company": company, "day": day, "limit": 500})["messages"])

    def receipts(self, mailbox: str, after: int = 0, wait: int = 0) -> list[ReceivedReceipt]:
        """Return all receipts of a mailbox behind sequence number `after`; waits up to `wait` seconds for the first."""
        return list(self._receipts(mailbox, after, wait))

    def receipts_after(self, mailbox: str, after: int, limit: int) -> list[ReceivedReceipt]:
        """Return at most `limit` receipts of a mailbox behind sequence number `after`."""
        page = self.call("GET", "/receipts", query={"mailbox": mailbox, "after": after, "limit": limit})
        return msgspec.convert(page["receipts"], list[ReceivedReceipt])

    def receipts_from(self, mailbox: str, after: int = 0, idle: float | None = None) -> Iterator[ReceivedReceipt]:
        """Yield the receipts of a mailbox behind sequence number `after` as they come, each once and in order.

        Polls the window, which answers when a receipt comes. Store the `sequence` of what was processed, and begin
        behind it after a restart. Ends after `idle` seconds without a receipt (None: never); raises `NotReachable` and
        `CallRefused`, after which a new iterator may begin behind the last receipt."""
        last = monotonic()
        while True:
            wait = POLL_SECONDS if idle is None else min(POLL_SECONDS, max(0, round(last + idle - monotonic())))
            page = self.call("GET", "/receipts", query={"mailbox": mailbox, "after": after, "wait": wait})
            for receipt in msgspec.convert(page["receipts"], list[ReceivedReceipt]):
                after = receipt.sequence
                yield receipt
                last = monotonic()
            if not page["receipts"] and idle is not None and monotonic() >= last + idle:
                return

    def _receipts(self, mailbox: str, after: int, wait: int) -> Iterator[ReceivedReceipt]:
        while True:
            page = self.call("GET", "/receipts", query={"mailbox": mailbox, "after": after, "wait": wait})
            yield from msgspec.convert(page["receipts"], list[ReceivedReceipt])
            if not page["receipts"] or page["next"] == after:
                return
            after, wait = page["next"], 0

    # what a test controls

    def decide(
        self, /, number: SampleTrade | str, action: str, reason: str = "", about: str = "declaration", **values: Any
    ) -> Acted:
        """Decide as an officer about a list or one of its requests, or about another kind of case (`about`:
        refund_claim, registration, proposal …); `decidable` lists the possible acts.

        `values`: further values of the act, and `seen`. An inspection concluded without `findings` found the goods as
        declared."""
        body = {"action": action, "reason": reason, **values}
        if about == "declaration" and "findings" not in values:
            body.setdefault("as_declared", True)
        path = f"/cases/{about}/{part(_number(number))}/decisions"
        return msgspec.convert(self.call("POST", path, json=body), Acted)

    def decidable(self, number: SampleTrade | str, about: str = "declaration") -> dict[str, Any]:
        """Return the decisions possible about a subject now, the values each act needs, and earlier decisions."""
        return dict(self.call("GET", f"/cases/{about}/{part(_number(number))}/decisions"))

    def force(self, /, scenario: str = "", **trigger: Any) -> int:
        """Force an outcome from now on and return the trigger's number.

        Takes the name of a predefined outcome (`single-window scenarios` lists them), or `match` and `do` of a trigger.
        The header X-Scenario forces an outcome for one call only."""
        body = {**({"scenario": scenario} if scenario else {}), **trigger}
        return int(self.control("POST", "/triggers", json=body)["triggers"][0]["id"])

    def faults(self, profile: str, lasts: str = "", seed: str = "") -> dict[str, Any]:
        """Switch on a fault profile (`single-window faults list`) for a span such as `2h`; "": switch it off.

        Returns the state of the profile with the number of its acts."""
        if not profile:
            return dict(self.control("DELETE", "/faults"))
        return dict(self.control("PUT", "/faults", json={"profile": profile, "lasts": lasts, "seed": seed}))

    def parked(self) -> list[Parked]:
        """Return the messages that could not be processed after all attempts."""
        return msgspec.convert(self.call("GET", "/parked")["deliveries"], list[Parked])

    def import_master_data(self, kind: str, rows: Sequence[Mapping[str, Any]] | str | bytes) -> dict[str, Any]:
        """Import companies, goods, guarantees and the like: rows by column, or CSV."""
        if isinstance(rows, str | bytes):
            body = rows.encode() if isinstance(rows, str) else rows
            done = self.call("PUT", f"/master-data/{part(kind)}", body=body, headers={"Content-Type": "text/csv"})
        else:
            done = self.call("PUT", f"/master-data/{part(kind)}", json=[dict(row) for row in rows])
        return dict(done)

    def options(self, /, **changes: Any) -> dict[str, Any]:
        """Change options of the sandbox and return all of them."""
        state = self.control("PATCH", json={"options": changes}) if changes else self.control("GET")
        return dict(state["options"])

    def reset(self, master_data: bool = True) -> None:
        """Delete the contents; options, seed and clock stay, and with `master_data` the imported master data."""
        self.control("POST", "/reset", json={"master_data": master_data})

    def snapshot(self, label: str = "") -> int:
        """Take a snapshot of the sandbox and return its number."""
        if self.clock.show().mode == "frozen":
            self.settle()
        return int(self.control("POST", "/snapshots", json={"label": label})["id"])

    def snapshots(self) -> list[Snapshot]:
        """Return the snapshots of the sandbox, oldest first."""
        return msgspec.convert(self.control("GET", "/snapshots")["snapshots"], list[Snapshot])

    def restore(self, snapshot: int) -> None:
        """Restore a snapshot, including options and clock."""
        self.control("POST", f"/snapshots/{snapshot}/restore")

    def delete(self) -> None:
        """Delete the sandbox and its contents."""
        self.control("DELETE")


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _utc_text(instant: int) -> str:
    moment = datetime.fromtimestamp(instant / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(number: SampleTrade | str) -> str:
    return number.order_no if isinstance(number, SampleTrade) else number


def _bodies(messages: Iterable[SampleTrade | bytes | str]) -> Iterator[bytes]:
    for message in messages:
        if isinstance(message, SampleTrade):
            yield from message.messages.values()
        else:
            yield message.encode() if isinstance(message, str) else message
