"""Acts that an officer may look for on a case and not find: each with why it is missing and what makes it possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.lifecycle import OFFICER, Transition, all_lifecycles, allowed_transitions
from single_window.accounts import rights
from single_window.frame.decision_kinds import Act, MissingAct
from single_window.frame.pages.keys import KEYS
from single_window.frame.pages.persons import current_person
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.decisions import StoredDecision

NOT_LOOKED_FOR = frozenset({"ask", "withdraw", "remind"})
"""Acts that a case has while a question is open, or none is; what is asked stands on its page."""


def page_words() -> dict[str, Any]:
    """Return what templates call."""
    return {"missing_acts": missing_acts, "acts_held_back": acts_held_back}


def acts_held_back(proposed: StoredDecision, flow: str = "") -> list[Words]:
    """Return the acts that the visitor could take if no proposal about the subject waited; `flow`: I or E of a
    list."""
    if proposed.subject not in all_lifecycles():
        return []
    steps = allowed_transitions(proposed.before, OFFICER, proposed.subject, flow) if proposed.before else ()
    person, state = current_person(), proposed.before
    mine = [step for step in steps if rights.may_act(person, proposed.subject, step.action, "", state)]
    return [Words(step.zh, step.en) for step in mine if step.action in KEYS]


def missing_acts(offered: Sequence[Act], subject: str, office: str, state: str, flow: str = "") -> list[MissingAct]:
    """Return the acts that are not offered of a subject: those that are in vain, or another's to take, and those of
    other states that the visitor may take there. `offered`: those that are possible in this state; `flow`: I or E of a
    list."""
    person = current_person()
    found = [
        MissingAct(act.action, act.words, act.hindered or phrases.phrase("label", "not_as_things_stand"), True)
        for act in offered
        if act.vain and rights.may_act(person, subject, act.action, office, state)
    ]
    found += [
        MissingAct(
            act.action, act.words, rights.Lacking(person, rights.rights_to(subject, act.action, state)).words, True
        )
        for act in offered
        if not rights.may_act(person, subject, act.action, office, state)
    ]
    return [*found, *_of_other_states(offered, subject, office, state, flow)] if offered else []


def _of_other_states(offered: Sequence[Act], subject: str, office: str, state: str, flow: str) -> list[MissingAct]:
    if subject not in all_lifecycles():
        return []
    lives, here = all_lifecycles()[subject], {act.step.action if act.step else act.action for act in offered}
    steps: dict[str, list[Transition]] = {}
    for step in lives.transitions:
        if step.action in KEYS and OFFICER in step.by and step.flow in ("", flow or step.flow):
            steps.setdefault(step.action, []).append(step)
    return [
        MissingAct(action, Words(of[0].zh, of[0].en), why, False)
        for action, of in steps.items()
        if action not in here | NOT_LOOKED_FOR
        and rights.may_act(current_person(), subject, action, office)
        and (why := _why(action, of, subject, state)) is not None
    ]


def _why(action: str, steps: Sequence[Transition], subject: str, state: str) -> Words | None:
    """Say in which states an act is possible, or what it waits for in this one; None if the case itself says so."""
    states = dict.fromkeys(name for step in steps for name in step.sources)
    if state in states:
        waits = f"missing_{action}"
        return phrases.phrase("label", waits) if waits in phrases.book()["label"] else None
    return phrases.possible_in(states, subject)
