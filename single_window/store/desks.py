"""The desks of officers: the subjects and states that wait at each, and when a decision is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from declarations.calendar import DAY, day_of, instant_of
from declarations.working_days import add_working_days
from gateways.agency import fragments, merged, sections
from gateways.circumstances import Options
from single_window.language.words import Words

_APPROVED = "proposal"
NEVER = instant_of(date(9999, 12, 31))
"""The due instant of cases that wait for their declarant: sorts last and never passes."""


class CaseDesk(NamedTuple):
    """A desk. `subjects`: kind of subject → states in which it waits here; `requests`: kinds of requests that wait
    here; `right`: the right that its officers need; `watched`: cases end without an officer and are not assigned;
    `paused`: states in which a subject waits for its declarant, so that nothing is due."""

    name: str
    zh: str
    en: str
    subjects: Mapping[str, tuple[str, ...]]
    right: str
    working_days: int
    requests: tuple[str, ...] = ()
    watched: bool = False
    paused: tuple[str, ...] = ()
    option: str = ""
    """The option of a sandbox that is "off" where nothing can wait here; empty: something can everywhere."""

    def is_in(self, options: Options) -> bool:
        """True if cases can wait here in a sandbox with these options."""
        return not self.option or getattr(options, self.option) != "off"

    @property
    def words(self) -> Words:
        """Its name."""
        return Words(self.zh, self.en)

    def due(self, now: int) -> int:
        """The due instant of a case opened now: the same time of day, `working_days` later."""
        day = add_working_days(day_of(now), self.working_days).day
        return instant_of(day) + (now - instant_of(day_of(now))) % DAY


@cache
def desks() -> Mapping[str, CaseDesk]:
    """Every desk by name, in the order in which they are shown: agencies' in their order, what is common, approvals."""
    common = Path(__file__).parent.joinpath("desks.toml")
    own = ((file, {"desk": tables.get("desk", {})}) for file, tables in sections(fragments("officers.toml")))
    shared = ((file, {"desk": tables}) for file, tables in sections([common]))
    read = merged((*own, *shared))["desk"]
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
                option=table.get("option", ""),
            )
            for name, table in sorted(read.items(), key=lambda item: _APPROVED in item[1]["subjects"])
        }
    )


@cache
def desk_of(subject: str, state: str, kind: str = "") -> CaseDesk | None:
    """The desk at which a subject in a state waits, or None; `kind` is that of a request."""
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
    """The desk at which a subject in that state waited when it was decided; None if it waited at none."""
    return next((desk for desk in desks().values() if state in desk.subjects.get(subject, ())), None)
