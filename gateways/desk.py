"""The desk of a gateway: the one context in which it handles a batch of deliveries of one sandbox.

It holds what a handler may read (its repository, the instant, the law in force, the sandbox's options) and collects
the results of the batch (receipts, timeline, deadlines, payloads for other gateways, answers to decisions). The runner
makes it and commits what it collected; a handler has no access to a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from declarations.automatic_officer import Choice, choose
from declarations.calendar import HOUR, MINUTE
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters, Value
from declarations.reasons import Reason
from gateways.forced import Forced
from gateways.records import Answers, Circumstances, DeadlineDraft, Options, ReceiptDraft, TimelineEvent
from gateways.topics.topic import Routes

RepositoryT = TypeVar("RepositoryT", covariant=True)


@dataclass(slots=True)
class Desk(Generic[RepositoryT]):
    """Context and outcome of one batch: made anew for each batch of a sandbox, used by one thread."""

    repository: RepositoryT
    """State of the gateway: loads in bulk, keeps what is put."""
    circumstances: Circumstances
    routes: Routes
    """Topics that it may send to."""
    answers: Answers = field(default_factory=Answers)
    """What the batch leads to so far; the runner writes it."""
    now: int = field(init=False)
    """The sandbox's instant, in milliseconds."""
    day: date = field(init=False)
    """The calendar day of `now` in Asia/Shanghai."""
    seed: str = field(init=False)
    """Of the keyed draws of the sandbox."""
    options: Options = field(init=False)
    law: Parameters = field(init=False)
    """Dated values of the law as the sandbox has them."""
    goods: GoodsRegister = field(init=False)
    forced: Forced = field(init=False)
    """What a test forces customs to decide."""

    def __post_init__(self) -> None:
        """Read the circumstances once: handlers need them for each document."""
        given = self.circumstances
        self.now, self.day, self.seed = given.now, given.day, given.seed
        self.options, self.law, self.goods = given.options, given.parameters, given.goods
        self.forced = given.forced

    def in_force(self, parameter: str) -> Value:
        """The value of a parameter of the law today; raises `NoValue` where there is none."""
        return self.law.on(parameter, self.day)

    def due_in(self, *windows: str, unit: int = HOUR) -> int:
        """The instant at which windows of the law, counted in `unit`, are over that begin now, one after the other."""
        return self.now + int(sum(self.in_force(window).amount for window in windows) * unit)

    def choice(self, key: str, state: str, lifecycle: str = "declaration") -> Choice | None:
        """The automatic officer's seeded decision for the case with this key in this state; None: he does nothing."""
        return choose(self.seed, key, state, self.day, self.law, lifecycle)

    def await_automatic_officer(self, choice: Choice | None, payload: Any, topic: str = "", slower: int = 0) -> int:
        """Have a payload delivered when the automatic officer decides, `slower` milliseconds later than usual, if the
        sandbox has one and he has a choice.

        Gives the instant; 0: a person decides.
        """
        if choice is None or not self.options.automatic_officer:
            return 0
        due = self.now + choice.minutes * MINUTE + slower
        self.deadline(due, payload, topic)
        return due

    def receipt(self, draft: ReceiptDraft) -> None:
        """Send a receipt to the mailboxes that it names."""
        self.answers.receipts.append(draft)

    def note(self, event: TimelineEvent) -> None:
        """Append a line to the timeline."""
        self.answers.timeline.append(event)

    def deadline(self, due: int, payload: Any, topic: str = "") -> None:
        """Have a payload delivered when its instant comes; `topic` where several carry it."""
        self.answers.deadlines.append(DeadlineDraft(due, self.routes.of(payload, topic), payload))

    def send(self, payload: Any, topic: str = "") -> None:
        """Send a payload to the gateway that handles it; `topic` where several carry it."""
        self.answers.send(self.routes.of(payload, topic), payload)

    def sends(self, payload: Any) -> bool:
        """True if this batch sends the same payload already."""
        return payload in self.answers.sends.get(self.routes.of(payload), ())

    def carried_out(self, decision_id: int, reasons: Sequence[Reason] = ()) -> None:
        """Answer a decision: it was carried out. With id 0 nobody waits for the answer."""
        self.answers.carried_out(decision_id, reasons)

    def refuse(self, decision_id: int, reasons: Sequence[Reason]) -> None:
        """Answer a decision: it was not carried out, for these reasons. With id 0 nobody waits for the answer."""
        self.answers.refuse(decision_id, reasons)
