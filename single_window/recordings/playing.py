"""Plays a recording into a sandbox: wave by wave, its clock along, with numbers of the window translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from single_window.recordings.bodies import body_of, rewritten
from single_window.recordings.events import MessageEvent, OfficerAct, ReceiptEvent
from single_window.recordings.file import Recording
from single_window.recordings.moving import Moved
from single_window.recordings.numbers import IssuedPlace, Numbers
from single_window.recordings.waves import Chosen, Wave, shuffled, waves


class Outgoing(NamedTuple):
    """A message on its way into the sandbox: as it was recorded, and what writes the bytes that are sent now."""

    came: MessageEvent
    written: Callable[[], bytes]

    @property
    def body(self) -> bytes:
        """The bytes that are sent now; written when they are needed, since they may wait for a receipt."""
        return self.written()


class ReplaySandbox(Protocol):
    """A sandbox in which a recording is played: of a window in this process, or of one that answers over HTTP."""

    def reach(self, at: int) -> None:
        """Return when all that can be done is done and the clock stands at an instant, or stood behind it already."""

    def send(self, messages: Sequence[Outgoing]) -> Iterable[int]:
        """Hand in messages in their order within each trade; gives the status with which each was answered."""

    def act(self, act: OfficerAct) -> bool | None:
        """Do what an officer did; whether it could be done, None: there is nothing that it is about."""

    def number(self, place: IssuedPlace) -> str:
        """The number that a receipt carried in this sandbox; empty: no such receipt has come."""


class ReplayPlan(NamedTuple):
    """The way in which a recording is played: which part of it, how often, with other numbers and later days, and in
    which order of the trades (`shuffle`: a key; empty: as recorded). `moves`: the first round has other numbers, too.
    `later`: so many days the clock alone goes ahead (or behind), and messages stay as they are. `exactly`: receipts are
    to come in the order in which they came."""

    chosen: Chosen = Chosen()
    loops: int = 1
    moves: bool = False
    days: int = 0
    shuffle: str = ""
    later: int = 0
    exactly: bool = False

    def moved(self, round_: int) -> Moved:
        """The move of a round, counted from 0."""
        return Moved(
            round_ + 1 if self.moves or round_ else 0,
            self.days * (round_ + 1),
            self.later,
        )

    @property
    def faithful(self) -> bool:
        """True if it must come to the same as the recording: nothing is left out, moved or played twice."""
        return self.chosen.everything and self.loops == 1 and not self.moves and not self.days and not self.later


class Progress(NamedTuple):
    """The position reached: round and wave (counted from 0) that come next; messages and acts until now; how many
    messages were answered as they were in the recording, and how many acts could not be done, how many of them
    (`missing`) because there is nothing that they are about."""

    round: int = 0
    wave: int = 0
    messages: int = 0
    acts: int = 0
    alike: int = 0
    undone: int = 0
    missing: int = 0


Listener = Callable[[Progress], None]
BEGIN = Progress()


def play(
    recording: Recording,
    plan: ReplayPlan,
    into: ReplaySandbox,
    since: Progress = BEGIN,
    progress: Listener = lambda _: None,
) -> Progress:
    """Play a recording from where `since` stands, reporting progress after each wave; returns where it ended."""
    done = since
    for round_ in range(since.round, plan.loops):
        skipped = since.wave if round_ == since.round else 0
        for reached in played(recording, plan, into, round_, skipped, done):
            done = reached
            progress(done)
        into.reach(plan.moved(round_).at(recording.sandbox.ended))
        done = done._replace(round=round_ + 1, wave=0)
        progress(done)
    return done


def played(
    recording: Recording, plan: ReplayPlan, into: ReplaySandbox, round_: int, skipped: int, done: Progress
) -> Iterator[Progress]:
    """Play one round, the first waves of it left out; gives after each wave how far it is."""
    moved, numbers = plan.moved(round_), Numbers()
    for number, recorded in enumerate(waves(recording.events(), plan.chosen, plan.exactly)):
        wave = shuffled(recorded, plan.shuffle) if plan.shuffle else recorded
        if number >= skipped:
            done = _wave(wave, into, moved, numbers, done)._replace(round=round_, wave=number + 1)
            yield done
        for receipt in wave.receipts:
            numbers.receive(_moved_receipt(receipt, moved))


def _wave(wave: Wave, into: ReplaySandbox, moved: Moved, numbers: Numbers, done: Progress) -> Progress:
    if wave.act is None and not wave.came:
        return done
    into.reach(moved.at(wave.at))
    if wave.act is not None:
        could = into.act(moved_act(wave.act, moved, numbers, into))
        done = done._replace(acts=done.acts + 1, missing=done.missing + (could is None))
        return done._replace(undone=done.undone + (not could))
    outgoing = [Outgoing(came, partial(outgoing_body, came, moved, numbers, into)) for came in wave.came]
    statuses = list(into.send(outgoing))
    alike = sum((status == 202) == (came.status == 202) for status, came in zip(statuses, wave.came, strict=True))
    return done._replace(messages=done.messages + len(statuses), alike=done.alike + alike)


def outgoing_body(came: MessageEvent, moved: Moved, numbers: Numbers, into: ReplaySandbox) -> bytes:
    """The bytes of a message with its numbers moved, and those of the window as they are in this sandbox."""

    def text(name: str, value: str) -> str:
        return numbers.of(moved.text(name, value), into.number)

    return rewritten(body_of(came), text)


def moved_act(act: OfficerAct, moved: Moved, numbers: Numbers, into: ReplaySandbox) -> OfficerAct:
    """An act about a subject of this sandbox."""
    return replace(act, at=moved.at(act.at), name=numbers.of(moved.key(act.name), into.number))


def _moved_receipt(receipt: ReceiptEvent, moved: Moved) -> ReceiptEvent:
    if not moved.round:
        return receipt
    return replace(receipt, key=moved.key(receipt.key), trade=moved.number(receipt.trade))
