"""Persons who use the window: officer with an account, operator, participant, guest."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """A user. `name` is stored with decisions; `role` determines the rights.

    `agency`: the authority that he works for; `office`: his customs office; empty: all.
    """

    name: str
    role: str
    display: str = ""
    agency: str = ""
    office: str = ""

    @property
    def has_account(self) -> bool:
        """True if the person has an account."""
        return self.role not in WITHOUT_ACCOUNT


OPERATOR = Person("operator", "operator")
"""The owner of the machine and the data folder: may do everything."""
GUEST = Person("guest", "guest")
"""A user without an account at a window that serves only this machine: may read."""
STRANGER = Person("stranger", "stranger")
"""A user without an account at a window on a network: may only sign in."""
PARTICIPANT = "participant"
PROGRAM = "program"
"""The role of a program that acts as an officer, with a key that has this right."""
KEY_PREFIX = "key:"
"""Name prefix of programs; no account or participant has it."""
WITHOUT_ACCOUNT = frozenset({OPERATOR.role, GUEST.role, STRANGER.role, PARTICIPANT, PROGRAM})
"""Roles without accounts."""
RESERVED = frozenset(
    {OPERATOR.name, GUEST.name, STRANGER.name, PARTICIPANT, PROGRAM, "system", "officer", "api", "console"}
)
"""Names that accounts may not have, because histories use them for others."""


def participant(name: str) -> Person:
    """The person for a company, by its code."""
    return Person(name, PARTICIPANT)
