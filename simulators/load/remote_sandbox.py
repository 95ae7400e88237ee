"""A sandbox accessed over HTTP in which scenes are played: sends, waits, fetches and decides by API calls only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from simulators.entry import SHANGHAI, FetchedReceipts, evening_of
from simulators.entry.deciding import Decisions, OfficerName
from simulators.entry.windows import CallRefused, Clock, SandboxClient, WindowClient, fresh_sandbox
from simulators.errors import SimulatorError
from simulators.world import World

MASTER_DATA = ("participants", "guarantees", "stock")
DRAWS = "known"
"""The draw key of such sandboxes."""
PAGE = 1_000
_MAILBOX = re.compile(rb"<(?:\w+:)?(?:dxpId|dxpAddress)>([^<]+)<")


@dataclass(slots=True)
class RemoteSandbox(Decisions):
    """A sandbox over HTTP that is ours alone, so that its clock may be moved. Others beside it are made by `beside`
    and gone with `closing`."""

    client: WindowClient
    remote: SandboxClient
    day: date
    under: str
    closing: ExitStack
    sandbox: str = DRAWS
    played_before: bool = False
    now: int = 0
    persons: ClassVar[bool] = False
    _places: dict[str, int] = field(default_factory=dict)
    _senders: set[str] = field(default_factory=set)
    """Mailboxes of senders and subscribers: no others get receipts."""
    _fetched: set[str] = field(default_factory=set)
    """Mailboxes fetched since the last sending, decision or wait."""

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and wait until they are processed; gives their number. Raises `SimulatorError`."""
        count = 0
        for body in bodies:
            self._senders.update(name.decode() for name in _MAILBOX.findall(body))
            try:
                self.remote.submit(body)
            except CallRefused as refused:
                raise SimulatorError(f"a message was answered with {refused.status}: {refused}") from refused
            count += 1
        if count:
            self.settle()
        yield count

    def settle(self) -> None:
        """Wait until no work is left that could be done now."""
        while not (clock := self.remote.settle()).settled:
            pass
        self._see(clock)

    def wait(self, until: int) -> None:
        """Move the sandbox's clock to an instant, doing all work that falls due on the way."""
        to = datetime.fromtimestamp(until / 1000, SHANGHAI).isoformat()
        while until > self.now:
            if (clock := self.remote.clock.advance(to=to)).settled:
                self._see(clock)

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """Fetch receipts since the last call, in order, for those of these mailboxes that have sent anything; raises
        `SimulatorError` for a gap."""
        for box in [box for box in mailboxes if box in self._senders - self._fetched]:
            while receipts := self.remote.receipts_after(box, place := self._places.get(box, 0), PAGE):
                if [receipt.sequence for receipt in receipts] != list(range(place + 1, place + len(receipts) + 1)):
                    raise SimulatorError(f"the receipts of {box} from {place + 1} on have a gap")
                self._places[box] = receipts[-1].sequence
                yield FetchedReceipts(box, tuple(receipt.xml.encode() for receipt in receipts))
                if len(receipts) < PAGE:
                    break
            self._fetched.add(box)

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Skip the receipts so far."""
        for _ in self.fetch(mailboxes):
            pass

    def strays(self, mailboxes: Sequence[str]) -> list[str]:
        """Those of these mailboxes that hold receipts although nothing was sent from them."""
        silent = [box for box in mailboxes if box not in self._senders]
        return [box for box in silent if self.remote.receipts_after(box, 0, 1)]

    def restarted(self) -> list[str]:
        """Mailboxes where an empty poll returns another position than the requested one."""
        wrong = []
        for _ in self.fetch(list(self._places)):
            pass
        for box, place in self._places.items():
            page = self.remote.call("GET", "/receipts", query={"mailbox": box, "after": place, "limit": 1})
            wrong += [] if page["next"] == place else [box]
        return wrong

    def set_options(self, **options: Any) -> None:
        """Change the sandbox's options from now on."""
        self.remote.options(**options)

    def unfinished_deliveries(self) -> Mapping[str, int]:
        """Describe work that could not be done; empty if there is none."""
        parked = len(self.remote.parked())
        return {"parked": parked} if parked else {}

    def audit_differences(self) -> Iterable[str]:
        """All audit findings; none if the caller may not audit."""
        try:
            return self.remote.audit().differences
        except CallRefused:
            return ()

    def digests(self) -> Mapping[str, Any]:
        """None: the API does not provide them."""
        return {}

    def another_sandbox(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> RemoteSandbox:
        """Make another sandbox whose clock stands on the evening of a given day."""
        return remote_sandbox(self.client, world, options, day, self.under, self.closing)

    def client_of(self, officer: OfficerName) -> SandboxClient:
        """The same client for all officers: over HTTP they are not distinguished."""
        self._fetched.clear()
        return self.remote

    def _see(self, clock: Clock) -> None:
        self.now = int(datetime.fromisoformat(clock.now).timestamp() * 1000)
        self._fetched.clear()


def remote_sandbox(
    client: WindowClient, world: World, options: Mapping[str, Any], day: date, under: str, closing: ExitStack
) -> RemoteSandbox:
    """A fresh sandbox with the companies, guarantees and stock of a world, in the evening of a day; it is gone with
    `closing`."""
    moment = datetime.fromtimestamp(evening_of(day) / 1000, SHANGHAI).isoformat()
    remote = closing.enter_context(fresh_sandbox(client, "known", DRAWS, moment, under=under))
    remote.options(**options)
    for kind in MASTER_DATA:
        remote.import_master_data(kind, str(getattr(world, f"{kind}_csv")()))
    return RemoteSandbox(client, remote, day, under, closing, now=evening_of(day))
