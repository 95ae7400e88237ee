"""The desk: the context in which a gateway handles one batch of deliveries of one sandbox.

It provides what a handler reads (repository, time, law, options) and collects its results (receipts, timeline events,
deadlines, payloads for gateways, answers to decisions). The runner creates it and commits the results; a handler has no
access to a database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from declarations.automatic_officer import Choice, choose
from declarations.calendar import HOUR, MINUTE, end_of_term
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters, Value
from declarations.reasons import Reason
from gateways.circumstances import Circumstances, Options
from gateways.forced import Forced
from gateways.holds import ON_LISTS, Held, Hold, LiftedHold
from gateways.records import Answers, AutomaticStep, DeadlineDraft, DecisionAnswer, Notice, ReceiptDraft, TimelineEvent
from gateways.recurring import Recurring, RecurringPayload
from gateways.topics.customs import HoldEnded
from gateways.topics.facts import HoldLifted
from gateways.topics.topic import Routes
from schemas import catalogue

RepositoryT = TypeVar("RepositoryT", covariant=True)


@dataclass(slots=True)
class Desk(Generic[RepositoryT]):
    """Context and results of one batch; created for each batch and used by one thread."""

    repository: RepositoryT
    """The gateway's rows: loads in bulk, stores what is put."""
    circumstances: Circumstances
    routes: Routes
    """The routes of payloads to gateways."""
    answers: Answers = field(default_factory=Answers)
    """The results collected so far; the runner writes them."""
    now: int = field(init=False)
    """The sandbox's current instant, in milliseconds."""
    day: date = field(init=False)
    """The calendar day of `now` in Asia/Shanghai."""
    seed: str = field(init=False)
    """The seed of the sandbox's keyed draws."""
    options: Options = field(init=False)
    law: Parameters = field(init=False)
    """The sandbox's dated values of the law."""
    goods: GoodsRegister = field(init=False)
    forced: Forced = field(init=False)
    """Outcomes that a test forces on customs."""
    _holds: dict[Held, dict[str, Sequence[Hold]]] = field(default_factory=dict, init=False)
    """The holds that this batch has read, by kind and key."""
    _asked: dict[Held, set[str]] = field(default_factory=dict, init=False)
    """The keys of which this batch has read the holds, by kind."""

    def __post_init__(self) -> None:
        """Copy the circumstances into attributes, because handlers read them for each document."""
        circumstances = self.circumstances
        self.now, self.day, self.seed = circumstances.now, circumstances.day, circumstances.seed
        self.options, self.law, self.goods = circumstances.options, circumstances.parameters, circumstances.goods
        self.forced = circumstances.forced

    def value_today(self, parameter: str) -> Value:
        """Return a parameter's value that is in force today; raises `NoValue` if there is none."""
        return self.law.on(parameter, self.day)

    def plan_secret(self, agency: str, plan: str) -> str:
        """Return the secret by which an agency draws for a plan, as 64 hexadecimal digits.

        It is the same at every call, in every process and when a recording is played, and does not follow from the
        sandbox's seed, which participants see. `plan` is a business number, at most 60 characters.
        """
        secrets = self.answers.secrets
        if (agency, plan) not in secrets:
            secrets[agency, plan] = self.circumstances.secret_of(agency, plan)
        return secrets[agency, plan]

    def instant_after(self, *windows: str, unit: int = HOUR) -> int:
        """Return the instant at which these windows of the law, in `unit`, end if they follow each other from now
        on."""
        return self.now + int(sum(self.value_today(window).amount for window in windows) * unit)

    def end_of_term(self, window: str) -> int:
        """Return the last instant of a term of the law, in days, that starts now: it ends with its last day."""
        return end_of_term(self.now, int(self.value_today(window).amount))

    def choose_automatically(self, key: str, state: str, lifecycle: str = "declaration") -> Choice | None:
        """Return the automatic officer's seeded decision for the case with this key and state; None if there is
        none."""
        return choose(self.seed, key, state, self.day, self.law, lifecycle)

    def await_automatic_officer(self, choice: Choice | None, payload: Any, topic: str = "", delay_ms: int = 0) -> int:
        """Schedule a payload for the automatic officer's decision, `delay_ms` milliseconds later than usual.

        Return the instant; 0, without a deadline, if `choice` is None or the sandbox has no automatic
        officer.
        """
        if choice is None or not self.options.automatic_officer:
            return 0
        due = self.now + choice.minutes * MINUTE + delay_ms
        self.schedule(due, payload, topic)
        return due

    def send_receipt(self, draft: ReceiptDraft) -> None:
        """Send a receipt to the mailboxes that it names."""
        self.answers.receipts.append(draft)

    def notify(self, company: str, draft: ReceiptDraft, once: str = "") -> None:
        """Send a notice, by which the agency speaks first, to a company.

        Where the case has mailboxes of its own, `draft` names them, with the case's time. Otherwise (`mailboxes` is
        empty) the window finds the mailbox of `company`, by its customs or credit code, and gives the time: later than
        that of its earlier notices about the same subject. Then `once` is required: the company is told it once a
        subject. Raises `ValueError` for a message that the catalogue does not call a notice, or without `once`."""
        if draft.code not in catalogue.notices():
            raise ValueError(f"{draft.code} is no notice: its row of the catalogue lacks `notice = true`")
        if draft.mailboxes:
            self.send_receipt(draft)
        elif once:
            self.answers.notices.append(Notice(company=company, once=once, draft=draft))
        else:
            raise ValueError(f"{draft.code} to {company}: say by `once` what it is told only once")

    def add_event(self, event: TimelineEvent) -> None:
        """Append an event to the timeline."""
        self.answers.timeline.append(event)

    def schedule(self, due: int, payload: Any, topic: str = "") -> None:
        """Schedule a payload for the instant `due`; `topic` is required if several topics have its type."""
        self.answers.deadlines.append(DeadlineDraft(due, self.routes.of(payload, topic), payload))

    def recur(self, payload: RecurringPayload, recurring: Recurring, topic: str = "") -> int:
        """Schedule recurring work for the period after that of `payload.due`, or after now if it has none yet.

        Return the instant. A handler calls it as long as the work is to go on. A payload that is scheduled already for
        that instant is not scheduled again, so work that was begun twice becomes one; the topic's lock must cover what
        the payload is about.
        """
        due = recurring.following(payload.due or self.now, self.now, self.law)
        again = payload._replace(due=due)
        self.answers.recurring.append(DeadlineDraft(due, self.routes.of(again, topic), again))
        return due

    def send(self, payload: Any, topic: str = "") -> None:
        """Send a payload to the gateway that handles it; `topic` is required if several topics have its type."""
        self.answers.send(self.routes.of(payload, topic), payload)

    def publish(self, fact: Any) -> None:
        """Publish a fact: send it to every gateway that hears it in this sandbox, to each once; if none does, nothing
        is written. Raises `TypeError` for a payload that is no fact."""
        for route, hears in self.routes.hearers(fact):
            if hears(self.options):
                self.answers.send(route, fact)

    def is_sending(self, payload: Any) -> bool:
        """True if this batch already sends an equal payload."""
        return payload in self.answers.sends.get(self.routes.of(payload), ())

    def hold(self, kind: Held, key: str, by: str, reason: Reason, until: int = 0) -> None:
        """Hold something from now on, until it is lifted or the instant `until`; `by`: who holds it, an agency and,
        behind a colon, what for."""
        self.answers.holds.append(Hold(kind, key, by, reason, self.now, until))
        if until and kind in ON_LISTS:
            self.schedule(until, HoldEnded(kind, key))

    def lift(self, kind: Held, key: str, by: str, *, publish: bool = True) -> None:
        """Lift a hold that the same placed; there need not be one. The lists that waited for it go on; `publish`
        False: the gateway lets them go on itself."""
        lifted = LiftedHold(kind, key, by)
        if publish and kind in ON_LISTS and any(hold.by == by for hold in self.held(kind, [key]).get(key, ())):
            self.publish(HoldLifted(kind, key, by))
        self.answers.holds[:] = [held for held in self.answers.holds if LiftedHold(*held[:3]) != lifted]
        self.answers.lifted.append(lifted)

    def log_automatic_step(self, kind: str, number: int, action: str, by: str, reason: str) -> None:
        """Log that a step of a case was taken that nobody decided; `by`: the agency that took it, `reason`: why."""
        self.answers.automatic.append(AutomaticStep(kind, number, action, by, Reason("16002", {"reason": reason})))

    def reasons_to_keep(self, keys: Collection[str]) -> list[Reason]:
        """Return why the goods of these lists (ids) or lots may not be taken away; empty if they may."""
        held = self.held(Held.EVIDENCE, keys)
        return [hold.reason for key in sorted(held) for hold in held[key]]

    def held(self, kind: Held, keys: Collection[str]) -> Mapping[str, Sequence[Hold]]:
        """Return the holds of those of these keys that have any, with what this batch has changed. Reads each key once
        in a batch, and nothing in a sandbox in which nothing was ever held."""
        asked, known = self._asked.setdefault(kind, set()), self._holds.setdefault(kind, {})
        if self.circumstances.held is not None and (new := set(keys) - asked):
            known.update(self.circumstances.held(kind, sorted(new)))
            asked |= new
        if not (self.answers.holds or self.answers.lifted):
            return {key: known[key] for key in keys if key in known} if known else {}
        found: dict[str, list[Hold]] = {}
        placed = {held.key for held in self.answers.holds if held.kind == kind}
        for key in keys:
            before = known.get(key, ())
            if not before and key not in placed:
                continue
            kept = [held for held in before if LiftedHold(*held[:3]) not in self.answers.lifted]
            kept += [held for held in self.answers.holds if (held.kind, held.key) == (kind, key)]
            if kept:
                found[key] = kept
        return found

    def answer_done(self, decision_id: int, reasons: Sequence[Reason] = ()) -> None:
        """Answer a decision: carried out. Id 0 means that nobody waits for the answer."""
        if decision_id:
            self.answers.decisions.append(DecisionAnswer(decision_id, refused=False, reasons=reasons))

    def answer_refused(self, decision_id: int, reasons: Sequence[Reason]) -> None:
        """Answer a decision: refused, for these reasons. Id 0 means that nobody waits for the answer."""
        if decision_id:
            self.answers.decisions.append(DecisionAnswer(decision_id, refused=True, reasons=reasons))
