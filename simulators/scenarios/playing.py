"""Plays a scenario against a window over HTTP, in its own sandbox, until a step fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from simulators.entry import SHANGHAI, monotonic
from simulators.entry.sending import ACCEPTED
from simulators.entry.windows import CallRefused, Clock, NotReachable, SandboxClient, WindowClient, fresh_sandbox
from simulators.imports.arithmetic import POLICIES
from simulators.messages import in_waves
from simulators.receipt_log import ReceiptLog
from simulators.scenarios import answering, durations, expecting, kinds
from simulators.scenarios.actors import SANDBOX_SEED, Actor
from simulators.scenarios.beginning import begin, world
from simulators.scenarios.bills import SentLists
from simulators.scenarios.checking import trade_names
from simulators.scenarios.decisions import PROPOSED, act_on_batch, decide
from simulators.scenarios.expected_papers import mailboxes_of, receipts_of
from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.filling import PlaceholderValues
from simulators.scenarios.form import (
    FAULTS_OFF,
    AnyStep,
    BatchStep,
    CallStep,
    ExpectStep,
    FaultsStep,
    ForceStep,
    ImportStep,
    LocatedStep,
    OfficerStep,
    OptionsStep,
    PayStep,
    ScenarioFile,
    SendStep,
    WaitStep,
)
from simulators.scenarios.results import ScenarioResult, StoryEvent
from simulators.scenarios.writing import MessageWriter, NotYet
from simulators.traffic.making import put_in_envelope
from simulators.world import World

Desks = Callable[[str, str], SandboxClient]
"""Returns a sandbox, by its name, as a person in a role calls it."""
LONG_AGO = datetime.min.replace(tzinfo=SHANGHAI)
RECEIPTS_PER_PAGE = 1_000
"""Receipts per request."""


class _Failed(Exception):
    def __init__(self, *misses: Mismatch) -> None:
        super().__init__(misses)
        self.mismatches = misses


def play(
    client: WindowClient,
    scenario: ScenarioFile,
    keep: bool = False,
    listener: Callable[[StoryEvent], None] = lambda event: None,
    parent: str = "",
    desks: Desks | None = None,
) -> ScenarioResult:
    """Play a scenario in a new sandbox of a window, which is deleted afterwards unless `keep` is set; its name begins
    with the name of the parent sandbox, if one is given. `desks`: the window as persons in roles call it, if it is
    one of this process.

    Raises `NotReachable`, and `CallRefused` if the window refuses the sandbox.
    """
    began_at, window = monotonic(), scenario.window
    moment = f"{window.day.isoformat()}T{window.time}:00+08:00"
    with fresh_sandbox(client, scenario.name, SANDBOX_SEED, moment, under=parent, keep=keep) as sandbox:
        player = _Player(scenario, sandbox, world(), listener, desks)
        failed, misses = player.play()
        virtual_time = player.now - datetime.fromisoformat(moment)
        return ScenarioResult(
            scenario=scenario,
            seconds=monotonic() - began_at,
            virtual_milliseconds=virtual_time // timedelta(milliseconds=1),
            sandbox=sandbox.name,
            sandbox_kept=keep,
            failed_step=failed,
            mismatches=misses,
            story=tuple(player.story),
        )


@dataclass(slots=True)
class _Player:
    """Plays one scenario."""

    scenario: ScenarioFile
    sandbox: SandboxClient
    world: World
    listener: Callable[[StoryEvent], None]
    desks: Desks | None
    story: list[StoryEvent] = field(default_factory=list)
    actors: Mapping[str, Actor] = field(default_factory=dict)
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog((), alone={*kinds.further_receipts().values()}))
    now: datetime = LONG_AGO
    _next_deadline: datetime | None = None
    """The next time at which something is scheduled."""
    _last_sequences: dict[str, int] = field(default_factory=dict)
    _kept: dict[str, str] = field(default_factory=dict)
    """Values of answers that later steps name."""
    _sent_lists: SentLists = field(default_factory=SentLists)

    def play(self) -> tuple[LocatedStep | None, tuple[Mismatch, ...]]:
        """Play the scenario; gives the failed step and its mismatches."""
        self._begin()
        for step in self.scenario.steps:
            if step.step.say:
                self._record_event(f"— {step.step.say}")
            try:
                self._play_step(step.step)
            except _Failed as failed:
                return step, failed.mismatches
            except NotYet as missing:
                return step, (Mismatch("to do this step", str(missing), "the step could not be done"),)
            except CallRefused as refused:
                return step, (Mismatch("an answer", str(refused), f"the window refused it with HTTP {refused.status}"),)
        return self._check_bills()

    def _check_bills(self) -> tuple[LocatedStep | None, tuple[Mismatch, ...]]:
        """Compare every tax bill with our own calculation; errors are attributed to the last step."""
        rounding = str(self.sandbox.options().get("rounding") or POLICIES[0])
        mismatches = tuple(self._sent_lists.mismatches(self.actors.values(), self.receipt_log, rounding))
        return (self.scenario.steps[-1], mismatches) if mismatches else (None, ())

    def _begin(self) -> None:
        self._set_time(self.sandbox.clock.show())
        self.actors = begin(self.scenario, self.sandbox)
        self.receipt_log.expect(number for actor in self.actors.values() for number in actor.numbers)

    # steps

    @singledispatchmethod
    def _play_step(self, step: AnyStep) -> None:
        raise TypeError(f"nobody plays {step}")

    @_play_step.register
    def _send(self, step: SendStep) -> None:
        step = self._fill(step)
        actors = self._actors_of(step)
        for word in (step.send,) if isinstance(step.send, str) else step.send:
            if word == kinds.TEXT_WORD:
                self._submit(step.text.encode(), step, word)
                continue
            for number, wave in enumerate(
                in_waves(MessageWriter(self.world, self.receipt_log, self.now).write(word, actors, step))
            ):
                if number:
                    self._settle()
                for message in wave:
                    self.receipt_log.note_sent(message)
                    self._last_sequences.setdefault(step.envelope_from or message.sender, 0)
                    body = (
                        put_in_envelope(message._replace(sender=step.envelope_from))
                        if step.envelope_from
                        else message.body
                    )
                    self._submit(body, step, f"{message.code} {word} of {', '.join(actor.name for actor in actors)}")
                    if step.one_by_one:
                        self._settle()
        self._settle()

    def _submit(self, body: bytes, step: SendStep, title: str) -> None:
        status, codes, answer = self._post(body, {"X_Scenario": step.outcome} if step.outcome else {})
        if status == ACCEPTED:
            self._sent_lists.record(body)
        self._record_event(
            f"sent {title}: {'HTTP ' + str(status) if status else 'no answer'} {' '.join(codes)}".rstrip()
        )
        if status != step.answer:
            raise _Failed(
                Mismatch(f"HTTP {step.answer}", f"HTTP {status} {answer}", f"the window answered {title} otherwise")
            )
        if step.finding and step.finding not in codes:
            raise _Failed(
                Mismatch(f"the finding {step.finding}", answer or "no finding", "the answer does not name it")
            )

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, list[str], str]:
        """Post a message; gives status, codes and text of the answer (status 0 if there is none)."""
        try:
            (answer,) = self.sandbox.submit(body, **headers)
        except CallRefused as refused:
            return refused.status, refused.codes, str(refused)
        except NotReachable as silent:
            return 0, [], str(silent)
        return ACCEPTED, ["repeated"] if answer.repeated else [], ""

    @_play_step.register
    def _wait(self, step: WaitStep) -> None:
        if step.wait == durations.DEADLINE:
            if self._next_deadline is None:
                raise _Failed(Mismatch("a deadline", "none", "nothing will happen by itself"))
            self._advance(self._next_deadline)
        else:
            self._advance(self.now + durations.span(step.wait))
        self._record_event(f"waited {step.wait}")

    @_play_step.register
    def _officer(self, step: OfficerStep) -> None:
        (actor,) = self._actors_of(step)[:1]
        self._run_decision(
            step.refused,
            f"officer: {step.officer} the {step.about} of {actor.name}",
            lambda: decide(self.sandbox, actor, self._fill(step)),
        )

    @_play_step.register
    def _batch(self, step: BatchStep) -> None:
        actor = self._actors_of(step)[0]
        self._run_decision(
            False, f"batch of {actor.name}: {step.batch}", lambda: act_on_batch(self.sandbox, actor, step)
        )

    @_play_step.register
    def _pay(self, step: PayStep) -> None:
        actor = self._actors_of(step)[0]
        bills = self.receipt_log.of(actor.trade.id, "816")
        if not bills:
            raise NotYet(f"there is no tax bill of {actor.name}")
        number = bills[-1].head["taxNo"]
        self._run_decision(
            False,
            f"paid the tax bill of {actor.name}",
            lambda: self.sandbox.call("POST", f"/tax/bills/{number}/payment", json={}),
        )

    def _run_decision(self, refused: bool, title: str, do: Callable[[], object]) -> None:
        try:
            status = do()
        except CallRefused as error:
            self._record_event(f"{title}: refused")
            if not refused:
                raise _Failed(Mismatch(title, str(error), "the window refused it")) from error
        else:
            self._record_event(
                f"{title}: only proposed, a second officer must approve" if status == PROPOSED else title
            )
            if refused:
                raise _Failed(Mismatch(f"{title}, refused", "it was done", "the window let it be done"))
        self._settle()

    @_play_step.register
    def _force(self, step: ForceStep) -> None:
        match = {**self._fill(step.match), **({"order": self._actors_of(step)[0].trade.id} if step.of else {})}
        times: dict[str, Any] = {"times": step.times} if step.times else {}
        if step.do:
            self.sandbox.force(match=match, do=step.do, **times)
        else:
            self.sandbox.force(step.force, **({"match": match} if match else {}), **times)
        self._record_event(f"forced from now on: {step.force}")

    @_play_step.register
    def _faults(self, step: FaultsStep) -> None:
        previous = self.sandbox.faults("" if step.faults == FAULTS_OFF else step.faults, step.lasts, step.seed)
        effect = (
            f"; {previous['profile']} acted {previous['done']} time(s)"
            if previous["profile"] and step.faults == FAULTS_OFF
            else ""
        )
        self._record_event(f"faults: {step.faults}{effect}")

    @_play_step.register
    def _options(self, step: OptionsStep) -> None:
        self.sandbox.options(**step.options)
        self._record_event(f"options: {', '.join(f'{name} = {value}' for name, value in step.options.items())}")

    @_play_step.register
    def _import(self, step: ImportStep) -> None:
        self.sandbox.import_master_data(step.kind, list(self._fill(step.rows)))
        self._record_event(f"imported {len(step.rows)} {step.kind}")
        self._settle()

    @_play_step.register
    def _call(self, step: CallStep) -> None:
        step = self._fill(step)
        if mismatches := answering.mismatches(step, self._caller(step.role), self._kept):
            raise _Failed(*mismatches)
        self._record_event(f"called {step.call}: as expected")
        self._settle()

    def _caller(self, role: str) -> SandboxClient:
        """The sandbox as a person in a role calls it, or as the scenario does."""
        if not role:
            return self.sandbox
        if self.desks is None:
            raise NotYet(f"nobody can be a {role} at a window that runs elsewhere: play it without --url")
        return self.desks(self.sandbox.name, role)

    @_play_step.register
    def _expect(self, step: ExpectStep) -> None:
        step, began_at = self._fill(step), self.now
        actors = self._actors_of(step)
        if boxes := mailboxes_of(step, actors):
            self._last_sequences = {**dict.fromkeys(boxes, 0), **self._last_sequences}
            self._fetch()
        until, earliest = (
            began_at + durations.span(step.within),
            began_at + durations.span(step.not_before or durations.SETTLED),
        )
        while True:
            mismatches = expecting.mismatches(step, receipts_of(step, actors[0], self.receipt_log))
            only_absence = expecting.expects_only_absence(step)
            if self.now >= until or (not mismatches and not only_absence) or (mismatches and only_absence):
                break
            self._advance_to_deadline(until)
        if mismatches:
            raise _Failed(*mismatches)
        if self.now < earliest:
            after = durations.duration_text((self.now - began_at) // timedelta(milliseconds=1))
            raise _Failed(Mismatch(f"not before {step.not_before}", f"after {after}", "it came too early"))
        self._record_event(f"as expected: {step.expect} of {actors[0].name}")

    # time, receipts

    def _advance_to_deadline(self, until: datetime) -> None:
        """Move the clock to the next scheduled time, but not beyond `until`."""
        self._advance(min(until, self._next_deadline) if self._next_deadline else until)

    def _advance(self, to: datetime) -> None:
        while not (clock := self.sandbox.clock.advance(to=to.isoformat())).settled:
            pass
        self._set_time(clock)
        self._fetch()

    def _settle(self) -> None:
        while not (clock := self.sandbox.settle()).settled:
            pass
        self._set_time(clock)
        self._fetch()

    def _set_time(self, clock: Clock) -> None:
        self.now = datetime.fromisoformat(clock.now).astimezone(SHANGHAI)
        self._next_deadline = datetime.fromisoformat(clock.next_deadline) if clock.next_deadline else None

    def _fetch(self) -> None:
        for mailbox in self._last_sequences:
            while self._fetch_page(mailbox) == RECEIPTS_PER_PAGE:
                pass

    def _fetch_page(self, mailbox: str) -> int:
        """Read the next receipts of a mailbox; gives how many there were."""
        receipts = self.sandbox.receipts_after(mailbox, self._last_sequences[mailbox], RECEIPTS_PER_PAGE)
        for receipt in receipts:
            self._last_sequences[mailbox] = receipt.sequence
            self.receipt_log.read(mailbox, [receipt.xml.encode()])
            self._record_event(
                f"  {receipt.type} {receipt.order_no or receipt.key}: {receipt.status} {receipt.info_zh}".rstrip()
            )
        return len(receipts)

    # words

    def _actors_of(self, step: AnyStep) -> list[Actor]:
        """The trades that a step is about: by default all."""
        return [self.actors[name] for name in trade_names(step)] or list(self.actors.values())

    def _fill(self, value: Any) -> Any:
        """Fill in the placeholders of a step or a part of one."""
        filling = PlaceholderValues(self.actors, self.receipt_log, self._kept)
        if not isinstance(value, Struct):
            return filling.fill(value)
        return replace(value, **{name: filling.fill(getattr(value, name)) for name in value.__struct_fields__})

    def _record_event(self, text: str) -> None:
        event = StoryEvent(f"{self.now:%Y-%m-%d %H:%M:%S}", text)
        self.story.append(event)
        self.listener(event)
