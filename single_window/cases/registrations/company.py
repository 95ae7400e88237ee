"""A company as its registration and the other agencies know it."""

from __future__ import annotations

from typing import NamedTuple

from gateways.registration.repository import Enterprise, Participant


class Company(NamedTuple):
    """A registered company, or its application if it is not registered yet; as other agencies see it, if they do."""

    enterprise: Enterprise
    known: Participant | None

    @property
    def code(self) -> str:
        """Its customs code."""
        return self.enterprise.code
