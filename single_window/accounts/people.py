"""Somebody who looks or acts: an officer with an account, the operator, a participant, a guest."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """Whoever looks or acts. `name` is kept with what he decides; `role` leads to his rights.

    `agency` is the authority that he works for and `office` his customs office; empty: every.
    """

    name: str
    role: str
    display: str = ""
    agency: str = ""
    office: str = ""

    @property
    def has_account(self) -> bool:
        """True if he has signed in, or could."""
        return self.role not in WITHOUT_ACCOUNT


OPERATOR = Person("operator", "operator")
"""Whoever owns the machine, and with it the data folder: he may do everything."""
GUEST = Person("guest", "guest")
"""Somebody without an account at a window that listens to this machine only: he may read."""
STRANGER = Person("stranger", "stranger")
"""Somebody without an account at a window that is open to a network: he may sign in."""
PARTICIPANT = "participant"
PROGRAM = "program"
"""The role of a program that acts as an officer, with a key that lets it."""
KEY_PREFIX = "key:"
"""What the name of a program begins with, which no account's and no participant's does."""
WITHOUT_ACCOUNT = frozenset({OPERATOR.role, GUEST.role, STRANGER.role, PARTICIPANT, PROGRAM})
"""Roles that no account has."""
RESERVED = frozenset(
    {OPERATOR.name, GUEST.name, STRANGER.name, PARTICIPANT, PROGRAM, "system", "officer", "api", "console"}
)
"""Names that no account has: in a history they are, or were, somebody else."""


def participant(name: str) -> Person:
    """A company that acts for itself, by its code."""
    return Person(name, PARTICIPANT)
