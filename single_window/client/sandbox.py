"""A sandbox of a window as a test uses it: send, wait, look at receipts, move the clock, decide as an officer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

import msgspec

from single_window.client.calls import Caller, CallRefused, part
from single_window.client.trades import SampleTrade, sample
from single_window.client.values import Acted, Audited, Awaited, Clock, Parked, ReceivedReceipt, SentMessage, Snapshot

Value = TypeVar("Value")
MAX_WAIT_SECONDS = 30
"""Seconds that one call waits at most."""
ENDS = ("800", "100")
"""What a list is waited for by default: release, and its refusal by customs."""


class ClockClient:
    """The clock of a sandbox."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self._sandbox = sandbox

    def show(self) -> Clock:
        """The clock as it stands."""
        return msgspec.convert(self._sandbox.control("GET", "/clock"), Clock, strict=False)

    def set(self, mode: str, at: str = "", rate: str = "") -> Clock:
        """Set it: frozen, virtual (at a rate) or real."""
        body = {name: value for name, value in (("mode", mode), ("at", at), ("rate", rate)) if value}
        return msgspec.convert(self._sandbox.control("PUT", "/clock", json=body), Clock, strict=False)

    def advance(self, by: str = "", to: str = "", timeout: int = MAX_WAIT_SECONDS) -> Clock:
        """Move it by a span such as `30s` or `2d`, or to a moment or `next-deadline`; what falls due is done."""
        body = {"timeout": timeout, "by": by, "to": to}
        return msgspec.convert(self._sandbox.control("POST", "/clock/advance", json=body), Clock, strict=False)


SCENARIO, FOR_OTHERS = "X-Scenario", "scenario-for-others"
"""The header that names a ready-made outcome, and the code of a call whose message it does not concern."""


class SandboxClient:
    """One sandbox. `seed` keys the numbers of its samples: the same seed gives the same numbers in the same order."""

    def __init__(self, caller: Caller, name: str, seed: str = "") -> None:
        self.caller, self.name, self.seed = caller, name, seed or name
        self.clock = ClockClient(self)
        self._samples = count(1)

    # calls

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Any call of the API in this sandbox, by its path behind /api/v1; raises `CallRefused`, `NotReachable`."""
        return self.caller.call(method, path, headers={"X-Sandbox": self.name, **options.pop("headers", {})}, **options)

    def control(self, method: str, path: str = "", **options: Any) -> Any:
        """A call about the sandbox itself, by the path behind its name: where triggers and snapshots are, too."""
        return self.caller.call(method, f"/sandboxes/{part(self.name)}{path}", **options)

    # messages in, receipts out

    def sample(self, flow: str = "import", key: str = "") -> SampleTrade:
        """The messages of a new trade (import, export), or of one type such as 625; nothing is sent yet."""
        now = datetime.fromisoformat(self.clock.show().now)
        return sample(flow, key or f"{self.seed}|{next(self._samples)}", int(now.timestamp() * 1000))

    def submit(self, *messages: SampleTrade | bytes | str, **headers: str) -> list[SentMessage]:
        """Send messages, or those of trades; `headers` with `_` for `-`. Raises `CallRefused` where one is refused.

        Of several messages those that `X_Scenario` does not concern are sent without it; where it concerns none of
        them, that is raised after all were sent."""
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
        """Wait until a list was given one of these statuses (or a receipt such as 816), by default 800 or 100.

        Gives what there is then, also where nothing more comes by itself; `given` says which were given.
        """
        wanted = ",".join(str(status) for status in statuses or ENDS)
        declarations = self.call(
            "GET",
            f"/declarations/{part(_number(number))}",
            query={"wait_for": wanted, "timeout": min(timeout, MAX_WAIT_SECONDS)},
        )
        return msgspec.convert(declarations, Awaited)

    def settle(self, timeout: int = MAX_WAIT_SECONDS) -> Clock:
        """Wait until all that can be done now is done; the clock, which must not be real, stands where it was."""
        return self.clock.advance("0s", timeout=timeout)

    def state(self, number: SampleTrade | str) -> Awaited:
        """The state of a list at this moment; raises `CallRefused` (404) if nothing has the number."""
        return msgspec.convert(self.call("GET", f"/declarations/{part(_number(number))}"), Awaited)

    def audit(self) -> Audited:
        """The audit of every ledger of the sandbox; those for which the time of a call does not suffice are asked for
        again."""
        answer = self.call("GET", "/audit")
        ledgers, given_up = list(answer["ledgers"]), list(answer["given_up"])
        while answer["left"]:
            answer = self.call("GET", "/audit", query={"ledgers": ",".join(answer["left"])})
            ledgers += answer["ledgers"]
            given_up += answer["given_up"]
        return Audited(tuple(ledgers), tuple(given_up))

    def find(self, number: str) -> list[dict[str, Any]]:
        """All that has a number: of a document, message or transmission, or the SHA-256 of what was sent."""
        return list(self.call("GET", "/find", query={"number": number})["matches"])

    def messages(self, company: str = "", day: str = "") -> list[dict[str, Any]]:
        """The newest messages, 500 at most, of a company (code or DXP id) and a day."""
        return list(self.call("GET", "/messages", query={"company": company, "day": day, "limit": 500})["messages"])

    def receipts(self, mailbox: str, after: int = 0, wait: int = 0) -> list[ReceivedReceipt]:
        """All receipts of a mailbox behind a place; waits so many seconds where there is none yet."""
        return list(self._receipts(mailbox, after, wait))

    def receipts_after(self, mailbox: str, after: int, limit: int) -> list[ReceivedReceipt]:
        """The next receipts of a mailbox behind a place, so many at most."""
        page = self.call("GET", "/receipts", query={"mailbox": mailbox, "after": after, "limit": limit})
        return msgspec.convert(page["receipts"], list[ReceivedReceipt])

    def _receipts(self, mailbox: str, after: int, wait: int) -> Iterator[ReceivedReceipt]:
        while True:
            page = self.call("GET", "/receipts", query={"mailbox": mailbox, "after": after, "wait": wait})
            yield from msgspec.convert(page["receipts"], list[ReceivedReceipt])
            if not page["receipts"] or page["next"] == after:
                return
            after, wait = page["next"], 0

    # what a test controls

    def decide(
        self, number: SampleTrade | str, action: str, reason: str = "", about: str = "declaration", **values: Any
    ) -> Acted:
        """Decide as an officer about a list or one of its requests, or `about` a refund_claim, registration, proposal
        and so on: what the state allows (`decidable` says what). `values`: what the act needs besides, and `seen`. An
        inspection that is concluded has found the goods as declared, unless `findings` say what it found."""
        body = {"action": action, "reason": reason, **values}
        if about == "declaration" and "findings" not in values:
            body.setdefault("as_declared", True)
        path = f"/cases/{about}/{part(_number(number))}/decisions"
        return msgspec.convert(self.call("POST", path, json=body), Acted)

    def decidable(self, number: SampleTrade | str, about: str = "declaration") -> dict[str, Any]:
        """The decisions possible about a subject now, what each act needs, and what was decided."""
        return dict(self.call("GET", f"/cases/{about}/{part(_number(number))}/decisions"))

    def force(self, scenario: str = "", **trigger: Any) -> int:
        """Force an outcome from now on: a ready-made one by name (`single-window scenarios` lists them), or `match` and
        `do` of a trigger; gives the trigger's number. The header X-Scenario does it for one call alone."""
        body = {**({"scenario": scenario} if scenario else {}), **trigger}
        return int(self.control("POST", "/triggers", json=body)["triggers"][0]["id"])

    def faults(self, profile: str, lasts: str = "", seed: str = "") -> dict[str, Any]:
        """Switch on a profile of faults (`single-window faults list`) for a span such as `2h`; "": switch it off.

        Gives how the profile stands, with what it did so far."""
        if not profile:
            return dict(self.control("DELETE", "/faults"))
        return dict(self.control("PUT", "/faults", json={"profile": profile, "lasts": lasts, "seed": seed}))

    def parked(self) -> list[Parked]:
        """The messages that could not be processed after all attempts."""
        return msgspec.convert(self.call("GET", "/parked")["deliveries"], list[Parked])

    def import_master_data(self, kind: str, rows: Sequence[Mapping[str, Any]] | str | bytes) -> dict[str, Any]:
        """Import companies, goods, guarantees and the like: rows by column, or CSV."""
        if isinstance(rows, str | bytes):
            body = rows.encode() if isinstance(rows, str) else rows
            done = self.call("PUT", f"/master-data/{part(kind)}", body=body, headers={"Content-Type": "text/csv"})
        else:
            done = self.call("PUT", f"/master-data/{part(kind)}", json=[dict(row) for row in rows])
        return dict(done)

    def options(self, **changes: Any) -> dict[str, Any]:
        """The options of the sandbox, after these changes."""
        state = self.control("PATCH", json={"options": changes}) if changes else self.control("GET")
        return dict(state["options"])

    def reset(self, master_data: bool = True) -> None:
        """Delete all that came; options, seed and clock stay, and with `master_data` what was imported."""
        self.control("POST", "/reset", json={"master_data": master_data})

    def snapshot(self, label: str = "") -> int:
        """Keep the sandbox as it is now; gives the number of the snapshot."""
        if self.clock.show().mode == "frozen":
            self.settle()
        return int(self.control("POST", "/snapshots", json={"label": label})["id"])

    def snapshots(self) -> list[Snapshot]:
        """The snapshots of the sandbox, the oldest first."""
        return msgspec.convert(self.control("GET", "/snapshots")["snapshots"], list[Snapshot])

    def restore(self, snapshot: int) -> None:
        """Put the sandbox back to where it was, its options and its clock too."""
        self.control("POST", f"/snapshots/{snapshot}/restore")

    def delete(self) -> None:
        """Delete the sandbox with all that is in it."""
        self.control("DELETE")


def _number(number: SampleTrade | str) -> str:
    return number.order_no if isinstance(number, SampleTrade) else number


def _bodies(messages: Iterable[SampleTrade | bytes | str]) -> Iterator[bytes]:
    for message in messages:
        if isinstance(message, SampleTrade):
            yield from message.messages.values()
        else:
            yield message.encode() if isinstance(message, str) else message
