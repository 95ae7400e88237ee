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
from single_window.recordings.events import Act, Recorded
from single_window.recordings.lanes import Lanes
from single_window.recordings.numbers import Place
from single_window.recordings.playing import Outgoing

SENDERS = 16
"""Messages that are on their way at a time."""
AGAIN, PATIENCE = 0.2, 600.0
"""Seconds until a clock is moved once more that work was left for, and for how long."""
ACTIONABLE = frozenset({"declaration", "request"})


class NotSettled(Exception):
    """A window that does not come to rest."""

    permanent = False


class Remote:
    """A sandbox over HTTP. `speed`: so many times as fast as it was recorded; 0: as fast as possible.

    `late` are the seconds by which each message was sent after it was due.
    """

    def __init__(self, there: SandboxClient, speed: float = 0.0, begun: int = 0) -> None:
        self._there, self._speed, self._begun = there, speed, begun
        self._lanes, self._waiting = Lanes(SENDERS), Event()
        self._heard: dict[str, tuple[int, dict[tuple[str, ...], list[Mapping[str, Any]]]]] = {}
        self.start = monotonic()
        self.late: list[float] = []

    def reach(self, at: int) -> None:
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
            self._until_due(one.came.machine)
            # what belongs to no trade may belong to any
            self._lanes.put(one.came.trades or ("",), partial(self._post, one, statuses, number))
        self._lanes.finish()
        return statuses

    def _until_due(self, machine: int) -> None:
        if not self._speed or not machine:
            return
        self._begun = self._begun or machine
        due = self.start + (machine - self._begun) / 1_000 / self._speed
        self._waiting.wait(max(0.0, due - monotonic()))
        self.late.append(max(0.0, monotonic() - due))

    def _post(self, one: Outgoing, statuses: list[int], number: int) -> None:
        headers = {"X-Scenario": one.came.scenario} if one.came.scenario else {}
        try:
            self._there.call("POST", "/messages", body=one.body, headers=headers)
            statuses[number] = 202
        except CallRefused as refused:
            if refused.status >= 500 or set(refused.codes) & BUSY:
                raise
            statuses[number] = refused.status

    def act(self, act: Act) -> bool | None:
        if act.subject not in ACTIONABLE:
            return None
        number = act.name.rpartition("|")[2]
        try:
            return self._there.decide(number, act.action, act.reason).status == "done"
        except CallRefused:
            return False

    def number(self, place: Place) -> str:
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
        """How long it has been played."""
        return monotonic() - self.start

    def close(self) -> None:
        """Let the senders end."""
        self._lanes.close()


def made(client: WindowClient, recorded: Recorded, name: str, begins: int, changes: Mapping[str, Any]) -> SandboxClient:
    """Make a sandbox as the recorded one was before its first message; raises `CallRefused` where the name is taken."""
    clock = {"mode": "frozen", "at": moment(begins).isoformat(timespec="milliseconds")}
    there = client.make_sandbox(name, "", recorded.seed, clock, {**recorded.options, **changes})
    for kind, rows in recorded.master_data.items():
        there.import_master_data(kind, rows)
    return there
