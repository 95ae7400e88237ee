"""Demands at the start that every agency is whole: what one layer declares, the others have under the same name.

A piece that was forgotten, or whose name is misspelt, would else be missed when the first case needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from declarations.lifecycle import LIFECYCLE_OF, all_lifecycles
from gateways.agency import Agency, agencies, subjects
from schemas import catalogue, fragments
from single_window.accounts import rights
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.store.desks import desks
from single_window.store.subjects import PARKED, PROPOSAL, QUALITY_CHECK
from single_window.work.whole_texts import missing_forms, missing_schemas, missing_texts, unknown_events


def demand_whole(topics: Mapping[str, Iterable[str]]) -> None:
    """Raise `LookupError` that names every missing piece of an agency, and where it is looked for; `topics`: the names
    of its topics, by agency."""
    lacking = [*_strangers(), *_unknown_subjects(), *_unknown_states()]
    for agency in agencies().values():
        lacking += [*_missing_of(agency), *missing_texts(agency, topics[agency.name])]
    lacking += [*missing_schemas(), *missing_forms(), *unknown_events()]
    if lacking:
        raise LookupError("; ".join(lacking))


def _strangers() -> Iterator[str]:
    known = ", ".join(agencies())
    for folder in fragments.folders():
        if folder not in agencies():
            yield f"schemas/gateway/{folder} belongs to no agency; there are: {known}"
    for file in fragments.strangers():
        yield f"schemas/gateway/{file} is none of {', '.join(fragments.NAMES)}, and no table of a message"
    for entry in catalogue.entries():
        if entry.handling is not None and entry.handling.gateway not in agencies():
            yield f"the message {entry.code} is for {entry.handling.gateway!r}, which is no agency; there are: {known}"


def _unknown_subjects() -> Iterator[str]:
    for desk in desks().values():
        for subject in desk.subjects.keys() - subjects().keys() - {PROPOSAL, PARKED, QUALITY_CHECK}:
            yield f"[desk.{desk.name}] names the subject {subject!r}, which no AGENCY has"


def _unknown_states() -> Iterator[str]:
    lives = {subject: life for agency in agencies().values() for subject, life in agency.subjects.items()}
    for desk in desks().values():
        for subject in desk.subjects.keys() & lives.keys():
            name = LIFECYCLE_OF.get(lives[subject], lives[subject])
            known = all_lifecycles()[name].states if name in all_lifecycles() else {}
            for state in [state for state in desk.subjects[subject] if known and state not in known]:
                yield f"[desk.{desk.name}] waits in {state!r}, which {subject} does not have: {', '.join(known)}"


def _missing_of(agency: Agency) -> Iterator[str]:
    home = f"gateways/{agency.name}"
    for life in dict.fromkeys((*agency.subjects.values(), *agency.lives)):
        if life not in all_lifecycles() and life not in LIFECYCLE_OF:
            yield f"{home} names the lifecycle {life!r}, which declarations/*/lifecycle.toml do not have"
    if agency.name not in phrases.book()["stage"]:
        yield f"{home}/words.toml has no {agency.name} in [stage]: what its late work is called"
    acted = {subject for subject, _ in rights.book().acts}
    for subject in agency.subjects:
        if subject not in acted:
            yield f"{home}/officers.toml has no [act.{subject}]: nobody may decide about it"
    for subject, action in rights.book().acts:
        if subject in agency.subjects and act_words(action).zh == action:
            yield f"{home}/words.toml has no {action} in [other_act]: what the act about a {subject} is called"
    groups = phrases.book()["parameter_group"]
    for group in agency.parameters.keys() - groups.keys():
        yield f"{home} puts dated values into the group {group!r}, which is none of {', '.join(groups)}"
