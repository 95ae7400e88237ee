"""Registrations: how companies stand, applications as messages, what officers request of the registrar."""

from single_window.cases.registrations.applying import FIELDS, message
from single_window.cases.registrations.decisions import NoSuchCompany, act, noted
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
from single_window.language.refusal import NotPossible

__all__ = [
    "FIELDS",
    "Company",
    "NoSuchCompany",
    "NotPossible",
    "act",
    "application",
    "enterprise_of",
    "find",
    "goods",
    "grades",
    "history",
    "listed",
    "message",
    "noted",
]
