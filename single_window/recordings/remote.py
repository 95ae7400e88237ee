"""A sandbox of a window that answers over HTTP, as a recording is played into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any

from declarations.calendar import at as moment
from single_window.client import CallRefused, SandboxClient, WindowClient
from single_window.client.calls import BUSY
from single_window.clock import monotonic
from single_window.recordings.events import Act, Came, Recorded
from single_window.recordings.events import Event as Happened
from single_window.recordings.lanes import Lanes
from single_window.recordings.numbers import Place
from single_window.recordings.playing import Outgoing

ACCEPTED = 202
SENDERS = 16
"""Messages that are on their way at a time."""
AGAIN, PATIENCE = 0.2, 600.0
"""Seconds until a clock is moved once more that work was left for, and for how long."""
LONGEST = 10.0
"""Seconds for which a message waits for the receipt whose number it names, where nobody waits for all work."""
TOLERATED = 0.05
"""How much the sandbox's time may differ from the machine's in a recording whose clock was not moved."""
ACTIONABLE = frozenset({"declaration", "request"})


class NotSettled(Exception):
    """A window that does not come to rest."""

    permanent = False


class Remote:
    """A sandbox over HTTP. `speed`: so many times as fast as it was recorded; 0: as fast as possible.

    `running`: its clock runs, as fast; messages go when they are due, and nobody waits until others are worked off.
    `late` are the seconds by which each message was sent after it was due, `otherwise` the messages that were answered
    with another status than was recorded.
    """

    def __init__(self, there: SandboxClient, speed: float = 0.0, running: bool = False) -> None:
        self._there, self._speed, self._running, self._begun = there, speed, running, 0
        self._lanes, self._waiting = Lanes(SENDERS), Event()
        self._heard: dict[str, tuple[int, dict[tuple[str, ...], list[Mapping[str, Any]]]]] = {}
        self.start = monotonic()
        self.late: list[float] = []
        self.otherwise = 0
        self._last = self.start

    def reach(self, at: int) -> None:
        if not self._running:
            self.settle(at)

    def settle(self, at: int) -> None:
        """What `reach` does, also where the clock runs: it stands still then."""
        self._lanes.finish()
        until = monotonic() + PATIENCE
        wanted = moment(at).isoformat(timespec="milliseconds")
        while monotonic() < until:
            try:
                found = self._there.clock.advance(to=wanted)
            except CallRefused as refused:
                if "clock-back" not in refused.codes:
                    raise
                found = self._there.settle()
            if found.settled:
                return
            self._waiting.wait(AGAIN)
        raise NotSettled(f"The sandbox {self._there.name!r} did not come to rest in {PATIENCE:.0f} seconds.")

    def send(self, messages: Sequence[Outgoing]) -> Iterable[int]:
        statuses = [0] * len(messages)
        for number, one in enumerate(messages):
            due = self._until_due(one.came.machine)
            # what belongs to no trade may belong to any
            self._lanes.put(one.came.trades or ("",), partial(self._post, one, due, statuses, number))
        if self._running:
            return [one.came.status for one in messages]
        self._lanes.finish()
        return statuses

    def _until_due(self, machine: int) -> float:
        """Wait until a message is due; gives when that was (0: at any time)."""
        if not self._speed or not machine:
            return 0.0
        self._begun = self._begun or machine
        due = self.start + (machine - self._begun) / 1_000 / self._speed
        self._waiting.wait(max(0.0, due - monotonic()))
        return due

    def _post(self, one: Outgoing, due: float, statuses: list[int], number: int) -> None:
        if due:
            self.late.append(max(0.0, monotonic() - due))
        headers = {"X-Scenario": one.came.scenario} if one.came.scenario else {}
        try:
            self._there.call("POST", "/messages", body=one.body, headers=headers)
            statuses[number] = ACCEPTED
        except CallRefused as refused:
            if refused.status >= 500 or set(refused.codes) & BUSY:
                raise
            statuses[number] = refused.status
        self._last = monotonic()
        self.otherwise += (statuses[number] == ACCEPTED) != (one.came.status == ACCEPTED)

    def act(self, act: Act) -> bool | None:
        if act.subject not in ACTIONABLE:
            return None
        number = act.name.rpartition("|")[2]
        try:
            return self._there.decide(number, act.action, act.reason).status == "done"
        except CallRefused:
            return False

    def number(self, place: Place) -> str:
        found, until = self._told(place), monotonic() + LONGEST
        while self._running and not found and monotonic() < until:
            self._waiting.wait(AGAIN)
            found = self._told(place)
        return found

    def _told(self, place: Place) -> str:
        told = place.receipt
        after, heard = self._heard.setdefault(told.mailbox, (0, {}))
        for one in self._there.receipts(told.mailbox, after):
            heard.setdefault((one.type, one.kind, one.key, one.status), []).append(one.values)
            after = max(after, one.sequence)
        self._heard[told.mailbox] = (after, heard)
        found = [
            values
            for (code, kind, key, status), ones in heard.items()
            for values in ones
            if code.endswith(told.code) and (kind, key, status) == (told.kind, told.key, told.status)
        ]
        return str(found[place.nth].get(place.name, "")) if place.nth < len(found) else ""

    @property
    def seconds(self) -> float:
        """How long it took until the last message was answered."""
        return self._last - self.start

    def close(self) -> None:
        """Let the senders end."""
        self._lanes.close()


def by_the_clock(events: Iterable[Happened]) -> bool:
    """Whether the sandbox's time passed as the machine's did while it was recorded: its clock was not moved."""
    came = [(one.at, one.machine) for one in events if isinstance(one, Came) and one.machine]
    if len(came) < 2:
        return False
    sandbox, machine = (last - first for first, last in zip(came[0], came[-1], strict=True))
    return machine > 0 and abs(sandbox - machine) <= TOLERATED * machine


def made(client: WindowClient, recorded: Recorded, name: str, begins: int, changes: Mapping[str, Any]) -> SandboxClient:
    """Make a sandbox as the recorded one was before its first message; raises `CallRefused` where the name is taken."""
    clock = {"mode": "frozen", "at": moment(begins).isoformat(timespec="milliseconds")}
    there = client.make_sandbox(name, "", recorded.seed, clock, {**recorded.options, **changes})
    for kind, rows in recorded.master_data.items():
        there.import_master_data(kind, rows)
    return there
