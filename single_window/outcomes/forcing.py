"""Forces outcomes in one batch of a sandbox: finds the trigger for each document. Triggers are cached until their epoch
changes.

Triggers with a limited number of uses are counted down and checked in the commit of the outcome, so a process that is
killed before has no effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.customs.outcome import KIND_OF_LIST
from gateways.forced import UNFORCED, Forced, ForcedList, ForcedQuery, ForcedReport, ForcedSample
from gateways.records import ReceiptDraft, TimelineEvent
from gateways.replies import ANSWER_CODES
from single_window.outcomes.delays import held_back, within
from single_window.outcomes.magic_values import asked_by_number
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import FAULTS, TO_LISTS, Do, Trigger, matches, matches_receipt, of_row
from single_window.store import triggers as rows
from single_window.store.sandboxes import Sandbox

ACTOR, EVENT = "test", rows.FORCED
FORCED = "19901."
"""Prefix of rule codes of forced outcomes; the action follows."""
TAX_BILL = "tax_bill"
SAMPLE = "spot_check"
LANES = {Do.INSPECT: "inspection", Do.REVIEW: "review"}


class About(NamedTuple):
    """The fields of a document that triggers match; `code` and `status` are those of a receipt about it."""

    kind: str
    key: str
    order_no: str
    sender: str
    code: str = ""
    status: str = ""
    drawn_by: str = ""
    """Key of the random draw for shares; empty: the document's key."""
    list_key: str = ""
    """Key of the list whose call may name a scenario for it."""


class Forcing:
    """Applies the triggers of a sandbox in one batch."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        seed: str,
        now: int,
        triggers: Sequence[Trigger],
        magic: bool = False,
    ) -> None:
        """`triggers`: those of the sandbox, newest first; `magic`: order numbers may ask for outcomes."""
        self.sandbox, self.seed, self.now, self._magic = sandbox, seed, now, magic
        self.events: list[TimelineEvent] = []
        self._connection, self._triggers = connection, triggers
        counted = [trigger.id for trigger in triggers if trigger.times]
        self._left = rows.times_left(connection, counted) if counted else {}
        self._used: Counter[int] = Counter()
        self._called: dict[tuple[str, str], str] = {}
        self._named = {_name(trigger): trigger for trigger in triggers}

    # customs

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """Reasons to reject a list, unless a newer trigger sets its lane."""
        about = _list(declaration)
        trigger = self._first(TO_LISTS - {Do.OFFICER}, about)
        if trigger is None or trigger.action.do is not Do.REJECT:
            return ()
        self._use(trigger)
        return [self.reason(trigger, about)]

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """(forced lane of a list, reasons)"""
        about = _list(declaration)
        trigger = self.take(set(LANES), about)
        return (LANES[trigger.action.do], [self.reason(trigger, about)]) if trigger else ("", ())

    def delay_of_officer(self, declaration: ForcedList) -> int:
        """Milliseconds by which the automatic officer's decision about a list is delayed."""
        about = _list(declaration)
        trigger = self.take({Do.OFFICER}, about)
        if trigger is None:
            return 0
        late = held_back(trigger, self.now, 0, self.seed, trigger.spec, *about.key.split("|"))
        self.note(trigger, about, seconds=f"{late / 1_000:g}")
        return late

    def report(self, sample: ForcedSample) -> ForcedReport | None:
        """Return the act of a laboratory that is forced about a sample."""
        sender = sample.mailboxes.partition(";")[0]
        trigger = self.take({Do.LABORATORY}, About(SAMPLE, sample.numbers, "", sender, list_key=sample.list_key))
        if trigger is None:
            return None
        self.note(trigger, About(SAMPLE, sample.sample_no, sample.sample_no, sender))
        late = held_back(trigger, self.now, 0, self.seed, trigger.spec, *sample.numbers.split("|"))
        return ForcedReport(trigger.action.fault, trigger.action.item, late)

    def licence(self, query: ForcedQuery) -> str:
        """Return the fault of the register that is forced about a query."""
        trigger = self.take({Do.REGISTER}, About(query.kind, query.numbers, "", "", list_key=query.code))
        if trigger is None:
            return ""
        self.note(trigger, About(query.kind, query.code, query.code, ""))
        return trigger.action.fault

    # all agencies

    def take(self, actions: Iterable[Do], about: About) -> Trigger | None:
        """Find and count a trigger with one of these actions for a document, or None.

        A scenario requested by the document's call takes precedence over the sandbox's triggers.
        """
        trigger = self._first(frozenset(actions), about)
        if trigger is not None:
            self._use(trigger)
        return trigger

    def note(self, trigger: Trigger, about: About, **values: str) -> None:
        """Add a forced outcome to the timeline."""
        self.events.append(
            TimelineEvent(
                order_no=about.order_no,
                kind=about.kind,
                key=about.key,
                at=self.now,
                actor=ACTOR,
                event=EVENT,
                state="",
                reasons=[self._reason(trigger, about, values)],
            )
        )

    def reason(self, trigger: Trigger, about: About) -> Reason:
        """The reason of a forced decision of customs or the port; also added to the timeline."""
        self.note(trigger, about)
        return self._reason(trigger, about, {})

    def named(self, reason: Reason) -> Trigger | None:
        """The trigger that a reason names."""
        if not reason.rule.startswith(FORCED):
            return None
        label, action = reason.values["trigger"], reason.rule.removeprefix(FORCED).partition(".")[0]
        asked = {_name(trigger): trigger for trigger in asked_by_number(label)} if self._magic else {}
        return (self._named | asked).get((label, action))

    def used(self, trigger: Trigger) -> int:
        """The number of times that a limited trigger has acted."""
        return trigger.times - self._left.get(trigger.id, 0) + self._used[trigger.id]

    def settle(self, connection: Connection) -> None:
        """Count down used triggers; raises `Conflict` if another process has exhausted one."""
        rows.use(connection, self._used)

    def call(self, documents: Iterable[tuple[str, str]]) -> None:
        """Load the requested scenarios of documents (kind, key)."""
        places = [_called_as(*document) for document in documents]
        wanted = [place for place in dict.fromkeys(places) if place not in self._called]
        called = rows.called_scenarios(self._connection, self.sandbox, wanted)
        self._called |= {place: called.get(place, "") for place in wanted}

    def named_by_call(self, scenarios_of: Mapping[tuple[str, str], str]) -> None:
        """Set the requested scenarios of documents."""
        self._called |= scenarios_of

    def _first(self, actions: frozenset[Do], about: About) -> Trigger | None:
        for trigger in (*self._of_call(about), *self._of_number(about), *self._triggers):
            if (
                trigger.action.do in actions
                and trigger.acts_at(self.now)
                and self._may(trigger)
                and matches(trigger.match, about.kind, about.order_no, about.key, about.sender)
                and matches_receipt(trigger.match, about.code, about.status)
                and within(trigger.match.share, self.seed, trigger.spec, *_draws(about))
            ):
                return trigger
        return None

    def _use(self, trigger: Trigger) -> None:
        if trigger.times:
            self._used[trigger.id] += 1

    def _of_call(self, about: About) -> tuple[Trigger, ...]:
        place = _called_as(about.kind, about.list_key or about.key)
        if place not in self._called:
            self.call([place])
        scenario = scenarios().get(self._called[place])
        if scenario is None:
            return ()
        for trigger in scenario.triggers:
            self._named[_name(trigger)] = trigger
        return scenario.triggers

    def _of_number(self, about: About) -> tuple[Trigger, ...]:
        return asked_by_number(about.order_no) if self._magic else ()

    def _may(self, trigger: Trigger) -> bool:
        return not trigger.times or self._left.get(trigger.id, 0) > self._used[trigger.id]

    def _reason(self, trigger: Trigger, about: About, values: Mapping[str, str]) -> Reason:
        code = about.code or ANSWER_CODES.get(about.kind, "900")
        receipt = f"{code}.{about.status}" if about.status else code
        where = f".{trigger.action.place or 'before'}" if trigger.action.do is Do.DROP else ""
        where = f".{trigger.action.fault}" if trigger.action.do in FAULTS else where
        return Reason(f"{FORCED}{trigger.action.do}{where}", {"trigger": trigger.label, "receipt": receipt, **values})


def _draws(about: About) -> tuple[str, ...]:
    return (about.drawn_by,) if about.drawn_by else (about.kind, *about.key.split("|"), about.code, about.status)


def _called_as(kind: str, key: str) -> tuple[str, str]:
    """The document whose call determines the scenario: for a tax bill, or a sample, its list."""
    return (KIND_OF_LIST["I"] if kind in {TAX_BILL, SAMPLE} else kind, key)


def _name(trigger: Trigger) -> tuple[str, str]:
    """(label, action) of a trigger."""
    return trigger.label, str(trigger.action.do)


def _list(declaration: ForcedList) -> About:
    kind = "inventory" if declaration.flow == "I" else "export_inventory"
    return About(kind, declaration.key, declaration.order_no, declaration.mailboxes.partition(";")[0])


def of_draft(draft: ReceiptDraft) -> About:
    """The document that a receipt is about."""
    return About(
        draft.kind, draft.key, draft.order_no, draft.mailboxes.partition(";")[0], draft.code, draft.return_status
    )


MAX_CACHED_SANDBOXES = 1_000
"""Maximum number of cached sandboxes; with one more the cache is emptied."""


class TriggerBook:
    """The cached triggers of a window's sandboxes. Reads nothing if nothing was ever forced."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, Sequence[Trigger]]] = {}

    def triggers(self, connection: Connection, sandbox: str, epoch: int) -> Sequence[Trigger]:
        """The triggers of a sandbox at its current epoch, newest first; `left` may be out of date."""
        if not epoch:
            return ()
        known, triggers = self._kept.get(sandbox, (0, ()))
        if known != epoch:
            triggers = [of_row(row) for row in rows.of_sandbox(connection, sandbox)]
            if len(self._kept) >= MAX_CACHED_SANDBOXES:
                self._kept = {}
            self._kept[sandbox] = (epoch, triggers)
        return triggers

    def forced(self, connection: Connection, sandbox: Sandbox, now: int) -> Forced:
        """The triggers for a batch in a sandbox."""
        magic = sandbox.options.magic_values
        if not sandbox.trigger_epoch and not magic:
            return UNFORCED
        triggers = self.triggers(connection, sandbox.name, sandbox.trigger_epoch)
        return Forcing(connection, sandbox.name, sandbox.seed, now, triggers, magic)
