"""Plays a recording into a sandbox of a window over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from threading import Event, Lock
from typing import Any, TypeVar

from declarations.calendar import local_time_of
from declarations.parameters.changing import AMOUNT_KEY
from single_window.clock import monotonic
from single_window.frame.decision_kinds import VALUES
from single_window.receipts.rows import type_of
from single_window.recordings.events import Event as Happened
from single_window.recordings.events import MessageEvent, OfficerAct, Recorded, SandboxChanged
from single_window.recordings.numbers import IssuedNumber, subject_of
from single_window.recordings.playing import Outgoing
from single_window.recordings.posting import Pace, Posting
from single_window.sending.timetable import ACCEPTED, Sender
from single_window.store.sandbox_changes import ChangeKind
from single_window.store.subjects import KNOWN_BY_NUMBER, NEW
from single_window_client import CallRefused, NotReachable, SandboxClient, WindowClient
from single_window_client.calls import part

T = TypeVar("T")
POLL_SECONDS, SETTLE_TIMEOUT_SECONDS = 0.2, 600.0
"""Interval and maximum duration of waiting until all work of the sandbox is done."""
RECEIPT_TIMEOUT_SECONDS = 10.0
"""How long a message waits for the receipt whose number it names, if the clock runs."""
CLOCK_TOLERANCE = 0.05
"""Fraction by which the sandbox's time may differ from the machine's in a recording whose clock was not moved."""
OWN_OPTIONS = {"open_desks": True}
"""Options of every sandbox in which is played: the replay decides what officers decided."""
LISTS = frozenset({"declaration", "request"})
"""Subjects that calls name by their own number, as `declaration` whichever of the two they are."""
ACTIONABLE = frozenset(
    {*LISTS, *KNOWN_BY_NUMBER, "forex_report", "guarantee", "parameter", "refund_claim", "registration"}
)
"""Subjects whose decisions are replayed."""


class NotSettled(Exception):
    """Raised if the work of a sandbox is not done in time."""

    permanent = False


class RemoteReplaySandbox:
    """A sandbox over HTTP. `speed` is relative to the recording; 0: as fast as possible.

    `running`: its clock runs at that speed; messages and acts are sent when they are due, without waiting until earlier
    work is done. A message that is answered 503 (busy) or 429 (the key's limit) is retried after the time that the
    window names; later messages of its trade wait. `otherwise`: the number of messages whose status is not the recorded
    one; `undone`: the number of acts that proved impossible only when they were due. `fixed`: the options that the
    replay sets, whatever the recording changes."""

    def __init__(
        self,
        there: SandboxClient,
        url: str,
        key: str = "",
        speed: float = 0.0,
        running: bool = False,
        fixed: Collection[str] = (),
    ) -> None:
        self._there, self._running, self._fixed = there, running, {*fixed, *OWN_OPTIONS}
        self._posting, self._waiting = Posting(partial(Sender, url, there.name, key), speed), Event()
        self._received: dict[str, tuple[int, dict[tuple[str, str, str, str], list[Mapping[str, Any]]]]] = {}
        self._noting, self._polling = Lock(), Lock()
        self._apart = 0
        self.otherwise = self.undone = 0

    def reach(self, at: int) -> None:
        if not self._running:
            self.settle(at)

    def _is_settled_at(self, wanted: str) -> bool:
        try:
            return self.patiently(lambda: self._there.clock.advance(to=wanted)).settled
        except CallRefused as refused:
            if "clock-back" not in refused.codes:
                raise
        return self.patiently(self._there.settle).settled

    def patiently(self, call: Callable[[], T]) -> T:
        """The answer to a call that may be repeated; a window that is being restarted is waited for."""
        until = monotonic() + SETTLE_TIMEOUT_SECONDS
        while True:
            try:
                return call()
            except NotReachable:
                if monotonic() > until:
                    raise
                self._waiting.wait(POLL_SECONDS)

    def settle(self, at: int) -> None:
        """Wait as `reach` does, and stop a running clock."""
        self.finish()
        until = monotonic() + SETTLE_TIMEOUT_SECONDS
        wanted = local_time_of(at).isoformat(timespec="milliseconds")
        while monotonic() < until:
            if self._is_settled_at(wanted):
                return
            self._waiting.wait(POLL_SECONDS)
        lasted = f"{SETTLE_TIMEOUT_SECONDS:.0f} seconds"
        raise NotSettled(f"The sandbox {self._there.name!r} was still at work after {lasted}.")

    def finish(self) -> None:
        """Wait until every message is answered; raises `NotTaken`."""
        self._posting.finish()

    def send(self, messages: Sequence[Outgoing]) -> Iterable[int]:
        statuses = [0] * len(messages)
        for number, message in enumerate(messages):
            self._apart = message.recorded.machine - message.recorded.at if message.recorded.machine else self._apart
            self._posting.post(message, partial(self._answered, message, statuses, number))
        if self._running:
            return [message.recorded.status for message in messages]
        self._posting.finish()
        return statuses

    def _answered(self, outgoing: Outgoing, statuses: list[int], number: int, status: int) -> None:
        statuses[number] = status
        with self._noting:
            self.otherwise += (status == ACCEPTED) != (outgoing.recorded.status == ACCEPTED)

    def act(self, act: OfficerAct) -> bool | None:
        if act.subject not in ACTIONABLE and act.name != str(NEW):
            return None
        if not self._running:
            return self._done(act)
        self._posting.do(act.trades, partial(self._later, act), act.at + self._apart)
        return True

    def _later(self, act: OfficerAct) -> None:
        done = self._done(act)
        with self._noting:
            self.undone += not done

    def _done(self, act: OfficerAct) -> bool:
        return self._made(act) if act.name == str(NEW) else self._decided(act)

    def _made(self, act: OfficerAct) -> bool:
        """Carry out an act that makes a new subject; with its key the window does so once, however often it is sent."""
        wanted = {"action": act.action, "reason": act.reason, "values": act.values, "key": f"replayed-{act.id}"}
        path = f"/cases/{part(act.subject)}/decisions"
        try:
            return bool(self.patiently(partial(self._there.call, "POST", path, json=wanted))["status"] == "done")
        except CallRefused:
            return False

    def _decided(self, act: OfficerAct) -> bool:
        number = act.name.rpartition("|")[2] if act.subject in LISTS else act.name
        about, values = ("declaration", {}) if act.subject in LISTS else (act.subject, _values_of_act(act))
        calls = 0

        def decide() -> bool:
            nonlocal calls
            calls += 1
            return self._there.decide(number, act.action, act.reason, about, **values).status == "done"

        try:
            return self.patiently(decide)
        except CallRefused:
            return calls > 1  # the answer to the first was lost with a window that was being restarted

    def change(self, change: SandboxChanged) -> None:
        if change.kind == ChangeKind.OPTIONS:
            if values := {name: value for name, value in change.values.items() if name not in self._fixed}:
                self.patiently(lambda: self._there.options(**values))
        elif change.kind == ChangeKind.MASTER_DATA:
            self.patiently(lambda: self._there.import_master_data(change.name, change.contents))
        else:
            with suppress(CallRefused):  # a further round registers and revokes again
                self.patiently(lambda: self._change_certificate(change))

    def _change_certificate(self, change: SandboxChanged) -> None:
        if change.kind == ChangeKind.CERTIFICATE:
            body = {"company": change.name, "certificate": change.contents}
            self._there.call("POST", "/certificates/register", json=body)
        else:
            self._there.call("DELETE", f"/certificates/{part(change.name)}")

    def number(self, place: IssuedNumber) -> str:
        number, until = self._number(place), monotonic() + RECEIPT_TIMEOUT_SECONDS
        while self._running and not number and monotonic() < until:
            self._waiting.wait(POLL_SECONDS)
            number = self._number(place)
        return number

    def _number(self, place: IssuedNumber) -> str:
        with self._polling:
            return self._poll(place)

    def _poll(self, place: IssuedNumber) -> str:
        receipt = place.receipt
        after, receipts = self._received.setdefault(receipt.mailbox, (0, {}))
        for listed in self.patiently(partial(self._there.receipts, receipt.mailbox, after)):
            subject = subject_of(listed.kind, listed.key, listed.values)
            receipts.setdefault((listed.type, listed.kind, subject, listed.status), []).append(listed.values)
            after = max(after, listed.sequence)
        self._received[receipt.mailbox] = (after, receipts)
        subject = subject_of(receipt.kind, receipt.key, receipt.fields)
        matching = receipts.get((type_of(receipt.code), receipt.kind, subject, receipt.status), [])
        return str(matching[place.nth].get(place.name, "")) if place.nth < len(matching) else ""

    @property
    def pace(self) -> Pace:
        """The pace of sending."""
        return self._posting.pace

    def by_second(self) -> list[tuple[int, int]]:
        """The messages due and sent in each second."""
        return self._posting.by_second()

    def close(self) -> None:
        """Stop the senders."""
        self._posting.close()


def _values_of_act(act: OfficerAct) -> Mapping[str, Any]:
    """The values of an act as fields of a call; the number of a parameter that is no table is its `amount`."""
    value = act.values.get("value", {})
    fields = {name: content for name, content in act.values.items() if name in VALUES}
    return {**fields, "value": {}, "amount": value[AMOUNT_KEY]} if AMOUNT_KEY in value else fields


def by_the_clock(events: Iterable[Happened]) -> bool:
    """True if the sandbox's clock ran with the machine's while it was recorded, and was not moved."""
    message = [(event.at, event.machine) for event in events if isinstance(event, MessageEvent) and event.machine]
    if len(message) < 2:
        return False
    sandbox, machine = (last - first for first, last in zip(message[0], message[-1], strict=True))
    return machine > 0 and abs(sandbox - machine) <= CLOCK_TOLERANCE * machine


def make_sandbox(
    client: WindowClient, recorded: Recorded, name: str, begins: int, changes: Mapping[str, Any]
) -> SandboxClient:
    """Make a sandbox like the recorded one before its first message, but with `OWN_OPTIONS`. Raises `CallRefused` if
    the sandbox exists."""
    clock = {"mode": "frozen", "at": local_time_of(begins).isoformat(timespec="milliseconds")}
    there = client.make_sandbox(name, "", recorded.seed, clock, {**recorded.options, **changes, **OWN_OPTIONS})
    for kind, rows in recorded.master_data.items():
        there.import_master_data(kind, rows)
    return there
