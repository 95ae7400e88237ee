"""Kinds of decisions as values: what is decided about, which acts are possible now, and what each of them needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations.lifecycle import Transition, lifecycles
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.language import phrases
from single_window.language.words import Words

REASON = "reason"
NOTHING: Mapping[str, Any] = MappingProxyType({})
VALUES: Mapping[str, str] = {
    "amount": "a number, as 1300.00: yuan that a reduction leaves or a guarantee amounts to, or that of a parameter",
    "as_declared": "true: an inspection found every line of goods as declared",
    "findings": "what an inspection found: of each line of goods its number; as_declared, differs or missing; a remark",
    "grade": "a credit grade",
    "since": "the first day, as 2026-04-01",
    "until": "the last day, as 2027-02-28",
    "value": "numbers of a parameter that is a table, by key",
    "lists": "numbers of lists: orderNo, copNo, preNo or invtNo",
}
"""What acts may need beside a reason, and how it is given."""


class Subject(NamedTuple):
    """A subject of decisions, as it stands. `kind`, `id`: as deliveries and the log name it; `version`: what `seen` of
    a decision is compared with; `record`: what the kind knows of it."""

    kind: str
    id: int | str
    label: str
    state: str
    words: Words
    version: int
    record: Any = None


class Act(NamedTuple):
    """An act that is possible now: where it leads and with which receipt (empty: neither, or not known before), and
    what it needs: `reason`, names of `VALUES`. `why`: why it needs a reason, where it would not always; `step`: the
    step of a lifecycle that it is, if it is one."""

    action: str
    words: Words
    to: str = ""
    return_status: str = ""
    needs: tuple[str, ...] = ()
    why: Words | None = None
    step: Transition | None = None


class Requested(NamedTuple):
    """A decision that somebody requests.

    `seen`: the version of the subject that the person saw; 0: any. `values`: by names of `VALUES`. `of_form`: the
    request comes from a form, which has fields of several acts: values that the act does not need are dropped.
    `reason_of`: the action whose prepared reason was chosen in the form; empty: none was chosen."""

    action: str
    reason: str = ""
    seen: int = 0
    values: Mapping[str, Any] = NOTHING
    of_form: bool = False
    reason_of: str = ""


def no_values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The values kept with a decision that needs nothing but a reason: none."""
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionKind:
    """A kind of subject about which is decided.

    `find` takes a connection, a sandbox and a number as people name it, `by_id` the id as the queue names it; both
    raise `NotFound`, or `Refusal` where it names several. `acts` gives what an officer may do now, and why not a given
    action where he may not. `values` checks what an act needs beside a reason, and gives what is kept with the
    decision; raises `Refusal`. `settle` carries the decision out and returns its number, where it is not filed for a
    gateway (a proposal is approved or declined)."""

    subject: str
    """As rights, desks and the log name it, and calls and commands, too."""
    noun: Words
    find: Callable[[Connection, str, str], Subject]
    by_id: Callable[[Connection, str, str], Subject]
    acts: Callable[[Connection, str, Subject], Sequence[Act]]
    why_not: Callable[[Subject, str], str] = lambda subject, action: ""
    values: Callable[[Connection, str, Subject, Requested], Mapping[str, Any]] = no_values
    reason: Callable[[Requested], str] = lambda requested: requested.reason
    """The reason that is kept and read: what was typed, with what follows from the values."""
    settle: Callable[[Context, str, Subject, Requested, Person], int] | None = None
    takes: Sequence[str] = ()
    """Names of `VALUES` that some act of it takes."""
    bulk: Sequence[str] = ()
    """Actions that may be taken about many at once."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """Actions that have another name than the step of the lifecycle that they are."""
    lifecycle: Callable[[Subject], str] = lambda subject: subject.kind
    """The lifecycle of a subject."""

    def words_of(self, action: str, lifecycle: str) -> Words:
        """An action in the words of its step; those of acts that belong to no lifecycle otherwise."""
        step = self.steps.get(action, action)
        named = phrases.act(step, lifecycle) if lifecycle in lifecycles() else None
        return phrases.phrase("other_act", action) if named is None or named.zh == step else named


def act_of(step: Transition, action: str = "") -> Act:
    """A step of a lifecycle as an act; `action`: what it is called where that is another name."""
    needs = tuple(REASON if need == "reason_given" else need for need in step.needs)
    return Act(action or step.action, Words(step.zh, step.en), step.to, step.return_status, needs, step=step)
