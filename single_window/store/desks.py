"""The desks of officers: which subjects in which states wait at which, and until when they are to be decided."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from declarations.calendar import DAY, day_of, instant_of
from declarations.working_days import add_working_days
from single_window.language.words import Words

NEVER = instant_of(date(9999, 12, 31))
"""The due instant of what waits for its declarant: behind all others, and never past."""


class CaseDesk(NamedTuple):
    """A desk; `subjects`: a kind of subject → the states in which one waits here; `right`: what its officers may;
    `requests`: the kinds of requests that do; `watched`: its cases end by themselves, and are not assigned in turn;
    `paused`: the states in which a subject waits for its declarant, so that nothing is due."""

    name: str
    zh: str
    en: str
    subjects: Mapping[str, tuple[str, ...]]
    right: str
    working_days: int
    requests: tuple[str, ...] = ()
    watched: bool = False
    paused: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """Its name."""
        return Words(self.zh, self.en)

    def due(self, now: int) -> int:
        """When something that begins to wait now is to be decided: at the same hour, so many working days later."""
        day = add_working_days(day_of(now), self.working_days).day
        return instant_of(day) + (now - instant_of(day_of(now))) % DAY


@cache
def desks() -> Mapping[str, CaseDesk]:
    """Every desk by name, in the order in which they are shown."""
    read = tomllib.loads(files("single_window.store").joinpath("desks.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            name: CaseDesk(
                name=name,
                zh=table["zh"],
                en=table["en"],
                subjects={subject: tuple(states) for subject, states in table["subjects"].items()},
                right=table["right"],
                working_days=table["working_days"],
                requests=tuple(table.get("requests", ())),
                watched=table.get("watched", False),
                paused=tuple(table.get("paused", ())),
            )
            for name, table in read.items()
        }
    )


@cache
def desk_of(subject: str, state: str, kind: str = "") -> CaseDesk | None:
    """The desk at which a subject in a state waits, a request of a `kind`; None: it waits for no officer."""
    return next(
        (
            desk
            for desk in desks().values()
            if state in desk.subjects.get(subject, ()) and (subject != "request" or kind in desk.requests)
        ),
        None,
    )


@cache
def desk_before(subject: str, state: str) -> CaseDesk | None:
    """The desk at which a subject was decided that was in a state then, whatever kind of request it was; None: it was
    decided without having waited."""
    return next((desk for desk in desks().values() if state in desk.subjects.get(subject, ())), None)
