"""Plays a scenario against a window over HTTP, in its own sandbox, until a step fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, singledispatchmethod
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from simulators.entry import SHANGHAI, monotonic
from simulators.entry.places import CallRefused, Clock, NotReachable, SandboxClient, WindowClient, fresh
from simulators.entry.sending import ACCEPTED
from simulators.exports.notes import note_no
from simulators.imports.arithmetic import POLICIES
from simulators.messages import SyntheticMessage
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.scenarios import expecting, kinds, spans
from simulators.scenarios.actors import SEED, Actor, actors
from simulators.scenarios.bills import SentLists
from simulators.scenarios.checking import named
from simulators.scenarios.decisions import PROPOSED, act, batched
from simulators.scenarios.expecting import Miss
from simulators.scenarios.filling import Filling
from simulators.scenarios.form import (
    OFF,
    AnyStep,
    BatchStep,
    ExpectStep,
    FaultsStep,
    ForceStep,
    ImportStep,
    OfficerStep,
    OptionsStep,
    PayStep,
    PlacedStep,
    ScenarioFile,
    SendStep,
    WaitStep,
)
from simulators.scenarios.papers import MessageWriter, NotYet
from simulators.scenarios.results import ScenarioResult, StoryEvent
from simulators.traffic.making import enveloped
from simulators.world import World

WORLD = 1
"""The seed of the companies and people of scenarios."""
LONG_AGO = datetime.min.replace(tzinfo=SHANGHAI)
PAGE = 1_000
"""Receipts per request."""
MASTER_DATA = ("participants", "guarantees")


@cache
def _world() -> World:
    return World(WORLD)


@cache
def _rows(kind: str) -> str:
    """Master data of a kind, as CSV."""
    return str(getattr(_world(), f"{kind}_csv")())


class _Failed(Exception):
    def __init__(self, *misses: Miss) -> None:
        super().__init__(misses)
        self.misses = misses


def play(
    client: WindowClient,
    scenario: ScenarioFile,
    keep: bool = False,
    listener: Callable[[StoryEvent], None] = lambda event: None,
    under: str = "",
) -> ScenarioResult:
    """Play a scenario in a fresh sandbox of a window, which is deleted afterwards unless `keep` is set; its name begins
    with that of the parent sandbox `under`.

    Raises `NotReachable`, and `CallRefused` where the window does not let a sandbox be made.
    """
    begun, window = monotonic(), scenario.window
    moment = f"{window.day.isoformat()}T{window.time}:00+08:00"
    with fresh(client, scenario.name, SEED, moment, under=under, keep=keep) as sandbox:
        player = _Player(scenario, sandbox, _world(), listener)
        failed, misses = player.play()
        lasted = player.now - datetime.fromisoformat(moment)
        return ScenarioResult(
            scenario=scenario,
            seconds=monotonic() - begun,
            lasted=lasted // timedelta(milliseconds=1),
            sandbox=sandbox.name,
            kept=keep,
            failed=failed,
            misses=misses,
            story=tuple(player.story),
        )


@dataclass(slots=True)
class _Player:
    """Plays one scenario."""

    scenario: ScenarioFile
    sandbox: SandboxClient
    world: World
    listener: Callable[[StoryEvent], None]
    story: list[StoryEvent] = field(default_factory=list)
    actors: Mapping[str, Actor] = field(default_factory=dict)
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    now: datetime = LONG_AGO
    _due: datetime | None = None
    """The next time at which something is scheduled."""
    _places: dict[str, int] = field(default_factory=dict)
    _declared: SentLists = field(default_factory=SentLists)

    def play(self) -> tuple[PlacedStep | None, tuple[Miss, ...]]:
        """Play the scenario; gives the failed step and its mismatches."""
        self._begin()
        for step in self.scenario.steps:
            if step.step.say:
                self._tell(f"— {step.step.say}")
            try:
                self._do(step.step)
            except _Failed as failed:
                return step, failed.misses
            except NotYet as missing:
                return step, (Miss("to do this step", str(missing), "the step could not be done"),)
            except CallRefused as refused:
                return step, (Miss("an answer", str(refused), f"the window refused it with HTTP {refused.status}"),)
        return self._about_bills()

    def _about_bills(self) -> tuple[PlacedStep | None, tuple[Miss, ...]]:
        """Compare every tax bill with our own calculation; errors are attributed to the last step."""
        rounding = str(self.sandbox.options().get("rounding") or POLICIES[0])
        wrong = tuple(self._declared.misses(self.actors.values(), self.receipt_log, rounding))
        return (self.scenario.steps[-1], wrong) if wrong else (None, ())

    def _begin(self) -> None:
        self._see(self.sandbox.clock.show())
        self.sandbox.options(**{"inspection": False, **self.scenario.window.options})
        self.actors = actors(self.scenario, self.world)
        stocked = any(actor.deal.mode in {"1210", "1239", ""} or actor.deal.fault for actor in self.actors.values())
        for kind in (*MASTER_DATA, *(("stock",) if stocked else ())):
            self.sandbox.import_master_data(kind, _rows(kind))
        self.receipt_log.expect(number for actor in self.actors.values() for number in actor.numbers)

    # steps

    @singledispatchmethod
    def _do(self, step: AnyStep) -> None:
        raise TypeError(f"nobody plays {step}")

    @_do.register
    def _send(self, step: SendStep) -> None:
        step = self._filled(step)
        of = self._of(step)
        for name in (step.send,) if isinstance(step.send, str) else step.send:
            if name == kinds.TEXT:
                self._submit(step.text.encode(), step, name)
                continue
            for number, wave in enumerate(
                _waves(MessageWriter(self.world, self.receipt_log, self.now).written(name, of, step))
            ):
                if number:
                    self._settle()
                for message in wave:
                    self.receipt_log.note_sent(message)
                    self._places.setdefault(step.envelope_from or message.sender, 0)
                    body = (
                        enveloped(message._replace(sender=step.envelope_from)) if step.envelope_from else message.body
                    )
                    self._submit(body, step, f"{message.code} {name} of {', '.join(actor.name for actor in of)}")
        self._settle()

    def _submit(self, body: bytes, step: SendStep, title: str) -> None:
        status, codes, answer = self._posted(body, {"X_Scenario": step.outcome} if step.outcome else {})
        if status == ACCEPTED:
            self._declared.note(body)
        self._tell(f"sent {title}: {'HTTP ' + str(status) if status else 'no answer'} {' '.join(codes)}".rstrip())
        if status != step.answer:
            raise _Failed(
                Miss(f"HTTP {step.answer}", f"HTTP {status} {answer}", f"the window answered {title} otherwise")
            )
        if step.finding and step.finding not in codes:
            raise _Failed(Miss(f"the finding {step.finding}", answer or "no finding", "the answer does not name it"))

    def _posted(self, body: bytes, headers: dict[str, str]) -> tuple[int, list[str], str]:
        """Post a message; gives status, codes and text of the answer (status 0 if there is none)."""
        try:
            (answer,) = self.sandbox.submit(body, **headers)
        except CallRefused as refused:
            return refused.status, refused.codes, str(refused)
        except NotReachable as silent:
            return 0, [], str(silent)
        return ACCEPTED, ["repeated"] if answer.repeated else [], ""

    @_do.register
    def _wait(self, step: WaitStep) -> None:
        if step.wait == spans.DEADLINE:
            if self._due is None:
                raise _Failed(Miss("a deadline", "none", "nothing will happen by itself"))
            self._advance(self._due)
        else:
            self._advance(self.now + _span(step.wait))
        self._tell(f"waited {step.wait}")

    @_do.register
    def _officer(self, step: OfficerStep) -> None:
        (actor,) = self._of(step)[:1]
        self._by_hand(
            step.refused,
            f"officer: {step.officer} the {step.about} of {actor.name}",
            lambda: act(self.sandbox, actor, self._filled(step)),
        )

    @_do.register
    def _batch(self, step: BatchStep) -> None:
        actor = self._of(step)[0]
        self._by_hand(False, f"batch of {actor.name}: {step.batch}", lambda: batched(self.sandbox, actor, step))

    @_do.register
    def _pay(self, step: PayStep) -> None:
        actor = self._of(step)[0]
        bills = self.receipt_log.of(actor.trade.id, "816")
        if not bills:
            raise NotYet(f"there is no tax bill of {actor.name}")
        number = bills[-1].head["taxNo"]
        self._by_hand(
            False,
            f"paid the tax bill of {actor.name}",
            lambda: self.sandbox.call("POST", f"/tax/bills/{number}/payment", json={}),
        )

    def _by_hand(self, refused: bool, title: str, do: Callable[[], object]) -> None:
        try:
            status = do()
        except CallRefused as error:
            self._tell(f"{title}: refused")
            if not refused:
                raise _Failed(Miss(title, str(error), "the window refused it")) from error
        else:
            self._tell(f"{title}: only proposed, a second officer must approve" if status == PROPOSED else title)
            if refused:
                raise _Failed(Miss(f"{title}, refused", "it was done", "the window let it be done"))
        self._settle()

    @_do.register
    def _force(self, step: ForceStep) -> None:
        match = {**self._filled(step.match), **({"order": self._of(step)[0].trade.id} if step.of else {})}
        times: dict[str, Any] = {"times": step.times} if step.times else {}
        if step.do:
            self.sandbox.force(match=match, do=step.do, **times)
        else:
            self.sandbox.force(step.force, **({"match": match} if match else {}), **times)
        self._tell(f"forced from now on: {step.force}")

    @_do.register
    def _faults(self, step: FaultsStep) -> None:
        switched = self.sandbox.faults("" if step.faults == OFF else step.faults, step.lasts, step.seed)
        done = (
            f"; {switched['profile']} acted {switched['done']} time(s)"
            if switched["profile"] and step.faults == OFF
            else ""
        )
        self._tell(f"faults: {step.faults}{done}")

    @_do.register
    def _options(self, step: OptionsStep) -> None:
        self.sandbox.options(**step.options)
        self._tell(f"options: {', '.join(f'{name} = {value}' for name, value in step.options.items())}")

    @_do.register
    def _import(self, step: ImportStep) -> None:
        self.sandbox.import_master_data(step.kind, list(self._filled(step.rows)))
        self._tell(f"imported {len(step.rows)} {step.kind}")

    @_do.register
    def _expect(self, step: ExpectStep) -> None:
        step, begun = self._filled(step), self.now
        until, earliest = begun + _span(step.within), begun + _span(step.not_before or spans.SETTLED)
        while True:
            missing = expecting.misses(step, self._receipts(step))
            in_vain = expecting.waits_in_vain(step)
            if self.now >= until or (not missing and not in_vain) or (missing and in_vain):
                break
            self._on(until)
        if missing:
            raise _Failed(*missing)
        if self.now < earliest:
            after = spans.span_text((self.now - begun) // timedelta(milliseconds=1))
            raise _Failed(Miss(f"not before {step.not_before}", f"after {after}", "it came too early"))
        self._tell(f"as expected: {step.expect} of {self._of(step)[0].name}")

    def _receipts(self, step: ExpectStep) -> list[LoggedReceipt]:
        """The receipts so far of a step's document."""
        actor = self._of(step)[0]
        code = kinds.HEARD[actor.flow][step.expect]
        find = self.receipt_log.as_they_came if step.as_they_came else self.receipt_log.of
        receipts = find(actor.trade.id, code)
        if step.expect in kinds.NOTES and actor.flow == "export" and not actor.trade.flight.alone:
            receipts = find(note_no(actor.trade), code)
        return receipts

    # time, receipts

    def _on(self, until: datetime) -> None:
        """Move the clock to the next scheduled time, but not beyond `until`."""
        self._advance(min(until, self._due) if self._due else until)

    def _advance(self, to: datetime) -> None:
        while not (clock := self.sandbox.clock.advance(to=to.isoformat())).settled:
            pass
        self._see(clock)
        self._fetch()

    def _settle(self) -> None:
        while not (clock := self.sandbox.settle()).settled:
            pass
        self._see(clock)
        self._fetch()

    def _see(self, clock: Clock) -> None:
        self.now = datetime.fromisoformat(clock.now).astimezone(SHANGHAI)
        self._due = datetime.fromisoformat(clock.next_deadline) if clock.next_deadline else None

    def _fetch(self) -> None:
        for mailbox in self._places:
            while self._fetched(mailbox) == PAGE:
                pass

    def _fetched(self, mailbox: str) -> int:
        """Read the next receipts of a mailbox; gives how many there were."""
        receipts = self.sandbox.receipts_after(mailbox, self._places[mailbox], PAGE)
        for receipt in receipts:
            self._places[mailbox] = receipt.sequence
            self.receipt_log.read(mailbox, [receipt.xml.encode()])
            self._tell(
                f"  {receipt.type} {receipt.order_no or receipt.key}: {receipt.status} {receipt.info_zh}".rstrip()
            )
        return len(receipts)

    # words

    def _of(self, step: AnyStep) -> list[Actor]:
        """The trades that a step is about: by default all."""
        return [self.actors[name] for name in named(step)] or list(self.actors.values())

    def _filled(self, value: Any) -> Any:
        """Fill in the placeholders of a step or a part of one."""
        filling = Filling(self.actors, self.receipt_log)
        if not isinstance(value, Struct):
            return filling.filled(value)
        return replace(value, **{name: filling.filled(getattr(value, name)) for name in value.__struct_fields__})

    def _tell(self, text: str) -> None:
        event = StoryEvent(f"{self.now:%Y-%m-%d %H:%M:%S}", text)
        self.story.append(event)
        self.listener(event)


def _waves(sent: Sequence[SyntheticMessage]) -> Iterator[Sequence[SyntheticMessage]]:
    """Group steps into waves: messages that go out together, and the steps that must come after them."""
    for _, together in groupby(sent, key=lambda message: message.wave):
        yield list(together)


def _span(text: str) -> timedelta:
    return timedelta(milliseconds=spans.read(text) or 0)
