"""Acts that each of several listed cases allows together with others, and why it does not allow the rest.

States and rights need no query, so that cases about which nothing is open are not read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF, OFFICER, Transition, all_lifecycles
from gateways.decisions import SubjectKind
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.decision_kinds import Act, DecisionKind
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.words import Words
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.desks import desks
from single_window.store.subjects import PROPOSAL

Hindrances = Mapping[str, Words | None]
"""Act, with its kind of subject in front (`declaration.reject`) → why a case does not allow it; None: it does."""


class ActSets(NamedTuple):
    """The acts of listed cases, each set of them told once. `sets`: acts separated by spaces, a hindered one with `=`
    and the place of its reason in `whys`, one that a second officer has to approve with `+`; `of`: case → place of its
    set."""

    sets: Sequence[str]
    whys: Sequence[Words]
    of: Mapping[Key, int]


def by_subject(cases: Sequence[QueuedCase]) -> Mapping[str, Sequence[QueuedCase]]:
    """Kind of subject → the cases of that kind."""
    found: dict[str, list[QueuedCase]] = {}
    for case in cases:
        found.setdefault(case.subject, []).append(case)
    return found


def hindrances_of_cases(
    connection: Connection, sandbox: str, cases: Sequence[QueuedCase], who: Person, clock: int
) -> Mapping[Key, Hindrances]:
    """Return the acts that the person may take on each of the listed cases together with others now, and why not the
    rest. `clock`: the machine's instant, by which another officer holds a case."""
    made: dict[Key, Hindrances] = {}
    for subject, of_kind in by_subject(cases).items():
        kind = DECISION_KINDS.get(subject)
        singly = kind.singly(connection, sandbox, of_kind) if kind is not None and kind.bulk else {}
        for case in of_kind:
            stands, held = singly.get(case.subject_id, {}), _held_by_another(case, who, clock)
            made[case.key] = {
                f"{subject}.{action}": hindrance(kind, case, action, who) or stands.get(action) or held
                for action in (kind.bulk if kind is not None else ())
                if kind is not None
            }
    return made


def second_eyes_of_cases(cases: Sequence[QueuedCase], who: Person) -> Mapping[Key, frozenset[str]]:
    """Return the acts of each case that a second officer has to approve: these become proposals."""
    return {
        case.key: frozenset(
            f"{case.subject}.{action}"
            for action in acts_for_many(case.subject)
            if rights.second(who, case.subject, action, facts_of(case)) is not None
        )
        for case in cases
    }


def acts_for_many(subject: str) -> Sequence[str]:
    """The acts of a kind of subject that are taken about many cases together."""
    return DECISION_KINDS[subject].bulk if subject in DECISION_KINDS else ()


def facts_of(case: QueuedCase) -> rights.CaseFacts:
    """The facts of a listed case by which rights are decided: what is at stake of a claim is its refund."""
    stake = case.tax if case.subject == SubjectKind.REFUND_CLAIM else 0
    return rights.CaseFacts(case.state, stake, frozenset(reason.rule for reason in case.reasons))


def act_sets(
    found: Mapping[Key, Hindrances], offered: Collection[str], second: Mapping[Key, Collection[str]]
) -> ActSets:
    """Gather the sets of acts of listed cases, as far as they are among the `offered`. `second`: those of each case
    that a second officer has to approve."""
    sets, whys = dict[str, int](), dict[Words, int]()
    of = {}
    for key, acts in found.items():
        named = [
            f"{name}{'+' if name in second[key] else ''}"
            if why is None
            else f"{name}={whys.setdefault(why, len(whys))}"
            for name, why in acts.items()
            if name in offered
        ]
        of[key] = sets.setdefault(" ".join(named), len(sets))
    return ActSets(tuple(sets), tuple(whys), of)


def hindrance(kind: DecisionKind, case: QueuedCase, action: str, who: Person) -> Words | None:
    """Why a case's state or the person's rights do not allow an act that needs nothing but a reason; None: they do."""
    if kind.subject == PROPOSAL:
        right = desks()[case.desk].right
        return None if rights.allows(who, right, case.office) else rights.Lacking(who, [right]).words
    step = kind.steps.get(action, action)
    if step not in [possible.action for possible in steps_of(case)]:
        return _elsewhere(case, step)
    if (case.state, action) in kind.alone:
        return phrases.phrase("label", "decided_alone")
    if not deciding.open_acts(who, case.subject, case.state, case.office, [Act(action, words_of(kind, action))]):
        return rights.Lacking(who, rights.rights_to(case.subject, action, case.state)).words
    return None


def _held_by_another(case: QueuedCase, who: Person, clock: int) -> Words | None:
    """Say who else has taken a case; None if it is free or the person's own."""
    if case.assignee in ("", who.name) or case.lease_until < clock:
        return None
    return phrases.phrase("label", "taken_by_another").filled(by=case.assignee)


def steps_of(case: QueuedCase) -> Sequence[Transition]:
    """The steps of officers that the state of a case allows."""
    return lifecycle.allowed_transitions(case.state, OFFICER, _lives(case), _flow(case))


def words_of(kind: DecisionKind, action: str) -> Words:
    """The words for an act about many cases of a kind."""
    return act_words(action) if kind.subject == "request" else kind.words_of(action, kind.subject)


def _elsewhere(case: QueuedCase, action: str) -> Words:
    """Say in which states an act is possible that is not in this one."""
    steps = all_lifecycles()[_lives(case)].transitions if _lives(case) in all_lifecycles() else ()
    sources = [
        name
        for step in steps
        if step.action == action and OFFICER in step.by and step.flow in ("", _flow(case) or step.flow)
        for name in step.sources
    ]
    if not sources:
        return phrases.phrase("label", "of_no_state")
    return phrases.possible_in(dict.fromkeys(sources), _lives(case))


def _lives(case: QueuedCase) -> str:
    return LIFECYCLE_OF.get(case.kind, case.subject)


def _flow(case: QueuedCase) -> str:
    return case.flow if case.subject == "declaration" else ""
