"""The course of cases that an agency opens about what it finds: their numbers, steps, events and notices.

What a case is about, and who is told of it, is the agency's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from declarations import lifecycle
from declarations.lifecycle import Transition
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import CaseReference
from gateways.topics.shared import Decision

OPEN, ACCEPTED = "open", "accepted"
QUESTIONS = frozenset({"ask", "remind", "withdraw"})
"""Acts by which an officer asks the company of a case; the window keeps the question, and the case stays as it is."""


class FoundCase(Protocol):
    """A case of an agency about something that it found; `key`: by which the same is known again."""

    case_no: str
    state: str
    key: str
    ended_at: int
    decided_by: str
    reasons: tuple[Reason, ...]


class CaseCourse(NamedTuple):
    """The course of the cases of a kind, by whose name their lifecycle goes, too."""

    kind: str
    by: str
    """Who acts in their timelines when no officer does."""
    events: str
    """What the names of their events begin with."""
    advice: str = ""
    """The code of the message by which companies are told of them; empty: they are not."""
    waiting: Collection[str] = (OPEN,)
    """The states in which a case still waits for what it is about to be explained."""

    def reference(self, number: str) -> CaseReference:
        """Return a case of this kind, by its number, as receipts and events name it."""
        return CaseReference(self.kind, number, number)

    def note(
        self, number: str, what: str, state: str, reasons: Sequence[Reason], desk: Desk[Any], by: str = ""
    ) -> None:
        """Add an event to a case's timeline: what happened, the state that it led to, and who did it."""
        event = self.reference(number).event(f"{self.events}_{what}", state, desk.now, reasons, actor=by or self.by)
        desk.add_event(event)

    def tell(
        self,
        company: str,
        number: str,
        status: str,
        text: Reason,
        fields: Mapping[str, str],
        desk: Desk[Any],
        once: str,
    ) -> None:
        """Tell a company of a case, with those fields that say something: once a case for each `once`."""
        kept = {name: value for name, value in fields.items() if value}
        desk.notify(company, self.reference(number).receipt("", status, 0, text, kept, code=self.advice), once=once)

    def question(
        self,
        company: str,
        number: str,
        state: str,
        decision: Decision,
        fields: Mapping[str, str],
        desk: Desk[Any],
    ) -> None:
        """Carry out an act about a question in a case that is in `state`: tell the company its words and note it; the
        case stays in its state, with its reasons. Raises `lifecycle.NotAllowed`."""
        made = lifecycle.transition_of(state, decision.action, self.kind)
        text = made.receipt_text(decision.reason)
        once = f"{decision.action}|{decision.id}"
        self.tell(company, number, made.return_status, text, fields, desk, once=once)
        about = self.reference(number)
        desk.add_event(about.event(f"question_{decision.action}", made.to, desk.now, (text,), actor=decision.by))

    def open(self, case: FoundCase, desk: Desk[Any]) -> None:
        """Note and store a new case."""
        self.note(case.case_no, case.state, case.state, case.reasons, desk)
        desk.repository.put_case(case)

    def step(
        self,
        case: FoundCase,
        action: str,
        desk: Desk[Any],
        *,
        reason: str = "",
        values: Mapping[str, str] | None = None,
        by: str = "",
    ) -> tuple[Transition, Reason]:
        """Apply an action of the lifecycle to a case, note and store it; return the step and its text. `reason` is an
        officer's, `values` are those of the text. Raises `lifecycle.NotAllowed`."""
        made = lifecycle.transition_of(case.state, action, self.kind)
        text = made.receipt_text(reason, values)
        case.state = made.to
        if lifecycle.state_of(case.state, self.kind).final:
            case.ended_at, case.decided_by = desk.now, by or self.by
        self.note(case.case_no, action, case.state, (text,), desk, by)
        desk.repository.put_case(case)
        return made, text

    def settle(
        self,
        known: Sequence[FoundCase],
        now: Mapping[str, Reason],
        desk: Desk[Any],
        *,
        found: Callable[[str], object],
        gone: Callable[[Any], object],
    ) -> None:
        """Compare the cases about something with what is found now, by key.

        What is new opens a case (`found`, with its key), another reason renews it, what is gone clears it (`gone`, with
        the case); what an officer has accepted stays accepted as long as it says the same."""
        accepted = [(case.key, case.reasons) for case in known if case.state == ACCEPTED]
        waiting = {case.key: case for case in known if case.state in self.waiting}
        for key, reason in now.items():
            if (case := waiting.get(key)) is None:
                if (key, (reason,)) not in accepted:
                    found(key)
            elif case.reasons != (reason,):
                self._renew(case, reason, desk)
        for key, case in waiting.items():
            if key not in now:
                gone(case)

    def _renew(self, case: FoundCase, reason: Reason, desk: Desk[Any]) -> None:
        case.reasons = (reason,)
        self.note(case.case_no, "renew", case.state, case.reasons, desk)
        desk.repository.put_case(case)


def free_number(letters: str, about: str, taken: Collection[str], desk: Desk[Any]) -> str:
    """Return the first `case_number` of what a case is about that none of its like has (`taken`)."""
    numbers = (case_number(letters, f"{about}|{place}", desk) for place in range(len(taken) + 1))
    return next(number for number in numbers if number not in taken)


def case_number(letters: str, about: str, desk: Desk[Any]) -> str:
    """Return the number of a case that begins today: letters, day, and what follows from what it is about, so that a
    sandbox that is played again gives it once more. `about` must not name what the window numbered."""
    return f"{letters}{desk.day:%Y%m%d}{sha256(about.encode()).hexdigest()[:10].upper()}"
