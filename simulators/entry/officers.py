"""Interface for simulated officers: the queue of a sandbox, and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Event
from typing import NamedTuple

from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases import queue
from single_window.clock import monotonic
from single_window.frame.commands import on_data
from single_window.frame.commands.call import Call
from single_window.language.phrases import of_reason
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.settings import Settings
from single_window.store import case_queue
from single_window.store.decisions import DecisionState
from single_window.store.engine import reading
from single_window.store.subjects import PROPOSAL
from single_window.wiring import Window
from single_window.work import advancing, filing

ANSWERED_WITHIN = 60.0
"""Seconds to wait for the answer to a decision."""
OFTEN, RARELY = 0.02, 0.5
"""Poll intervals in seconds while other processes work."""


class OfficeCase(NamedTuple):
    """A case as an officer sees it. `rules`: codes of its reasons. For a proposal `about` is its subject, `proposed`
    the action, and `before` the subject's state.
    """

    subject: str
    id: str
    number: str
    state: str
    flow: str
    rules: tuple[str, ...]
    desk: str
    about: str = ""
    proposed: str = ""
    before: str = ""


class DecisionReply(NamedTuple):
    """The result of a decision: "done", "proposed", "declined", "withdrawn", "refused", or "filed" without an answer
    yet; `why`: reason of a refusal."""

    state: str
    why: str = ""


class Office:
    """The queue of a sandbox for officers.

    `others`: another process or thread carries decisions out. `stop`: an event that ends all waits.
    """

    def __init__(self, window: Window, sandbox: str, others: bool = False, stop: Event | None = None) -> None:
        self.window, self.sandbox, self.others, self.stop = window, sandbox, others, stop or Event()
        self._held: dict[str, case_queue.QueuedCase] = {}

    @property
    def now(self) -> int:
        """The sandbox's instant."""
        return self.window.now(self.sandbox)

    def take(self, officer: str, role: str, but: Iterable[tuple[str, str]] = ()) -> OfficeCase | None:
        """Assign an officer his next case; `but`: (subject, id) of cases to skip."""
        taken = queue.take_next(self.window, self.sandbox, Person(officer, role), but=list(but))
        if taken is None:
            return None
        self._held[officer] = taken
        rules = tuple(reason.rule for reason in taken.reasons)
        case = OfficeCase(taken.subject, taken.subject_id, taken.number, taken.state, taken.flow, rules, taken.desk)
        if case.subject != PROPOSAL:
            return case
        about = filing.outcome(self.window, self.sandbox, int(case.id))
        return case._replace(about=about.subject, proposed=about.action, before=about.before)

    def decide(self, officer: str, role: str, action: str, reason: str) -> DecisionReply:
        """Decide an assigned case and wait for the answer; if it is not carried out, release the case."""
        case, who = self._held.pop(officer), Person(officer, role)
        try:
            answer = self._answer(queue.decide(self.window, self.sandbox, case, action, reason, who))
        except (NotFound, Refusal, Lacking) as refused:
            answer = DecisionReply("refused", str(refused))
        queue.release_cases(self.window, self.sandbox, who, [case.key])
        return answer

    def let_go(self, officer: str, role: str) -> None:
        """Release an assigned case."""
        queue.release_cases(self.window, self.sandbox, Person(officer, role), [self._held.pop(officer).key])

    def wait(self, until: int) -> bool:
        """Wait until an instant of the sandbox; a frozen clock is advanced. False: `stop` was set."""
        while not self.stop.is_set() and (left := until - self.now) > 0:
            clock = self.window.sandbox(self.sandbox).clock
            rate = Decimal(1) if clock.kind == "system" else clock.rate
            if rate:
                self.stop.wait(min(RARELY, float(left / rate) / 1_000))
            else:
                advancing.advance(self.window, self.sandbox, until, self._settle, self.others)
        return not self.stop.is_set()

    def waiting(self) -> dict[str, int]:
        """Desk → number of waiting cases."""
        with reading(self.window.engine) as connection:
            return dict(case_queue.counts(connection, self.sandbox, now=self.now))

    def _answer(self, number: int) -> DecisionReply:
        begun, decided = monotonic(), filing.outcome(self.window, self.sandbox, number)
        while decided.waiting and monotonic() - begun < ANSWERED_WITHIN and not self.stop.is_set():
            self._settle()
            decided = filing.outcome(self.window, self.sandbox, number)
        why = (
            "; ".join(of_reason(reason).en for reason in decided.answer)
            if decided.state == DecisionState.REFUSED
            else ""
        )
        return DecisionReply(str(decided.state), why)

    def _settle(self) -> None:
        if self.others:
            self.stop.wait(OFTEN)
        else:
            self.window.settle()


@contextmanager
def office(settings: Settings, sandbox: str) -> Iterator[Office]:
    """The queue of an existing sandbox, also while another process works on the data.

    Raises `NoData` without a database, `UnknownSandbox`.
    """
    call = Call(settings, sandbox, False, "en")
    call.need_data()
    with on_data.window(call) as window:
        window.sandbox(sandbox)
        yield Office(window, sandbox, call.running_url is not None)
