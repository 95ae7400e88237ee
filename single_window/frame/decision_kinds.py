"""Kinds of decisions as values: the subject, the acts that are possible now, and the values that each act needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, Transition, all_lifecycles, allowed_transitions
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.case_queue import QueuedCase

if TYPE_CHECKING:
    from single_window.store.decisions import StoredDecision

REASON = "reason"
NOTHING: Mapping[str, Any] = MappingProxyType({})
VALUES: Mapping[str, str] = {
    "amount": "a number, as 1300.00: yuan that a reduction leaves or a guarantee amounts to, or that of a parameter",
    "as_declared": "true: an inspection found every line of goods as declared",
    "findings": "found by an inspection: of each line of goods its number; as_declared, differs or missing; a remark; "
    "if counted, the quantity in the declared unit, as the text 6 or 0.5",
    "grade": "a credit grade",
    "since": "the first day, as 2026-04-01",
    "until": "the last day, as 2027-02-28",
    "value": "numbers of a parameter that is a table, by key",
    "choice": "of a quality check: the act that you would have taken, as conclude",
    "profile": "the rule of a risk profile, as: title=化妆品; lane=inspect; share=0.4; goods=3304,3303; value_from=500",
    "questions": "what the declarant is asked: a list of texts in Chinese, at most 9, sent together",
    "due": "the day by which he is to answer, as 2026-12-04; by default after some working days",
    "returns": "what should come back: explanation, files, message, by blanks",
    "silence": "what happens without an answer: decide (on what there is) or refuse",
    "method": "how a value is re-determined: undiscounted, identical, similar, deductive, computed or reasonable",
    "prices": "re-determined prices of a declared unit, in yuan, by line number",
    "cosmetics": "of each line of cosmetics without a readable net content, by its number: high_end or other",
    "quantity": "the quantity of a sample that the site took, in the declared unit, as 2 or 0.5",
    "seal": "the number of the seal of a sample",
    "kept": "the part of a sample that is kept in reserve; empty: none",
    "storage": "the place where that part is kept, at most 100 characters",
    "photo": "SHA-256 of a picture of a sample, one of the files of its case; empty: none",
    "lists": "numbers of lists: orderNo, copNo, preNo or invtNo",
}
"""The values that an act may need beside a reason, with their format."""


class Subject(NamedTuple):
    """A subject of decisions in its current state. `kind` and `id`: its names in deliveries and in the log. `version`:
    `seen` of a decision is compared with it. `record`: the subject as its own package reads it."""

    kind: str
    id: int | str
    label: str
    state: str
    words: Words
    version: int
    record: Any = None


class MissingAct(NamedTuple):
    """An act that is not offered, with its reason; `here`: it would be possible in the state of the case."""

    action: str
    words: Words
    why: Words
    here: bool


class Act(NamedTuple):
    """An act that is possible now: the state it leads to and its receipt's status (empty: none, or not known yet), and
    what it needs: `reason` or names of `VALUES`. `why`: why it needs a reason in this case. `step`: its lifecycle step,
    if it has one. `tells`: code and values of its receipt, if these are not those of its step; a reason is left out."""

    action: str
    words: Words
    to: str = ""
    return_status: str = ""
    needs: tuple[str, ...] = ()
    why: Words | None = None
    vain: bool = False
    """True if its gateway would refuse it as things stand: it is not offered."""
    hindered: Words | None = None
    """Why it is in vain, and what would make it possible."""
    step: Transition | None = None
    tells: tuple[str, Mapping[str, str]] | None = None


GAP = "…"
"""Placeholder for an officer's reason, in what is told of an act before it is carried out."""


class Requested(NamedTuple):
    """A decision that somebody requests.

    `seen`: the version of the subject that the person saw; 0: any. `values`: by names of `VALUES`. `of_form`: the
    request comes from a form, which has fields of several acts: values that the act does not need are dropped.
    `prepared_for`: the action that the prepared reason chosen in the form belongs to; empty: none was chosen."""

    action: str
    reason: str = ""
    seen: int = 0
    values: Mapping[str, Any] = NOTHING
    of_form: bool = False
    prepared_for: str = ""


def no_values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """No values, for decisions that need only a reason."""
    return NOTHING


Singly: TypeAlias = Mapping[str, Mapping[str, Words]]
"""Id of a case → bulk actions that it does not allow as things stand, or not without a reason of its own, and why."""


def nothing_singly(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Singly:
    """No acts, for kinds whose cases of one state allow the same."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """An act that makes a new subject, such as opening a batch; its gateway gets the decision with subject id 0.

    `values` checks the requested values, by the names in `takes`, and returns those to store; raises `Refusal`. `made`
    finds what a decision has made; None if there is nothing (yet)."""

    action: str
    words: Words
    takes: Mapping[str, str]
    """The name of each value that it needs -> its format."""
    values: Callable[[Context, str, Mapping[str, Any]], Mapping[str, Any]]
    made: Callable[[Connection, str, StoredDecision], Subject | None]
    number: Callable[[Subject], str] = lambda subject: subject.label
    """The number by which people and `DecisionKind.find` know what was made."""
    reasoned: bool = False
    """True if it needs a reason, whoever does it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The names that a request must have."""
        return (*self.takes, REASON) if self.reasoned else tuple(self.takes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionKind:
    """A kind of subjects of decisions.

    `find` reads a subject by the number that people know, `by_id` by the id in the queue; both raise `NotFound`, or
    `Refusal` if several subjects match. `acts` returns the acts possible now; `why_not` explains why an action is not.
    `values` checks the values of a request and returns those to store; raises `Refusal`. `settle` is set for kinds
    whose decisions are not filed for a gateway (proposals): it carries the decision out, or files it for the machine's
    instant that it is given (0: at once), and returns the number of the decision whose answer tells the outcome."""

    subject: str
    """The name in rights, desks, the log, calls and commands."""
    noun: Words
    find: Callable[[Connection, str, str], Subject]
    by_id: Callable[[Connection, str, str], Subject]
    acts: Callable[[Connection, str, Subject], Sequence[Act]]
    why_not: Callable[[Subject, str], str] = lambda subject, action: ""
    values: Callable[[Connection, str, Subject, Requested], Mapping[str, Any]] = no_values
    reason: Callable[[Requested], str] = lambda requested: requested.reason
    """The reason to store: the requested reason, completed from the values."""
    chosen: Callable[[Mapping[str, Any]], str] = lambda values: ""
    """What the values to store say that no reason has to say: it stands behind the stored reason."""
    settle: Callable[[Context, str, Subject, Requested, Person, int], int] | None = None
    may: Callable[[Connection, str, Subject, str, Person], bool] | None = None
    """Whether a person may take an act, for kinds whose acts are no rows of the table of rights (proposals)."""
    takes: Sequence[str] = ()
    """Names of `VALUES` that acts of this kind accept."""
    bulk: Sequence[str] = ()
    """Actions that may be taken about many subjects at once."""
    alone: Collection[tuple[str, str]] = ()
    """(state, action) of those that need more than a reason there, so that each subject is decided by itself."""
    singly: Callable[[Connection, str, Sequence[QueuedCase]], Singly] = nothing_singly
    """Of cases of the queue."""
    at_once: Collection[str] = ()
    """Actions that are sent at once also from a page, because others follow them and undo them."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """Action -> lifecycle step, where the names differ."""
    lifecycle: Callable[[Subject], str] = lambda subject: subject.kind
    """The name of a subject's lifecycle."""
    creations: Sequence[Creation] = ()
    """The acts that make a new subject of this kind."""

    def words_of(self, action: str, lifecycle: str) -> Words:
        """The words for an action: those of its lifecycle step, or of the phrase `other_act` if it has none."""
        step = self.steps.get(action, action)
        named = phrases.act(step, lifecycle) if lifecycle in all_lifecycles() else None
        return phrases.phrase("other_act", action) if named is None or named.zh == step else named


def finder(
    kind: str, find: Callable[[Connection, str, str], Any], number: str = "case_no"
) -> Callable[[Connection, str, str], Subject]:
    """Return what finds a case of a kind as a subject, by the number or id by which `find` finds its row; `number`: the
    field by which people know it."""

    @wraps(find)
    def found(connection: Connection, sandbox: str, given: str) -> Subject:
        row = demand_found(find(connection, sandbox, given), given, sandbox)
        words = phrases.state(row.state, kind)
        return Subject(kind, row.id, getattr(row, number), row.state, words, row.version, row)

    return found


def officers_acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """Return the acts of an officer that a subject's lifecycle allows in its state."""
    return [act_of(step) for step in allowed_transitions(subject.state, OFFICER, subject.kind)]


def act_of(step: Transition, action: str = "") -> Act:
    """A lifecycle step as an act; `action`: its name, if it differs from the step's."""
    needs = tuple(REASON if need == "reason_given" else need for need in step.needs)
    return Act(action or step.action, Words(step.zh, step.en), step.to, step.return_status, needs, step=step)
