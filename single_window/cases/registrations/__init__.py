"""Registrations: how companies stand, applications as messages, what officers request of the registrar."""

from single_window.cases.registrations.applying import FIELDS, message
from single_window.cases.registrations.queries import (
    Company,
    application,
    enterprise_of,
    find,
    goods,
    grades,
    history,
    listed,
)

__all__ = [
    "FIELDS",
    "Company",
    "application",
    "enterprise_of",
    "find",
    "goods",
    "grades",
    "history",
    "listed",
    "message",
]
