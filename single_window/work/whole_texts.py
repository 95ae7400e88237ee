"""Demands at the start that the texts of agencies are there: sentences, remedies, words, schemas of messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from declarations.lifecycle import LIFECYCLE_OF, all_lifecycles
from gateways.agency import Agency
from schemas import catalogue, receipt_texts
from schemas.codes import return_statuses
from schemas.epcis.own_events import goods_steps, taken_back
from schemas.message_types import HERE
from schemas.remedies import NOTHING, remedy
from single_window.language import phrases
from single_window.store.desks import desks


def missing_schemas() -> Iterator[str]:
    """Yield a sentence for each schema of a message that is not there, with the command that writes it."""
    for entry in catalogue.entries():
        for file in dict.fromkeys(map(entry.schema_file, entry.editions)):
            if not file.is_file():
                where = file.relative_to(HERE.parent).as_posix()
                yield f"{where} is missing: `python -m tests.own_messages` writes it from the table of {entry.code}"


def missing_texts(agency: Agency, topics: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each text that an agency with these topics lacks, with the file that is to have it."""
    for code in receipt_texts.own_codes(agency.name):
        if remedy(code) is NOTHING:
            yield f"schemas/gateway/{agency.name}/remedies.toml has nothing for {code}: a remedy, or it in [informing]"
    yield from _untold(agency)
    words = f"gateways/{agency.name}/words.toml"
    for topic in topics:
        if topic.startswith("deadline.") and topic not in phrases.book()["deadline"]:
            yield f"{words} has no {topic!r} in [deadline]: what is due then"
    for subject, states in _waiting(agency):
        lives = LIFECYCLE_OF.get(agency.subjects[subject], agency.subjects[subject])
        names = {subject, *(kind for kind, life in LIFECYCLE_OF.items() if life == lives)}
        wanted = {*names, *(f"{name}.{state}" for name in names for state in states)}
        if not wanted & phrases.book()["why_case"].keys():
            yield f"{words} has no {subject} in [why_case]: why a case waits that has no reason of its own"


def _untold(agency: Agency) -> Iterator[str]:
    """Steps of an agency's lifecycles of which participants could not be told."""
    for life in dict.fromkeys(LIFECYCLE_OF.get(name, name) for name in (*agency.subjects.values(), *agency.lives)):
        for step in all_lifecycles()[life].transitions if life in all_lifecycles() else ():
            named = f"{step.action} of the lifecycle {life}"
            if step.words and step.words not in receipt_texts.texts():
                yield f"{named} is told by {step.words}, of which no receipt_texts.csv has words"
            if step.return_status and return_statuses.get(step.return_status) is None:
                yield f"{named} has the status {step.return_status}, which customs do not have"


def unknown_events() -> Iterator[str]:
    """Yield a sentence for each event of goods that is no step of anything: nothing would ever tell it."""
    written = {name for group, names in phrases.book().items() if group.startswith("event") for name in names}
    for table, rows in (("goods_steps.csv", goods_steps()), ("taken_back.csv", taken_back())):
        for kind, event in rows:
            lives = all_lifecycles().get(LIFECYCLE_OF.get(kind, kind))
            acts = {step.action for step in lives.transitions} if lives is not None else set()
            if event not in written and event.partition("_")[2] not in acts:
                yield f"schemas/epcis/{table} names the event {event!r} of {kind}, which nothing writes into a timeline"


def missing_forms() -> Iterator[str]:
    """Yield a sentence for each code that has only one of the two sentences for why its case waits."""
    long, short = (phrases.book()[section].keys() for section in ("why", "why_short"))
    for code in sorted(long ^ short):
        section = "why_short" if code in long else "why"
        yield f"{code} has a sentence for why its case waits, but none in [{section}] of the same words.toml"


def _waiting(agency: Agency) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The subjects of an agency that wait at a desk, with the states in which they do."""
    for desk in desks().values():
        yield from ((subject, states) for subject, states in desk.subjects.items() if subject in agency.subjects)
