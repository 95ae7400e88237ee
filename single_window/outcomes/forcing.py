"""Forces outcomes in one batch of one sandbox: finds the trigger for each document, counted in the commit of the
outcome.

A batch is planned on what it reads; whether a trigger that acts so many times may still do so is checked as it is
written. Whoever is killed before the commit has forced nothing and counted nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.customs.outcome import LIST
from gateways.forced import ForcedList
from gateways.records import ReceiptDraft, TimelineEvent
from gateways.replies import ANSWERS
from single_window.outcomes.delays import held_back, within
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import TO_LISTS, Do, Trigger, matches, matches_receipt
from single_window.store import triggers as rows

ACTOR, EVENT = "test", rows.FORCED
FORCED = "19901."
"""How the rules begin that name what a trigger forced; what was done stands behind it."""
TAX_BILL = "tax_bill"
LANES = {Do.INSPECT: "inspection", Do.REVIEW: "review"}


class About(NamedTuple):
    """A document: its kind, key, order number, sender, and the code and status of a receipt about it."""

    kind: str
    key: str
    order_no: str
    sender: str
    code: str = ""
    status: str = ""
    drawn_by: str = ""
    """By what a share of such documents is drawn; empty: by its key."""


class Forcing:
    """The triggers of a sandbox at work in one batch."""

    def __init__(self, connection: Connection, sandbox: str, seed: str, now: int, triggers: Sequence[Trigger]) -> None:
        """`triggers`: those of the sandbox, the newest first."""
        self.sandbox, self.seed, self.now = sandbox, seed, now
        self.events: list[TimelineEvent] = []
        self._connection, self._triggers = connection, triggers
        counted = [trigger.id for trigger in triggers if trigger.times]
        self._left = rows.left(connection, counted) if counted else {}
        self._used: Counter[int] = Counter()
        self._called: dict[tuple[str, str], str] = {}
        self._named = {_name(trigger): trigger for trigger in triggers}

    # customs

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """Reasons to reject a list, unless a newer trigger wants it in a lane."""
        about = _list(declaration)
        trigger = self._first(TO_LISTS - {Do.OFFICER}, about)
        if trigger is None or trigger.action.do is not Do.REJECT:
            return ()
        self._use(trigger)
        return [self.reason(trigger, about)]

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """The lane that a list must take, and why."""
        about = _list(declaration)
        trigger = self.take(set(LANES), about)
        return (LANES[trigger.action.do], [self.reason(trigger, about)]) if trigger else ("", ())

    def slower(self, declaration: ForcedList) -> int:
        """Milliseconds by which the automatic officer decides later about a list."""
        about = _list(declaration)
        trigger = self.take({Do.OFFICER}, about)
        if trigger is None:
            return 0
        late = held_back(trigger, self.now, 0, self.seed, trigger.spec, *about.key.split("|"))
        self.note(trigger, about, seconds=f"{late / 1_000:g}")
        return late

    # what forces, and is forced

    def take(self, actions: Iterable[Do], about: About) -> Trigger | None:
        """The trigger that acts on a document in one of these ways, if any; it is counted.

        A scenario that the document's call named comes before those of the sandbox.
        """
        trigger = self._first(frozenset(actions), about)
        if trigger is not None:
            self._use(trigger)
        return trigger

    def note(self, trigger: Trigger, about: About, **values: str) -> None:
        """Note on the timeline what was forced."""
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
        """Why customs or the port decides so; it is noted on the timeline too."""
        self.note(trigger, about)
        return self._reason(trigger, about, {})

    def named(self, reason: Reason) -> Trigger | None:
        """The trigger that a reason names."""
        if not reason.rule.startswith(FORCED):
            return None
        return self._named.get((reason.values["trigger"], reason.rule.removeprefix(FORCED).partition(".")[0]))

    def used(self, trigger: Trigger) -> int:
        """The number of times that a counted trigger has acted."""
        return trigger.times - self._left.get(trigger.id, 0) + self._used[trigger.id]

    def settle(self, connection: Connection) -> None:
        """Count what was used; raises `Conflict` where somebody else used it meanwhile."""
        rows.use(connection, self._used)

    def call(self, documents: Iterable[tuple[str, str]]) -> None:
        """Look up the scenarios of these documents (kind, key) together."""
        places = [_called_as(*document) for document in documents]
        wanted = [place for place in dict.fromkeys(places) if place not in self._called]
        called = rows.called(self._connection, self.sandbox, wanted)
        self._called |= {place: called.get(place, "") for place in wanted}

    def named_by_call(self, scenarios_of: Mapping[tuple[str, str], str]) -> None:
        """Take these documents to be under these scenarios."""
        self._called |= scenarios_of

    def _first(self, actions: frozenset[Do], about: About) -> Trigger | None:
        for trigger in (*self._of_call(about), *self._triggers):
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
        place = _called_as(about.kind, about.key)
        if place not in self._called:
            self.call([place])
        scenario = scenarios().get(self._called[place])
        if scenario is None:
            return ()
        for trigger in scenario.triggers:
            self._named[_name(trigger)] = trigger
        return scenario.triggers

    def _may(self, trigger: Trigger) -> bool:
        return not trigger.times or self._left.get(trigger.id, 0) > self._used[trigger.id]

    def _reason(self, trigger: Trigger, about: About, values: Mapping[str, str]) -> Reason:
        code = about.code or ANSWERS.get(about.kind, "900")
        receipt = f"{code}.{about.status}" if about.status else code
        where = f".{trigger.action.place or 'before'}" if trigger.action.do is Do.DROP else ""
        return Reason(f"{FORCED}{trigger.action.do}{where}", {"trigger": trigger.label, "receipt": receipt, **values})


def _draws(about: About) -> tuple[str, ...]:
    return (about.drawn_by,) if about.drawn_by else (about.kind, *about.key.split("|"), about.code, about.status)


def _called_as(kind: str, key: str) -> tuple[str, str]:
    """The document whose call names the scenario of another: tax bills are under that of their list."""
    return (LIST["I"] if kind == TAX_BILL else kind, key)


def _name(trigger: Trigger) -> tuple[str, str]:
    """The values of a reason about a trigger: its label and its action."""
    return trigger.label, str(trigger.action.do)


def _list(declaration: ForcedList) -> About:
    kind = "inventory" if declaration.flow == "I" else "export_inventory"
    return About(kind, declaration.key, declaration.order_no, declaration.mailboxes.partition(";")[0])


def of_draft(draft: ReceiptDraft) -> About:
    """The document that a receipt is about."""
    return About(
        draft.kind, draft.key, draft.order_no, draft.mailboxes.partition(";")[0], draft.code, draft.return_status
    )
