"""Plays a recording into a sandbox wave by wave: moves its clock, and translates numbers that the window issued."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from single_window.recordings.bodies import body_of, rewrite_body
from single_window.recordings.events import MessageEvent, OfficerAct, ReceiptEvent, SandboxChanged
from single_window.recordings.file import Recording
from single_window.recordings.moving import RoundMove
from single_window.recordings.numbers import IssuedNumber, Numbers
from single_window.recordings.resigning import Resigner
from single_window.recordings.waves import EventFilter, Wave, divide_into_waves, shuffle_wave


class Outgoing(NamedTuple):
    """A message to be sent: as it was recorded, and a function that returns the bytes to send."""

    recorded: MessageEvent
    written: Callable[[], bytes]

    @property
    def body(self) -> bytes:
        """The bytes to send; written when they are needed, because they may depend on a receipt."""
        return self.written()


class ReplaySandbox(Protocol):
    """A sandbox in which a recording is played, in this process or over HTTP."""

    def reach(self, at: int) -> None:
        """Wait until all work is done and the clock stands at an instant, or after it."""

    def send(self, messages: Sequence[Outgoing]) -> Iterable[int]:
        """Send messages, those of a trade in order; returns the HTTP status of each."""

    def act(self, act: OfficerAct) -> bool | None:
        """Repeat an officer's act; returns True if it was carried out, None if its subject does not exist."""

    def change(self, change: SandboxChanged) -> None:
        """Make a change of the sandbox."""

    def number(self, place: IssuedNumber) -> str:
        """The number in the corresponding receipt of this sandbox; empty if there is no such receipt yet."""


class ReplayPlan(NamedTuple):
    """The options of playing: the chosen part, the number of rounds, the order of trades (`shuffle`: a key; empty: as
    recorded). `moves`: the first round has new numbers, too. `days`: how much later each round is. `later`: days by
    which the clock alone is moved, forwards or back. `exactly`: receipts must come in the recorded order."""

    chosen: EventFilter = EventFilter()
    loops: int = 1
    moves: bool = False
    days: int = 0
    shuffle: str = ""
    later: int = 0
    exactly: bool = False

    def moved(self, round_: int) -> RoundMove:
        """The move of a round, counted from 0."""
        return RoundMove(round_ + 1 if self.moves or round_ else 0, self.days * (round_ + 1), self.later)

    @property
    def same_messages(self) -> bool:
        """True if nothing is left out, moved or played twice, though it may be under the law of another day."""
        return self.chosen.takes_all and self.loops == 1 and not self.moves and not self.days

    @property
    def faithful(self) -> bool:
        """True if the outcomes must be those of the recording: the same messages at the same instants."""
        return self.same_messages and not self.later


class Progress(NamedTuple):
    """The position of a replay: the next round and wave (counted from 0); the number of messages and acts until now, of
    messages answered as recorded (`alike`), of acts that could not be carried out (`undone`), and of those whose
    subject does not exist (`missing`)."""

    round: int = 0
    wave: int = 0
    messages: int = 0
    acts: int = 0
    alike: int = 0
    undone: int = 0
    missing: int = 0


Listener = Callable[[Progress], None]
AT_BEGINNING = Progress()


def play_recording(
    recording: Recording,
    plan: ReplayPlan,
    into: ReplaySandbox,
    since: Progress = AT_BEGINNING,
    progress: Listener = lambda _: None,
) -> Progress:
    """Play a recording from a position on, reporting progress after each wave; returns the last position."""
    done, signatures = since, Resigner(into.change)
    for round_ in range(since.round, plan.loops):
        skipped = since.wave if round_ == since.round else 0
        for reached in play_round(recording, plan, into, signatures, round_, skipped, done):
            done = reached
            progress(done)
        into.reach(plan.moved(round_).at(recording.sandbox.ended))
        done = done._replace(round=round_ + 1, wave=0)
        progress(done)
    return done


def play_round(
    recording: Recording,
    plan: ReplayPlan,
    into: ReplaySandbox,
    signatures: Resigner,
    round_: int,
    skipped: int,
    done: Progress,
) -> Iterator[Progress]:
    """Play one round without its first `skipped` waves; yields the position after each wave."""
    moved, numbers = plan.moved(round_), Numbers()
    for number, recorded in enumerate(divide_into_waves(recording.events(), plan.chosen, plan.exactly)):
        wave = shuffle_wave(recorded, plan.shuffle) if plan.shuffle else recorded
        if wave.change is not None:
            into.reach(moved.at(wave.at))
            signatures.follow(wave.change, made=number < skipped)
        elif number >= skipped:
            done = _play_wave(wave, into, moved, numbers, signatures, done)._replace(round=round_, wave=number + 1)
            yield done
        for receipt in wave.receipts:
            numbers.receive(_move_receipt(receipt, moved))


def _play_wave(
    wave: Wave, into: ReplaySandbox, moved: RoundMove, numbers: Numbers, signatures: Resigner, done: Progress
) -> Progress:
    if wave.act is None and not wave.messages:
        return done
    into.reach(moved.at(wave.at))
    if wave.act is not None:
        could = into.act(move_act(wave.act, moved, numbers, into))
        done = done._replace(acts=done.acts + 1, missing=done.missing + (could is None))
        return done._replace(undone=done.undone + (not could))
    outgoing = [
        Outgoing(message, partial(outgoing_body, message, moved, numbers, into, signatures))
        for message in wave.messages
    ]
    statuses = list(into.send(outgoing))
    alike = sum(
        (status == 202) == (message.status == 202) for status, message in zip(statuses, wave.messages, strict=True)
    )
    return done._replace(messages=done.messages + len(statuses), alike=done.alike + alike)


def outgoing_body(
    message: MessageEvent, moved: RoundMove, numbers: Numbers, into: ReplaySandbox, signatures: Resigner
) -> bytes:
    """The bytes of a message with moved numbers, and with the numbers that this sandbox's window issued; signed anew if
    they are others than the recorded ones."""

    def text(name: str, value: str) -> str:
        return numbers.of(moved.text(name, value), into.number)

    body = body_of(message)
    return signatures.sign(body, rewrite_body(body, text))


def move_act(act: OfficerAct, moved: RoundMove, numbers: Numbers, into: ReplaySandbox) -> OfficerAct:
    """An act about the corresponding subject of this sandbox."""
    return replace(act, at=moved.at(act.at), name=numbers.of(moved.key(act.name), into.number))


def _move_receipt(receipt: ReceiptEvent, moved: RoundMove) -> ReceiptEvent:
    if not moved.round:
        return receipt
    return replace(receipt, key=moved.key(receipt.key), trade=moved.number(receipt.trade))
