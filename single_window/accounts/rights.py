"""Decides what persons may reach, call, do and approve, by the table of rights (`rights_book`).
Actions without a row are only allowed to the operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights_book import CaseFacts as CaseFacts
from single_window.accounts.rights_book import Right, Second
from single_window.accounts.rights_book import book as book
from single_window.language.words import Words


class Lacking(Exception):
    """A person lacks a right; the message names the sufficient rights and the roles that have them."""

    permanent = True

    def __init__(self, person: Person, wanted: Iterable[str], office: str = "") -> None:
        self.person, self.office = person, office
        self.wanted = tuple(book().rights[name] for name in wanted)
        super().__init__(self._in_english(person.role))

    def _in_english(self, role: str) -> str:
        return (
            f"{self.person.name} ({role}) may not do this: it needs the right to {self.right.en}; "
            f"who has it: {self.holders.en}."
        )

    @property
    def words(self) -> Words:
        """The message in both languages, with the role's name in words."""
        named = book().roles.get(self.person.role)
        english = self._in_english(named.en if named else self.person.role)
        return Words(f"{self.person.name}没有“{self.right.zh}”的权限；该权限属于：{self.holders.zh}", english)

    @property
    def right(self) -> Words:
        """The sufficient rights as text."""
        return Words(
            "或".join(role.zh for role in self.wanted) or "（无人可用）",
            " or ".join(right.en for right in self.wanted) or "(nobody's)",
        )

    @property
    def holders(self) -> Words:
        """The roles with a sufficient right, with agency and office, as text."""
        roles = [role for role in book().roles.values() if any(role.name in right.roles for right in self.wanted)]
        agencies = sorted({right.agency for right in self.wanted if right.agency})
        bound = self.office if any(right.office for right in self.wanted) else ""
        zh = "、".join(role.zh for role in roles) or "操作员"
        en = " or ".join(role.en for role in roles) or OPERATOR.name
        of_zh = "".join(f"（{book().agencies[name].zh}）" for name in agencies)
        of_en = "".join(f" of {book().agencies[name].en}" for name in agencies)
        return Words(
            f"{zh}{of_zh}{f'，关区{bound}' if bound else ''}",
            f"{en}{of_en}{f' at the customs office {bound}' if bound else ''}",
        )


def allows(person: Person, right: str, office: str = "") -> bool:
    """True if a person has a right; `office`: the customs office of the case, empty if none."""
    if person.role == OPERATOR.role:
        return True
    known = book().rights[right]
    return (
        person.role in known.roles
        and (not known.agency or person.agency in {"", known.agency})
        and (not known.office or person.office in {"", office})
    )


def rights_to(subject: str, action: str, state: str = "") -> Sequence[str]:
    """The rights of which one is enough for an act on a subject in a state (empty: in any state)."""
    states = book().act_states.get((subject, action), {})
    wanted = book().acts.get((subject, action), ())
    return [right for right in wanted if not state or right not in states or state in states[right]]


def may_act(person: Person, subject: str, action: str, office: str = "", state: str = "") -> bool:
    """True if a person may do an act on a kind of subject; `state`: its state, empty for any."""
    return person.role == OPERATOR.role or any(
        allows(person, right, office) for right in rights_to(subject, action, state)
    )


def demand_act(person: Person, subject: str, action: str, office: str = "", state: str = "") -> None:
    """Raise `Lacking` if a person may not do an act; `state`: that of the subject, empty for any."""
    if not may_act(person, subject, action, office, state):
        raise Lacking(person, rights_to(subject, action, state), office)


def second(person: Person, subject: str, action: str, case: CaseFacts) -> Second | None:
    """The condition by which a second person must approve this act, or None. The operator needs no approval."""
    return None if person.role == OPERATOR.role else _concerning(subject, action, case)


def reason_needed(subject: str, action: str, case: CaseFacts) -> bool:
    """True if an act on such a case needs a reason, whoever does it."""
    needed = _concerning(subject, action, case)
    return needed is not None and needed.reason


def _concerning(subject: str, action: str, case: CaseFacts) -> Second | None:
    entries = book().seconds.get((subject, action), ())
    return next((entry for entry in entries if entry.concerns(case)), None)


def dated_amounts(subject: str, action: str) -> Sequence[str]:
    """The names of the dated values above which an act needs a second person."""
    return [entry.above_value for entry in book().seconds.get((subject, action), ()) if entry.above_value]


def second_in(subject: str, action: str, state: str) -> Second:
    """The condition by which an act proposed in a state needs approval; raises `KeyError` if there is none."""
    entries = book().seconds[subject, action]
    return next((entry for entry in entries if state in entry.states), entries[-1])


def demand_second(person: Person, subject: str, action: str, office: str = "", state: str = "") -> None:
    """Raise `Lacking` if a person may not approve such an act of another, proposed in a state."""
    needed = book().seconds[subject, action]
    if not all(allows(person, entry.right, office) for entry in needed):
        raise Lacking(person, dict.fromkeys(entry.right for entry in needed), office)
    if not all(entry.suffices for entry in needed):
        demand_act(person, subject, action, office, state)


def may_approve(person: Person, subject: str, action: str, office: str = "", state: str = "") -> bool:
    """True if a person may approve such an act of another, proposed in a state."""
    needed = book().seconds.get((subject, action), ())
    return (
        bool(needed)
        and all(allows(person, entry.right, office) for entry in needed)
        and (all(entry.suffices for entry in needed) or may_act(person, subject, action, office, state))
    )


def demand_subject(person: Person, subject: str, office: str | None = None) -> None:
    """Raise `Lacking` if a person has no right to any act on this kind of subject, at `office` (None: his own)."""
    place = person.office if office is None else office
    acts = [action for about, action in book().acts if about == subject]
    if not any(
        may_act(person, subject, action, place) or may_approve(person, subject, action, place) for action in acts
    ):
        raise Lacking(person, dict.fromkeys(right for action in acts for right in book().acts[subject, action]))


def may_reach(person: Person, endpoint: str) -> bool:
    """True if a person may open a page; the office of a case is checked when he acts."""
    return any(allows(person, right, person.office) for right in _wanted_of_page(endpoint))


def _wanted_of_page(endpoint: str) -> tuple[str, ...]:
    return book().expanded(PAGES[endpoint]) if endpoint in PAGES else book().pages.get(endpoint, ())


def demand_page(person: Person, endpoint: str) -> None:
    """Raise `Lacking` if a person may not open a page."""
    if not may_reach(person, endpoint):
        raise Lacking(person, _wanted_of_page(endpoint))


def is_open(endpoint: str) -> bool:
    """True if an API call is allowed to everybody."""
    return "enter" in wanted_of(endpoint)


def demand_call(person: Person, endpoint: str) -> None:
    """Raise `Lacking` if a person may not make an API call."""
    wanted = wanted_of(endpoint)
    if person.role != OPERATOR.role and not any(allows(person, right, person.office) for right in wanted):
        raise Lacking(person, wanted)


def wanted_of(endpoint: str) -> tuple[str, ...]:
    """The sufficient rights for an API call; empty: only the operator may make it."""
    return book().expanded(CALLS[endpoint]) if endpoint in CALLS else book().calls.get(endpoint, ())


CALLS: dict[str, tuple[str, ...]] = {}
PAGES: dict[str, tuple[str, ...]] = {}
"""Endpoint -> rights, of calls and pages whose routes name them (`frame.http.calls`)."""


def declare(rows: dict[str, tuple[str, ...]], endpoint: str, wanted: tuple[str, ...]) -> None:
    """Note the rights that a route names; raises `ValueError` for other rights than before, or none."""
    if not wanted or rows.setdefault(endpoint, wanted) != wanted:
        raise ValueError(f"{endpoint}: the route names no rights, or others than before")


def calls() -> Mapping[str, tuple[str, ...]]:
    """All calls that are loaded or in the table."""
    return {**book().calls, **{endpoint: book().expanded(wanted) for endpoint, wanted in CALLS.items()}}


def pages() -> Mapping[str, tuple[str, ...]]:
    """All pages that are loaded or in the table."""
    return {**book().pages, **{endpoint: book().expanded(wanted) for endpoint, wanted in PAGES.items()}}


def of_keys() -> Mapping[str, Right]:
    """The rights that API keys may have."""
    return {name: right for name, right in book().rights.items() if right.key}
