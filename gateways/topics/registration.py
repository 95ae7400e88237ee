"""Payloads that the registrar handles besides documents and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateways.topics.registry import carried_by


@carried_by("registration", "deadline.grade")
class GradeDue(NamedTuple):
    """The day on which a company's credit grade begins has come."""

    code: str
    since: str


@carried_by("registration", "registration.acted", earlier=True)
class RegistrationActed(NamedTuple):
    """A registrar's decision as it was filed before decisions had ids."""

    code: str
    action: str
    by: str
    values: Mapping[str, Any]
    """Also the reason."""
