"""The table of rights: `rights.toml`, and what each agency says of its officers (`gateways/AGENCY/officers.toml`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from declarations.money import scaled_from_text
from gateways.agency import fragments, merged, sections
from single_window.language.words import Words

CASES, DECISIONS = "@cases", "@decisions"
"""Instead of a right of a page or call: all rights to decide about cases (`cases = true`), and these with those to
approve (`decisions = true`)."""


class Role(NamedTuple):
    """A role of accounts; `about_zh` and `about_en` describe it; `agency`: the only one that it works for."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    agency: str = ""


class Right(NamedTuple):
    """A right and the roles that have it. `agency`: only persons of this agency (empty: any); `office`: only for cases
    of their own office; `key`: API keys may have it; `mailbox`: such a key must name mailboxes.
    """

    name: str
    zh: str
    en: str
    roles: tuple[str, ...]
    agency: str = ""
    office: bool = False
    key: bool = False
    mailbox: bool = False


class CaseFacts(NamedTuple):
    """Facts that determine whether an act needs a second person: state of its subject, scaled amount concerned, codes
    of the reasons for which it waits.
    """

    state: str
    stake: int = 0
    codes: frozenset[str] = frozenset()
    dated: Mapping[str, int] = MappingProxyType({})
    """Scaled amounts of the day by the name of their dated value, for `Second.above_value`."""


class Second(NamedTuple):
    """Conditions under which an act must be approved by a second person with this right: `states` (empty: any), an
    amount above `above` (scaled; 0: any) or above that of the dated value `above_value` (empty: any), a reason code in
    `because` (empty: any). `suffices`: the approver needs no right to the act itself; `reason`: the act also needs a
    reason.
    """

    right: str
    zh: str
    en: str
    states: tuple[str, ...] = ()
    above: int = 0
    suffices: bool = False
    because: tuple[str, ...] = ()
    reason: bool = False
    above_value: str = ""

    def concerns(self, case: CaseFacts) -> bool:
        """True if the conditions are fulfilled."""
        return (
            (not self.states or case.state in self.states)
            and (not self.above or case.stake > self.above)
            and (not self.above_value or case.stake > case.dated.get(self.above_value, 0))
            and (not self.because or not case.codes.isdisjoint(self.because))
        )


class Book(NamedTuple):
    """The table of rights. `acts`: (subject, action) → rights, of which one is enough; `act_states`: the same → right →
    the states in which it allows the act, if not in all; `pages`: endpoint → rights; `calls`: the same for API calls,
    also with keys; `seconds`: (subject, action) → conditions of approval."""

    agencies: Mapping[str, Words]
    roles: Mapping[str, Role]
    rights: Mapping[str, Right]
    acts: Mapping[tuple[str, str], tuple[str, ...]]
    act_states: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
    pages: Mapping[str, tuple[str, ...]]
    seconds: Mapping[tuple[str, str], tuple[Second, ...]]
    calls: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    """`CASES` and `DECISIONS` -> the rights that they stand for."""

    def expanded(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return rights with those that a group stands for in its place."""
        return tuple(right for name in wanted for right in self.groups.get(name, (name,)))


@cache
def book() -> Book:
    """The table of rights."""
    common = Path(__file__).parent.joinpath("rights.toml")
    return of_tables(sections((*fragments("officers.toml"), common)))


def of_tables(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> Book:
    """Return several tables of rights, each as (file, sections), as one; raises `ValueError` for unknown agencies or
    rights, or what two files have."""
    data = merged(tables)
    roles_of = _roles_of_rights(data)
    named = _rights_by_group(data)
    new_book = Book(
        agencies=MappingProxyType({name: Words(**words) for name, words in data["agency"].items()}),
        roles=MappingProxyType({name: Role(name, **_without(fields, "may")) for name, fields in data["role"].items()}),
        rights=MappingProxyType(
            {
                name: Right(name, **{**_without(fields, "cases", "decisions"), "roles": roles_of[name]})
                for name, fields in data["right"].items()
            }
        ),
        acts=MappingProxyType({act: tuple(rights) for act, rights in _by_act(data["act"])}),
        act_states=MappingProxyType(
            {
                act: MappingProxyType({right: tuple(states) for right, states in rights.items()})
                for act, rights in _by_act(data.get("act_in", {}))
            }
        ),
        pages=_wanted(data["page"], named),
        seconds=MappingProxyType(
            {
                act: tuple(map(_second, entry if isinstance(entry, list) else [entry]))
                for act, entry in _by_act(data.get("second", {}))
            }
        ),
        calls=_wanted(data.get("call", {}), named),
        groups=named,
    )
    if complaints := sorted(_complaints(new_book)):
        raise ValueError("; ".join(complaints))
    return new_book


def _by_act(table: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield ((subject, action), entry)."""
    for subject, actions in table.items():
        for action, entry in actions.items():
            yield (subject, action), entry


def _without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _roles_of_rights(data: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The roles of each right: those of agencies that `may`, and those that it names."""
    return {
        name: (*(role for role, fields in data["role"].items() if name in fields.get("may", ())), *right["roles"])
        for name, right in data["right"].items()
    }


def _rights_by_group(data: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """The rights that `CASES` and `DECISIONS` stand for."""
    of_cases, of_approvals = (
        tuple(name for name, right in data["right"].items() if right.get(mark)) for mark in ("cases", "decisions")
    )
    return {CASES: of_cases, DECISIONS: (*of_cases, *of_approvals)}


def _wanted(table: Mapping[str, Iterable[str]], groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {
            endpoint: tuple(right for name in wanted for right in groups.get(name, (name,)))
            for endpoint, wanted in table.items()
        }
    )


def _second(entry: Mapping[str, Any]) -> Second:
    return Second(
        right=entry["right"],
        zh=entry["zh"],
        en=entry["en"],
        states=tuple(entry.get("states", ())),
        above=scaled_from_text(entry.get("above", "0")),
        suffices=entry.get("suffices", False),
        because=tuple(entry.get("because", ())),
        reason=entry.get("reason", False),
        above_value=entry.get("above_value", ""),
    )


def _complaints(new_book: Book) -> set[str]:
    rows: list[tuple[Any, tuple[str, ...]]] = [
        *new_book.acts.items(),
        *new_book.pages.items(),
        *new_book.calls.items(),
        *((act, (entry.right,)) for act, needed in new_book.seconds.items() for entry in needed),
        *((act, tuple(states)) for act, states in new_book.act_states.items()),
    ]
    named = {f"{row}: no right {right!r}" for row, rights in rows for right in rights if right not in new_book.rights}
    bound = {right.name: right.agency for right in new_book.rights.values()} | {
        role.name: role.agency for role in new_book.roles.values()
    }
    return named | {
        f"{name}: no agency {agency!r}" for name, agency in bound.items() if agency and agency not in new_book.agencies
    }
